// The demo page of the last stage, in a real Chromium, against the binary.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test as nodeTest } from
  'node:test';
import {
  Server, closeCodeAfter, closeTab, drawLine, drawing, launch, openTab,
  sameDrawing, say, says, state, until,
} from './harness.js';

const axe = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const test = (name, body) => nodeTest(name, { timeout: 90_000 }, body);

let browser, server, tabs;

before(async () => { browser = await launch(); });
after(() => browser?.close());

// A server to each test: guests begin at 1, and nobody else draws.
beforeEach(async () => {
  server = await Server.start();
  tabs = [];
});
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.context().close()));
  await server.stop();
});

async function open(options) {
  const tab = await openTab(browser, server.url, options);
  tabs.push(tab);
  return tab;
}

/** Ends a test in which nothing may have gone wrong in any tab. */
async function noFaults() {
  for (const tab of tabs.splice(0)) await closeTab(tab);
}

test('two tabs chat with each other', async () => {
  const first = await open();
  await says(first, '#who', 'You are guest 1, 1 here');
  const second = await open();
  await says(first, '#lines li', 'guest 2 joined, 2 here');
  await say(first, 'hello there');
  await says(second, '#lines li', 'guest 1 hello there');
  await says(first, '#lines li', 'guest 1 (you) hello there');
  assert.equal(await first.inputValue('#chat-text'), '');
  await say(second, 'grüße, 世界 🎈');
  await says(first, '#lines li', 'guest 2 grüße, 世界 🎈');
  await closeTab(tabs.pop());
  await says(first, '#lines li', 'guest 2 left, 1 here');
  await says(first, '#who', 'You are guest 1, 1 here');
  await noFaults();
});

// Browsers keep the page for the way back, and its connections with it.
test('who leaves the page leaves the room, and may come back', async () => {
  const [first, second] = [await open(), await open()];
  await says(first, '#lines li', 'guest 2 joined, 2 here');
  await second.goto('about:blank');
  await says(first, '#lines li', 'guest 2 left, 1 here');
  await second.goBack({ waitUntil: 'commit' });
  await says(first, '#lines li', 'guest 3 joined, 2 here');
  await says(second, '#who', 'You are guest 3, 2 here');
  await noFaults();
});

test('the subprotocol that the server chose is shown', async () => {
  const tab = await open();
  await state(tab, '/chat', 'open, subprotocol chat');
  await noFaults();
});

test('markup in a message stays text', async () => {
  const [first, second] = [await open(), await open()];
  const attack = '<img src=x onerror="window.ran = true"><script>ran=1';
  await say(first, attack);
  for (const tab of [first, second]) {
    await says(tab, '#lines li', attack);
    await says(tab, '#frames .payload', 'onerror');
    assert.equal(await tab.locator('img').count(), 0);
    assert.equal(await tab.evaluate(() => typeof window.ran), 'undefined');
  }
  await noFaults();
});

test('the chat keeps its last 500 lines', async () => {
  const tab = await open();
  await tab.evaluate(() => {
    const socket = new WebSocket(`ws://${location.host}/chat`);
    socket.onopen = () => {
      for (let line = 1; line <= 600; line++) socket.send(`line ${line}`);
    };
  });
  await says(tab, '#lines li', 'line 600');
  assert.equal(await tab.locator('#lines li').count(), 500);
  assert.ok(await tab.locator('#frames li').count() <= 60);
  const last = tab.locator('#lines li').last();
  assert.equal(await last.evaluate((line) => {
    const box = document.querySelector('[role=log]').getBoundingClientRect();
    return line.getBoundingClientRect().bottom <= box.bottom + 1;
  }), true, 'the newest line is in view');
  await noFaults();
});

test('a stroke drawn in one tab appears in the other', async () => {
  const [first, second] = [await open(), await open()];
  await drawLine(first, [[0.2, 0.2], [0.5, 0.7], [0.8, 0.3]]);
  await sameDrawing('the first stroke in both', first, second);
  await second.getByRole('radio', { name: 'green' }).check();
  await drawLine(second, [[0.1, 0.9], [0.9, 0.1]]);
  const { dry: { box } } = await until('the second stroke too', () =>
    drawing(first), ({ dry }) => dry.box[1] < 0.15 && dry.box[0] < 0.15);
  [0.1, 0.1, 0.9, 0.9].forEach((wanted, at) =>
    assert.ok(Math.abs(box[at] - wanted) < 0.02, `${box}`));
  await sameDrawing('both strokes in both', first, second);
  await noFaults();
});

test('a single click leaves a dot', async () => {
  const [first, second] = [await open(), await open()];
  await drawLine(first, [[0.5, 0.5]]);
  const [{ dry }] = await sameDrawing('a dot in both', first, second);
  assert.ok(dry.painted > 4 && dry.painted < 200, `${dry.painted} pixels`);
  await noFaults();
});

test('windows of all sizes show the same drawing', async () => {
  const wide = await open();
  const narrow = await open({
    viewport: { width: 360, height: 740 }, deviceScaleFactor: 3,
  });
  await drawLine(wide, [[0.25, 0.25], [0.75, 0.75]]);
  const [{ dry: one }] = await sameDrawing('drawn', wide);
  const [{ dry: other }] = await sameDrawing('arrived', narrow);
  one.box.forEach((edge, at) =>
    assert.ok(Math.abs(edge - other.box[at]) < 0.01, `${one.box} ${other.box}`));
  await noFaults();
});

test('the drawing stays when the window or its theme changes', async () => {
  const tab = await open();
  await drawLine(tab, [[0.25, 0.25], [0.75, 0.75]]);
  const [{ dry: wide }] = await sameDrawing('drawn', tab);
  await tab.setViewportSize({ width: 500, height: 800 });
  const { dry: narrow } = await until('another size', () => drawing(tab),
    ({ dry }) => dry.painted > 0 && dry.painted !== wide.painted);
  wide.box.forEach((edge, at) =>
    assert.ok(Math.abs(edge - narrow.box[at]) < 0.01));
  await tab.emulateMedia({ colorScheme: 'dark' });
  await until('other colours', () => drawing(tab), ({ dry }) =>
    dry.painted > 0 && dry.pixels !== narrow.pixels);
  await tab.getByRole('button', { name: 'Clear here' }).click();
  await until('an empty board', () => drawing(tab),
    ({ dry }) => dry.painted === 0);
  await noFaults();
});

test('a finger draws and does not scroll the page', async () => {
  const finger = await open({
    viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true,
  });
  const other = await open({ viewport: { width: 360, height: 740 } });
  await finger.locator('#wet').scrollIntoViewIfNeeded();
  const box = await finger.locator('#wet').boundingBox();
  const scrolled = await finger.evaluate(() => scrollY);
  const device = await finger.context().newCDPSession(finger);
  const touch = (type, ...touchPoints) =>
    device.send('Input.dispatchTouchEvent', { type, touchPoints });
  const at = (part) =>
    ({ x: box.x + box.width / 2, y: box.y + box.height * part });
  await touch('touchStart', at(0.8));
  for (const part of [0.6, 0.4, 0.2]) await touch('touchMove', at(part));
  await touch('touchEnd');
  const { dry } = await until('the line in the other tab', () =>
    drawing(other), ({ dry: { box: [, top, , bottom] } }) =>
    top < 0.22 && bottom > 0.78);
  assert.ok(dry.box[2] - dry.box[0] < 0.1, 'a vertical line');
  assert.equal(await finger.evaluate(() => scrollY), scrolled);
  await noFaults();
});

test('everything is reached, and drawn, by keyboard alone', async () => {
  const [first, second] = [await open(), await open()];
  await first.bringToFront();
  const reached = new Set();
  for (let stop = 0; stop < 20 && !reached.has('wet'); stop++) {
    await first.keyboard.press('Tab');
    reached.add(await first.evaluate(() => document.activeElement.id));
  }
  assert.ok(reached.has('width') && reached.has('clear'), [...reached].join());
  const outline = await first.locator('#wet').evaluate((board) =>
    getComputedStyle(board).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is visible');
  await first.keyboard.press('Space');
  await says(first, '#pen', 'The pen is down');
  for (let step = 0; step < 5; step++) {
    await first.keyboard.press('Shift+ArrowRight');
    await first.keyboard.press('ArrowDown');
  }
  await first.keyboard.press('Enter');
  await says(first, '#pen', 'The pen is up');
  await first.keyboard.press('ArrowUp');
  const [{ dry }] = await sameDrawing('drawn by keyboard', first, second);
  const [left, top, right, bottom] = dry.box;
  assert.ok(Math.abs(left - 0.5) < 0.01 && Math.abs(right - 0.75) < 0.01);
  assert.ok(Math.abs(top - 0.5) < 0.01 && bottom > 0.57 && bottom < 0.59);
  for (let stop = 0; stop < 20 && !reached.has('binary'); stop++) {
    await first.keyboard.press('Tab');
    reached.add(await first.evaluate(() => document.activeElement.id));
  }
  assert.ok(reached.has('chat-text') && reached.has('job'));
  await noFaults();
});

test('messages on /draw that are no strokes are ignored', async () => {
  const tab = await open();
  await tab.evaluate(() => {
    const socket = new WebSocket(`ws://${location.host}/draw`);
    const point = [0x10, 0, 0x10, 0];
    const broken = [[], [0], [0, 6], [0, 6, 1, 2, 3], [0, 0, ...point],
      [0, 41, ...point], [0, 255, ...point], [0, 6, ...point, 0],
      [0, 6, ...Array(257).fill(point).flat()]];
    socket.onopen = () => {
      broken.forEach((bytes) => socket.send(Uint8Array.from(bytes)));
      socket.send(Uint8Array.of(0, 6, 0xc0, 0, 0xc0, 0));
    };
  });
  const { dry } = await until('the one good stroke', () => drawing(tab),
    (seen) => seen.dry.painted > 0);
  assert.ok(dry.box[0] > 0.7 && dry.box[1] > 0.7, `${dry.box}`);
  await noFaults();
});

test('progress reaches 100 % unasked, closes with 1000, and again', async () => {
  const tab = await open();
  await state(tab, '/progress', 'not open');
  for (const round of [1, 2]) {
    await tab.click('#job');
    await state(tab, '/progress', /^open/);
    await state(tab, '/progress', 'closed 1000: normal end');
    assert.equal(await tab.textContent('#percent'), '100 %', `round ${round}`);
    assert.equal(await tab.locator('#bar').evaluate((bar) => bar.value), 100);
  }
  await says(tab, '#frames li', /\/progress88 [\da-f]{2}FIN CLOSE\d+ B1000/);
  await noFaults();
});

test('a job can be stopped', async () => {
  const tab = await open();
  await tab.click('#job');
  await says(tab, '#percent', /^[1-9]/);
  await tab.getByRole('button', { name: 'Stop' }).click();
  await state(tab, '/progress', 'closed 1000');
  assert.notEqual(await tab.textContent('#percent'), '100 %');
  await tab.getByRole('button', { name: 'Start' }).waitFor();
  await noFaults();
});

test('the echo comes back, as text and as binary', async () => {
  const tab = await open();
  await tab.fill('#echo-text', 'héllo');
  await tab.press('#echo-text', 'Enter');
  await says(tab, '#echoed', /^héllo came back in [\d.]+ ms/);
  await tab.check('#binary');
  await tab.getByRole('button', { name: 'Echo' }).click();
  await says(tab, '#echoed', /^68 c3 a9 6c 6c 6f came back/);
  await noFaults();
});

test('the wire shows the frame of each message, if unfolded', async () => {
  const tab = await open();
  await tab.fill('#echo-text', 'hello');
  await tab.press('#echo-text', 'Enter');
  await says(tab, '#frames li',
    '→/websocket81 85 ·· ·· ·· ··FIN TEXTmasked5 B"hello"');
  await says(tab, '#frames li', '←/websocket81 05FIN TEXT5 B"hello"');
  await tab.fill('#echo-text', 'x'.repeat(126));
  await tab.press('#echo-text', 'Enter');
  await says(tab, '#frames li', '←/websocket81 7e 00 7eFIN TEXT126 B');
  await tab.click('summary');
  const rows = await tab.locator('#frames li').count();
  await tab.fill('#echo-text', 'unseen');
  await tab.press('#echo-text', 'Enter');
  await says(tab, '#echoed', 'unseen came back');
  assert.equal(await tab.locator('#frames li').count(), rows);
  await noFaults();
});

test('a page sees 1003 and 1009', async () => {
  const tab = await open();
  assert.equal(await closeCodeAfter(tab, '/chat', 3, 'binary'), 1003);
  assert.equal(await closeCodeAfter(tab, '/chat', 65_537, 'text'), 1009);
  assert.equal(await closeCodeAfter(tab, '/draw', 3, 'text'), 1003);
  await noFaults();
});

// From here on the server goes away: the console tells of failed tries.

test('SIGTERM says 1001, and the page comes back by itself', async () => {
  const [first, second] = [await open(), await open()];
  await first.click('#job');
  await says(first, '#percent', /^[1-9]/);
  assert.equal(await server.stop('SIGTERM'), 0);
  await says(first, '#frames li', /\/chat88 [\da-f]{2}FIN CLOSE\d+ B1001/);
  await says(first, '#frames li', /\/progress88 [\da-f]{2}FIN CLOSE\d+ B1001/);
  await state(first, '/progress', 'closed 1001');
  await state(first, '/chat', 'next try in');
  await say(first, 'kept');
  assert.equal(await first.inputValue('#chat-text'), 'kept');
  await drawLine(first, [[0.3, 0.3], [0.6, 0.6]]);
  assert.ok((await drawing(first)).wet.painted > 0, 'wet while nobody sees it');
  server = await Server.start(server.port);
  for (const tab of [first, second]) {
    for (const path of ['/chat', '/draw', '/websocket']) {
      await state(tab, path, /^open/);
    }
  }
  await say(first, 'we are back');
  await says(second, '#lines li', 'we are back');
  // The second tab may have come back after the stroke was sent again.
  await sameDrawing('the stroke came back', first);
});

test('after kill -9 it is 1006, with growing pauses', async () => {
  const tab = await open();
  const tries = [];
  tab.on('websocket', (socket) => {
    if (socket.url().endsWith('/chat')) tries.push(performance.now());
  });
  await server.stop('SIGKILL');
  const killed = performance.now();
  await says(tab, '#frames li', '←/chatgone, without a Close frame');
  await state(tab, '/chat', 'closed 1006');
  await state(tab, '/chat', 'not opened: nobody answers, or the server refuses');
  await until('three tries', () => tries.length, (count) => count >= 3);
  const [one, two, three] =
    tries.map((time, at) => time - (tries[at - 1] ?? killed));
  assert.ok(one > 300 && two > 650 && three > 1400,
    `pauses: ${[one, two, three]}`);
  await state(tab, '/chat', 'next try in');
  await tab.locator('[data-link="/chat"]')
    .getByRole('button', { name: 'Try now' }).click();
  await until('a try at once', () => tries.length, (count) => count >= 4);
  assert.ok(tries[3] - tries[2] < 2_500, 'sooner than the fourth pause');
  server = await Server.start(server.port);
  await tab.evaluate(() => dispatchEvent(new Event('online')));
  for (const path of ['/chat', '/draw', '/websocket']) {
    await state(tab, path, /^open/);
  }
});

// How it looks.

const COLOUR_SCHEMES = ['light', 'dark'];

test('axe finds no fault, nothing scrolls sideways', async () => {
  const [first, second] = [await open({ deviceScaleFactor: 2 }), await open()];
  await fill(first, second);
  for (const width of [1600, 1280, 390, 360]) {
    await first.setViewportSize({ width, height: 900 });
    for (const colorScheme of COLOUR_SCHEMES) {
      await first.emulateMedia({ colorScheme });
      await looksRight(first, `${colorScheme}-${width}`);
    }
  }
  await noFaults();
});

test('axe finds no fault without a server either', async () => {
  const tab = await open({ viewport: { width: 360, height: 900 } });
  await server.stop();
  await state(tab, '/chat', 'next try in');
  for (const colorScheme of COLOUR_SCHEMES) {
    await tab.emulateMedia({ colorScheme });
    await looksRight(tab, `${colorScheme}-360-closed`);
  }
});

async function looksRight(tab, name) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html }) => html).join(' ')}`), []);
  assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth
    - document.documentElement.clientWidth), 0);
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await tab.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** A word and a picture from two guests. */
async function fill(first, second) {
  await say(first, 'Hello! Who is at the other end of this?');
  await say(second, 'Another window. Give me a sea and I bring a boat.');
  await say(first, '<img src=x onerror="alert(1)"> stays text, by the way');
  const curve = (count, point) =>
    Array.from({ length: count + 1 }, (_, step) => point(step / count));
  const round = (x, y, size) => curve(60, (part) => [
    x + size * Math.cos(part * 2 * Math.PI),
    y + 1.5 * size * Math.sin(part * 2 * Math.PI)]);
  const wave = (y) => curve(120, (part) =>
    [0.06 + part * 0.88, y + 0.022 * Math.sin(part * 34 + y * 50)]);
  const lines = [
    [first, 'blue', wave(0.78)], [first, 'blue', wave(0.85)],
    [first, 'your colour', wave(0.92)], [second, 'orange', round(0.8, 0.22, 0.07)],
    ...Array.from({ length: 10 }, (_, ray) => {
      const [x, y] = [Math.cos(ray * 0.628), 1.5 * Math.sin(ray * 0.628)];
      return [second, 'orange', [[0.8 + x * 0.09, 0.22 + y * 0.09],
        [0.8 + x * 0.12, 0.22 + y * 0.12]]];
    }),
    [second, 'ink', curve(30, (part) => [0.3 + part * 0.3,
      0.62 + 0.11 * Math.sin(part * Math.PI)])],
    [second, 'ink', [[0.3, 0.62], [0.6, 0.62]]],
    [second, 'ink', [[0.44, 0.62], [0.44, 0.2]]],
    [second, 'red', curve(40, (part) => [0.45 + 0.13 * Math.sin(part * 2.6),
      0.22 + part * 0.36])],
    [second, 'red', [[0.45, 0.58], [0.517, 0.58]]],
    [second, 'pink', curve(40, (part) => [0.43 - 0.1 * part ** 1.4,
      0.24 + part * 0.32])],
    [second, 'pink', [[0.33, 0.56], [0.43, 0.57]]],
    [first, 'ink', curve(24, (part) => [0.14 + part * 0.08,
      0.24 - 0.03 * Math.abs(Math.sin(part * 2 * Math.PI))])],
    [first, 'ink', curve(24, (part) => [0.22 + part * 0.06,
      0.33 - 0.025 * Math.abs(Math.sin(part * 2 * Math.PI))])],
  ];
  for (const [tab, colour, points] of lines) {
    await tab.bringToFront();
    await tab.getByRole('radio', { name: colour, exact: true }).check();
    await drawLine(tab, points);
  }
  await first.bringToFront();
  await first.click('#echo-form button');
  await says(first, '#echoed', 'came back');
  await sameDrawing('the picture', first);
  await first.click('#job');
  await says(first, '#percent', /^[3-9]\d %/);
  await first.click('#job');
  await state(first, '/progress', 'closed 1000');
  await first.evaluate(() => scrollTo(0, 0));
}
