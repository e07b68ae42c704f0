// The live console against the real programs of stages 2, 3 and 4. The browser
// takes http://localhost:3000, where `mdbook serve` would be, to the port of
// our own server for the book: so its pages have the origin that the stages
// let in.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { axeFaults } from './axe.js';
import {
  answerFile, buildBook, closePage, DEADLINE, launch, openPage, picture, serve, Stage,
} from './harness.js';

const LOCAL = 'http://localhost:3000';
const PAGE = 'reference/live-console.html';

let book, site, browser;
before(async () => {
  book = buildBook();
  site = await serve(book.site);
  browser = await launch(`--host-resolver-rules=MAP localhost:3000 127.0.0.1:${site.port}`);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/** The widget of one stage on its page, with the address of a server. */
async function console_(stage, server, { origin = LOCAL, path = '/websocket', ...options } = {}) {
  const tab = await openPage(browser, `${origin}/${PAGE}`, { allow: [server.host], ...options });
  const widget = tab.getByRole('group', { name: `Live console of stage ${stage}` });
  await widget.getByLabel('Address').fill(`ws://${server.host}${path}`);
  const status = widget.locator('> .summary');
  return {
    tab,
    widget,
    open: () => widget.getByRole('button', { name: 'open' }).press('Enter'),
    press: (name) => widget.getByRole('button', { name }).click(),
    says: (words) => status.filter({ hasText: words }).waitFor(),
    logs: (words) => widget.locator('.log summary').filter({ hasText: words }).first().waitFor(),
    lines: async () => (await widget.locator('.log summary').allInnerTexts())
      .map((text) => text.replace(/^\s*[\d.]+ s\s+/, '').replaceAll(/\s+/g, ' ').trim()),
  };
}

async function started(t, ...args) {
  const server = await Stage.start(...args);
  t.after(() => server.stop());
  return server;
}

test('stage 2: opens, and the server sees the bytes of the close', async (t) => {
  const server = await started(t, 'step2-handshake');
  const { tab, widget, open, press, says } = await console_(2, server);
  assert.equal(await widget.getByLabel('Message').count(), 0, 'this stage only opens');
  await open();
  await says('Open: 101, subprotocol: none.');
  await server.logged(/upgraded to WebSocket/);
  await press('close');
  await server.logged(/received 11 bytes: 88 85 /);
  await closePage(tab);
});

test('stage 2: the subprotocol is offered when one asks for it', async (t) => {
  const server = await started(t, 'step2-handshake');
  const { tab, widget, open, says } = await console_(2, server);
  await widget.getByLabel('offer the subprotocol chat').check();
  await open();
  await says('Open: 101, subprotocol: chat.');
  await closePage(tab);
});

test('stage 3: sends text and hex, and shows the frame with the key hidden', async (t) => {
  const server = await started(t, 'step3-frames');
  const { tab, widget, open, press, says, logs } = await console_(3, server);
  assert.equal(await widget.getByLabel('Path').count(), 0);
  await open();
  await says('Open: 101');
  await widget.getByLabel('Message').fill('grüße');
  await tab.keyboard.press('Enter');
  await server.logged(/FIN TEXT payload len: 7\nPayload: "grüße"/);
  await logs('→ sent “grüße” Text, masked, 7 bytes');
  await widget.getByLabel('as').selectOption('hex');
  await widget.getByLabel('Message').fill('00 ff 8');
  await press('send');
  await widget.locator('.problem').filter({ hasText: 'one digit only' }).waitFor();
  await widget.getByLabel('Message').fill('00 ff 80');
  await press('send');
  await server.logged(/FIN BINARY payload len: 3\nPayload: 00 ff 80/);
  await logs('→ sent 00 ff 80 Binary, masked, 3 bytes');
  await widget.locator('.log summary').first().click();
  // A browser says later that it is open, and then the frame is drawn.
  await widget.locator('.log .frame-fields').waitFor();
  assert.deepEqual((await widget.locator('.log .value').allInnerTexts()).slice(0, 7), ['81', '87', '··', '··', '··', '··', '··']);
  assert.match(await widget.locator('.log .frame-fields').innerText(), /“grüße”/);
  await picture(tab, 'console-stage-3', { fullPage: true });
  await closePage(tab);
});

test('stage 4: an echo comes back with its frame, and the close is clean', async (t) => {
  const server = await started(t, 'step4-complete');
  const { tab, widget, open, press, says, logs, lines } = await console_(4, server, { theme: 'navy' });
  await open();
  await says('Open: 101');
  await widget.getByLabel('Message').fill('Hello');
  await press('send');
  await logs('← came “Hello” Text, 5 bytes');
  await widget.locator('.log summary').nth(1).press('Enter');
  await widget.locator('.log .frame-fields').waitFor();
  assert.deepEqual(await widget.locator('.log .value').allInnerTexts(), ['81', '05', '48', '65', '6c', '6c', '6f']);
  await press('close');
  await says('Closed: 1000, done.');
  assert.deepEqual(await lines(), [
    '→ sent “Hello” Text, masked, 5 bytes',
    '← came “Hello” Text, 5 bytes',
    '→ sent 1000 “bye” Close, masked, 5 bytes',
    '← came 1000 Close, 2 bytes',
  ]);
  assert.deepEqual(await axeFaults(tab), []);
  await picture(tab, 'console-stage-4', { fullPage: true });
  await closePage(tab);
});

test('stage 4: all the other paths', async (t) => {
  const server = await started(t, 'step4-complete');
  const { tab, widget, open, press, says, logs } = await console_(4, server);
  const path = widget.getByLabel('Path');
  await path.selectOption('/chat');
  assert.equal(await widget.getByLabel('Address').inputValue(), `ws://${server.host}/chat`);
  await open();
  await logs('← came “you are guest 1” Text');
  await widget.getByLabel('Message').fill('hello room');
  await press('send');
  await logs('← came “guest 1: hello room”');
  await press('close');
  await says('Closed: 1000');
  await path.selectOption('/draw');
  await open();
  await says('Open: 101');
  await press('send');
  await logs('← came “\\u{1}\\u{2}\\u{3}” Binary, 3 bytes');
  await press('close');
  await says('Closed: 1000');
  await path.selectOption('/chat');
  assert.equal(await widget.getByLabel('Message').inputValue(), 'hello');
  await widget.getByLabel('as').selectOption('hex');
  assert.equal(await widget.getByLabel('Message').inputValue(), '01 02 03');
  await path.selectOption('/progress');
  await open();
  await logs('“100” Text, 3 bytes');
  await says('Closed: 1000');
  await closePage(tab);
});

test('stage 4: the server ends it, and the code is told', async (t) => {
  const server = await started(t, 'step4-complete');
  const { tab, widget, open, press, says, lines } = await console_(4, server, { path: '/chat' });
  await open();
  await says('Open: 101');
  await widget.getByLabel('as').selectOption('hex');
  await widget.getByLabel('Message').fill('00');
  await press('send');
  await says('Closed: 1003, this kind of message is not wanted');
  assert.match((await lines()).at(-2), /← came 1003 /);
  await closePage(tab);
});

/** A page that may complain in the console: Chromium does so by itself. */
async function closeRefused(tab) {
  const own = tab.faults.filter((fault) => !/WebSocket connection to|Failed to load resource/.test(fault));
  await tab.context().close();
  assert.deepEqual(own, []);
}

test('nobody there: says so, and how to start the server', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  await once(free, 'close');
  const { tab, widget, open, says } = await console_(2, { host: `127.0.0.1:${port}` });
  await open();
  await says('Nobody answers there.');
  assert.match(await widget.locator('.help').innerText(), /Likely: Nothing answers at 127\.0\.0\.1:\d+\. Start your server/);
  await picture(tab, 'console-nobody');
  await closeRefused(tab);
});

test('a wrong path is named as the likely cause', async (t) => {
  const server = await started(t, 'step3-frames');
  const { tab, widget, open, says } = await console_(3, server, { path: '/nowhere' });
  await open();
  await says('A server answers there, and refuses to upgrade.');
  assert.match(await widget.locator('.help li').first().innerText(), /^Likely: The path\. You asked for \/nowhere; there is \/websocket\. \(404\)/);
  await server.logged(/404 Not Found/);
  assert.deepEqual(await axeFaults(tab), []);
  await picture(tab, 'console-wrong-path', { fullPage: true });
  await closeRefused(tab);
});

test('a wrong origin is named, with the flag that helps; and it helps', async (t) => {
  const strict = await started(t, 'step4-complete');
  const first = await console_(4, strict, { origin: site.url });
  await first.open();
  await first.says('A server answers there, and refuses to upgrade.');
  const likely = await first.widget.locator('.help li').first().innerText();
  assert.match(likely, /^Likely: The origin\./);
  assert.ok(likely.includes(`--allow-origin ${site.url}`));
  await strict.logged(/403 Forbidden/);
  await closeRefused(first.tab);

  const open = await started(t, 'step4-complete', '--allow-origin', site.url);
  const second = await console_(4, open, { origin: site.url });
  await second.open();
  await second.says('Open: 101');
  await closePage(second.tab);
});

test('what is no address is said at once', async () => {
  const { tab, widget, open, says } = await console_(4, { host: '127.0.0.1:1' });
  for (const [address, words] of [['http://127.0.0.1:6969/', 'An address begins with ws://.'], ['hello', 'That is no address']]) {
    await widget.getByLabel('Address').fill(address);
    await open();
    await says(words);
  }
  await closePage(tab);
});

test('a public copy does not try, and says what to run', async () => {
  for (const origin of ['https://course.example', 'http://course.example']) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.route(`${origin}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      route.fulfill(answerFile(book.site, pathname.replace('/deep/', '/')));
    });
    const tab = await context.newPage();
    tab.setDefaultTimeout(DEADLINE);
    const sockets = [];
    tab.on('websocket', (socket) => sockets.push(socket.url()));
    await tab.goto(`${origin}/deep/${PAGE}`);
    const widget = tab.getByRole('group', { name: 'Live console of stage 4' });
    await widget.getByText('mdbook serve book').waitFor();
    assert.equal(await widget.getByRole('link').getAttribute('href'), `${LOCAL}/${PAGE}`);
    assert.equal(await tab.getByRole('button', { name: 'open' }).count(), 0);
    assert.deepEqual(sockets, []);
    await context.close();
  }
});
