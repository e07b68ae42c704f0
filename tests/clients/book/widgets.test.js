// The handshake calculator, the frame inspector, the ways to bring news and the
// rooms of chapter 5, as a reader uses them: against the vectors of RFC 6455 and against Node's own SHA-1.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { buildBook, closePage, launch, openPage, serve, until } from './harness.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const accept = (key) => createHash('sha1').update(key + GUID).digest('base64');

let book, site, browser;
before(async () => {
  book = buildBook();
  site = await serve(book.site);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.stop();
});

const open = (name) => openPage(browser, `${site.url}/reference/${name}.html`);

test('the calculator gives the answer of RFC 6455 section 1.3', async () => {
  const tab = await open('handshake-calculator');
  const widget = tab.getByRole('group', { name: 'Handshake calculator' });
  assert.deepEqual(await widget.locator('.steps code').allInnerTexts(), [
    'dGhlIHNhbXBsZSBub25jZQ==',
    `dGhlIHNhbXBsZSBub25jZQ==${GUID}`,
    'b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  ]);
  await closePage(tab);
});

test('1,000 random keys get the answers that Node gives', async () => {
  const tab = await open('handshake-calculator');
  const keys = Array.from({ length: 1000 }, () => randomBytes(16).toString('base64'));
  const answers = await tab.evaluate((keys) => keys.map((key) =>
    [course.handshake.accept(key), course.handshake.keyFault(key)]), keys);
  assert.deepEqual(answers, keys.map((key) => [accept(key), null]));
  await closePage(tab);
});

test('SHA-1 is right for every length around a block', async () => {
  const tab = await open('handshake-calculator');
  const texts = Array.from({ length: 300 }, (_, i) => 'a'.repeat(i));
  const digests = await tab.evaluate((texts) => texts.map((text) =>
    course.hex(course.sha1(new TextEncoder().encode(text))).replaceAll(' ', '')), texts);
  assert.deepEqual(digests, texts.map((text) => createHash('sha1').update(text).digest('hex')));
  await closePage(tab);
});

test('the calculator refuses the keys that U6 refuses, and says why', async () => {
  const tab = await open('handshake-calculator');
  const check = tab.locator('.calculator .summary').first();
  for (const [key, why] of [
    ['', /there is no key/], ['x', /groups of 4/], ['dGhlIHNhbXBsZSBub25jZQ=', /groups of 4/],
    ['dGhlIHNhbXBsZSBub25jZQ', /groups of 4/], ['dGhlIHNhbXBsZSBub25jZR==', /belong to no byte/],
    ['dGhlIHNhbXBsZSBub25j', /15 bytes, not 16/], ['dGhlIHNhbXBsZSBub25jZQ-=', /“-” is no character/],
    ['dGhlIHNhbXBsZSBub25jZWVl', /18 bytes, not 16/], ['=GhlIHNhbXBsZSBub25jZQ==', /groups of 4/],
  ]) {
    await tab.getByLabel('Sec-WebSocket-Key').fill(key);
    assert.match(await check.innerText(), /Refused with 400 \(U6\)/, key);
    assert.match(await check.innerText(), why, key);
  }
  await tab.getByLabel('Sec-WebSocket-Key').fill('  x3JJHMbDL1EzLkh9GBhXDw== ');
  assert.match(await check.innerText(), /A good key/);
  assert.match(await tab.locator('.steps .result').innerText(), /HSmrc0sMlYUkAGmm5OPpG2HaGWk=/);
  await closePage(tab);
});

test('a random key is a good one, by keyboard', async () => {
  const tab = await open('handshake-calculator');
  const field = tab.getByLabel('Sec-WebSocket-Key');
  await field.focus();
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  const key = await field.inputValue();
  assert.equal(Buffer.from(key, 'base64').length, 16);
  assert.notEqual(key, 'dGhlIHNhbXBsZSBub25jZQ==');
  assert.ok((await tab.locator('.steps .result').innerText()).endsWith(accept(key)));
  await closePage(tab);
});

test('the calculator knows why an answer is wrong', async () => {
  const tab = await open('handshake-calculator');
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const sha = (data) => createHash('sha1').update(data).digest('base64');
  for (const [answer, words] of [
    ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', /^Right/],
    ['Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', /^Right/],
    [sha(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(GUID)])), /decoded first/],
    [sha(`${key}${GUID.replaceAll('-', '–')}`), /typographic dashes/],
    [Buffer.from(createHash('sha1').update(key + GUID).digest('hex')).toString('base64'), /hexadecimal text/],
    ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo', /the = at the end is missing/],
    ['AAAA', /not in a way that is known/],
  ]) {
    await tab.getByLabel(/What did your server answer/).fill(answer);
    assert.match(await tab.locator('.calculator .summary').last().innerText(), words, answer);
  }
  await closePage(tab);
});

/** [bytes, sent by, the titles of the frames, the rules broken] */
const VECTORS = [
  ['81 05 48 65 6c 6c 6f', 'server', ['Text, 5 bytes'], []],
  ['81 85 37 fa 21 3d 7f 9f 4d 51 58', 'client', ['Text, masked, 5 bytes'], []],
  ['01 03 48 65 6c 80 02 6c 6f', 'server', ['Text, more to follow, 3 bytes from byte 0', 'Continuation, the last of its message, 2 bytes from byte 5'], []],
  ['89 05 48 65 6c 6c 6f', 'server', ['Ping, 5 bytes'], []],
  ['8a 85 37 fa 21 3d 7f 9f 4d 51 58', 'client', ['Pong, masked, 5 bytes'], []],
  [`82 7e 01 00 ${'07 '.repeat(256)}`, 'server', ['Binary, 256 bytes'], []],
  [`82 7f 00 00 00 00 00 01 00 00 ${'07 '.repeat(65536)}`, 'server', ['Binary, 65,536 bytes'], []],
  ['c1 80 00 00 00 00', 'client', ['Text, masked, 0 bytes'], ['F1 byte 0']],
  ['83 80 00 00 00 00', 'client', ['opcode 3, masked, 0 bytes'], ['F2 byte 0']],
  ['81 00', 'client', ['Text, 0 bytes'], ['F3 byte 1']],
  ['81 80 00 00 00 00', 'server', ['Text, masked, 0 bytes'], ['F4 byte 1']],
  ['81 fe 00 05 00 00 00 00 48 65 6c 6c 6f', 'client', ['Text, masked, 5 bytes'], ['F5 byte 2']],
  ['82 ff 80 00 00 00 00 00 00 00 00 00 00 00', 'client', ['Binary, masked, 9,223,372,036,854,775,808 bytes'], ['F6 byte 2']],
  ['82 ff 00 00 00 00 00 10 00 01 00 00 00 00', 'client', ['Binary, masked, 1,048,577 bytes'], ['F7 byte 2']],
  ['09 80 00 00 00 00', 'client', ['Ping, more to follow, masked, 0 bytes'], ['F8 byte 0']],
  ['89 fe 00 7e 00 00 00 00', 'client', ['Ping, masked, 126 bytes'], ['F8 byte 1']],
  ['88 01 03', 'server', ['Close, 1 byte'], ['C1 byte 2']],
  ['88 02 03 ed', 'server', ['Close, 2 bytes'], ['C2 byte 2']],
  ['88 03 03 e8 ff', 'server', ['Close, 3 bytes'], ['C3 byte 4']],
  ['80 01 41', 'server', ['Continuation, the last of its message, 1 byte'], ['M2 byte 0']],
  ['01 01 41 81 01 42', 'server', ['Text, more to follow, 1 byte from byte 0', 'Text, 1 byte from byte 3'], ['M3 byte 3']],
  ['01 02 e2 82 80 01 ac', 'server', ['Text, more to follow, 2 bytes from byte 0', 'Continuation, the last of its message, 1 byte from byte 4'], []],
  ['01 02 e2 82 80 01 41', 'server', ['Text, more to follow, 2 bytes from byte 0', 'Continuation, the last of its message, 1 byte from byte 4'], ['M6 byte 6']],
  ['81', 'client', ['the beginning of a header'], []],
];

test('the inspector decodes the vectors of RFC 6455 and names each fault with its byte', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  for (const [bytes, from, titles, faults] of VECTORS) {
    await widget.getByLabel('Sent by').selectOption(from);
    await widget.getByLabel(/^The bytes/).fill(bytes);
    const about = bytes.slice(0, 50);
    assert.deepEqual(await widget.locator('.frame-title').allInnerTexts(), titles, about);
    assert.deepEqual((await widget.locator('.faults li').allInnerTexts())
      .map((text) => /^\w+ byte \d+/.exec(text)[0]), faults, about);
  }
  await closePage(tab);
});

test('the inspector builds what its fields say, and the bytes fill the fields', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  const bytes = widget.getByLabel(/^The bytes/);
  const field = (name) => widget.getByLabel(name, { exact: true });
  assert.equal(await bytes.inputValue(), '81 85 37 fa 21 3d 7f 9f 4d 51 58');
  assert.equal(await field('Payload').inputValue(), 'Hello');
  await field('masked').uncheck();
  assert.equal(await bytes.inputValue(), '81 05 48 65 6c 6c 6f');
  await field('FIN').uncheck();
  await field('RSV1').check();
  await field('Opcode').selectOption('2');
  assert.equal(await bytes.inputValue(), '42 05 48 65 6c 6c 6f');
  await field('as').selectOption('close');
  await field('Payload').fill('1000 bye');
  assert.equal(await bytes.inputValue(), '42 05 03 e8 62 79 65');
  await field('Length in').selectOption('16');
  assert.equal(await bytes.inputValue(), '42 7e 00 05 03 e8 62 79 65');
  await field('Length in').selectOption('64');
  assert.equal(await bytes.inputValue(), '42 7f 00 00 00 00 00 00 00 05 03 e8 62 79 65');
  await bytes.fill('88 85 01 02 03 04 02 ea 61 7d 64');
  assert.equal(await field('Payload').inputValue(), '1000 bye');
  assert.equal(await field('Masking key').inputValue(), '01 02 03 04');
  assert.equal(await field('Opcode').inputValue(), '8');
  assert.ok(await field('FIN').isChecked() && await field('masked').isChecked());
  await bytes.fill('81 8');
  assert.match(await widget.locator('.problem').innerText(), /one digit only/);
  await closePage(tab);
});

test('the inspector reads what talk and the servers show', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  const hello = ['Text, masked, 5 bytes'];
  for (const [pasted, titles] of [
    ['→ 81 85 37 fa 21 3d 7f 9f 4d 51 58   FIN TEXT masked 5 "Hello"', hello],
    ['ben  → 81 85 37 fa 21 3d 7f 9f 4d 51 58   FIN TEXT masked 5 "Hello"', hello],
    ['81 85 37 fa 21 3d 7f 9f 4d 51 58   FIN TEXT masked 5 "Hello"', hello],
    ['received 11 bytes: 81 85 37 fa 21 3d 7f 9f 4d 51 58', hello],
    ['received 6 bytes: 81 85 37 fa 21 3d\nreceived 5 bytes: 7f 9f 4d 51 58\n', hello],
    ['→ 01 82 37 fa 21 3d 7f 9f            TEXT masked 2 "He"\n→ 80 83 37 fa 21 3d 5b 96 4e         FIN CONTINUATION masked 3 "llo"',
      ['Text, more to follow, masked, 2 bytes from byte 0', 'Continuation, the last of its message, masked, 3 bytes from byte 8']],
    ['→ 81 ff 00 00 00 00 00 00 ff ff 37 fa 21 3d 4f 82 … (65,549 bytes)   FIN TEXT masked 65,535', ['Text, masked, 65,535 bytes']],
  ]) {
    await widget.getByLabel(/^The bytes/).fill(pasted);
    assert.equal(await widget.locator('.problem').innerText(), '', pasted);
    assert.deepEqual(await widget.locator('.frame-title').allInnerTexts(), titles, pasted);
  }
  await closePage(tab);
});

test('what cannot be read leaves the last frame, and says so', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  const summary = widget.locator('.summary').filter({ hasText: 'frame' });
  await widget.getByLabel(/^The bytes/).fill('81 zz');
  assert.match(await widget.locator('.problem').innerText(), /digit/);
  await widget.getByText('Not read. Below is still what could be read last.').waitFor();
  assert.ok(!await summary.count());
  await widget.getByLabel(/^The bytes/).fill('81 00');
  assert.match(await summary.innerText(), /^1 frame, 1 fault: F3/);
  assert.equal(await widget.locator('.problem').innerText(), '');
  assert.equal(await tab.locator('.stale').count(), 0);
  await closePage(tab);
});

test('on a phone a key is seen whole', async () => {
  const tab = await openPage(browser, `${site.url}/reference/handshake-calculator.html`,
    { viewport: { width: 390, height: 800 } });
  const key = tab.getByLabel('Sec-WebSocket-Key');
  assert.ok(await key.evaluate((input) => input.scrollWidth <= input.clientWidth));
  await closePage(tab);
});

test('a random key changes the payload on the wire and not the message', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  const bytes = widget.getByLabel(/^The bytes/);
  const before = await bytes.inputValue();
  await widget.getByRole('button', { name: 'random key' }).press('Enter');
  const now = await until('the bytes change', () => bytes.inputValue(), (text) => text !== before);
  assert.equal(now.slice(0, 5), before.slice(0, 5));
  const frame = Buffer.from(now.replaceAll(' ', ''), 'hex');
  assert.equal(frame.subarray(6).map((byte, i) => byte ^ frame[2 + i % 4]).toString(), 'Hello');
  await closePage(tab);
});

test('every example has as many faults as it promises', async () => {
  const tab = await open('frame-inspector');
  const widget = tab.getByRole('group', { name: 'Frame inspector' });
  const example = widget.getByLabel('Example');
  const names = (await example.locator('option').allInnerTexts()).slice(1);
  for (const name of names) {
    await example.selectOption(name);
    assert.deepEqual(await widget.locator('.faults strong').allInnerTexts(), name.match(/\b[FCM]\d\b/g) ?? [], name);
  }
  await closePage(tab);
});

test('a megabyte is decoded without a drawing of all of it', async () => {
  const tab = await open('frame-inspector');
  await tab.getByLabel('Sent by').selectOption('server');
  await tab.getByLabel(/^The bytes/).fill(`82 7f 00 00 00 00 00 10 00 00 ${'00'.repeat(1 << 20)}`);
  assert.match(await tab.locator('.inspector .summary').innerText(), /^1 frame, no fault\./);
  assert.ok(await tab.locator('.byte').count() <= 32);
  await closePage(tab);
});

test('a minute of each way to bring news is counted', async () => {
  const tab = await openPage(browser, `${site.url}/why-websockets.html`);
  const widget = tab.getByRole('group', { name: 'Four ways to bring news' });
  const slide = (label, value) => widget.getByLabel(label).fill(String(value));
  const openings = { sse: new Set(), socket: new Set() };
  for (const [pause, ask] of [[8, 5], [1, 1], [30, 7], [3, 30]]) {
    await slide('There is news every', pause);
    await slide('The client asks every', ask);
    for (let minute = 0; minute < 5; minute++) {
      const rows = (await widget.locator('tbody tr').all()).map((row) => row.locator('td').allInnerTexts());
      const [polling, long, sse, socket] = (await Promise.all(rows)).map(([requests, bytes, late]) =>
        ({ requests: Number(requests), bytes: Number(bytes.replace(',', '')), late }));
      const news = Number(/^(\d+) pieces? of news/.exec(await widget.locator('.summary').innerText())[1]);
      const dots = await widget.locator('svg g').first().locator('.news').count();
      assert.equal(dots, news);
      assert.equal(polling.requests, Math.floor(60 / ask));
      assert.ok(polling.bytes > 500 * polling.requests && polling.bytes < 800 * polling.requests + 5 * news);
      const [, late] = /^up to (.*) s/.exec(polling.late) ?? [null, 0];
      assert.ok(late <= ask, polling.late);
      assert.equal(/; (\d+) not yet/.test(polling.late), 60 % ask !== 0
        && await widget.locator('svg g').first().locator('.told').count() < news);
      assert.ok(long.requests <= news + 1 && long.requests > news / 2);
      assert.deepEqual([sse.requests, socket.requests], [1, 1]);
      // 13 and 7 bytes for each `hello`; the rest is the opening, always the same.
      openings.sse.add(sse.bytes - 13 * news);
      openings.socket.add(socket.bytes - 7 * news);
      await widget.getByRole('button', { name: 'Another minute' }).press('Enter');
    }
  }
  assert.deepEqual([openings.sse.size, openings.socket.size], [1, 1]);
  await closePage(tab);
});

test('without Redis half of the room hears, with it all, each once', async () => {
  const tab = await openPage(browser, `${site.url}/5-many-servers.html`);
  const widget = tab.getByRole('group', { name: 'Two servers', exact: true });
  const says = (words) => widget.getByText(words, { exact: true }).waitFor();
  await widget.getByRole('button', { name: 'Cleo speaks' }).press('Enter');
  await says('Anna, Ben, Cleo and Dan hear it: published once, sent to 2 servers, 4 frames.');
  assert.equal(await widget.locator('.hears').count(), 4);
  await widget.getByLabel('Redis').uncheck();
  assert.equal(await widget.locator('.hears').count(), 0);
  await widget.getByRole('button', { name: 'Cleo speaks' }).click();
  await says('Cleo and Dan hear it: 2 frames. In the same room, and hearing nothing: Anna and Ben.');
  assert.deepEqual(await widget.locator('.hears').allTextContents(), ['cleo', 'dan']);
  await widget.getByLabel('server 2').uncheck();
  await widget.getByRole('button', { name: 'Dan speaks' }).click();
  await says('Dan is not connected, and nobody hears anything.');
  await closePage(tab);
});

test('with nginx nobody is lost when a server stops, and they stay where they went', async () => {
  const tab = await openPage(browser, `${site.url}/5-many-servers.html`);
  const widget = tab.getByRole('group', { name: 'Two servers behind nginx' });
  const anna = widget.getByRole('button', { name: 'Anna speaks' });
  await widget.getByLabel('server 1').uncheck();
  await anna.click();
  await widget.getByText('Anna, Ben, Cleo and Dan hear it: published once, sent to 1 server, 4 frames.').waitFor();
  await widget.getByLabel('server 1').check();
  await widget.getByLabel('Redis').uncheck();
  await anna.click();
  await widget.getByText('Anna, Ben, Cleo and Dan hear it: 4 frames.').waitFor();
  await closePage(tab);
});

test('who clicks while a message travels starts anew', async () => {
  const tab = await openPage(browser, `${site.url}/5-many-servers.html`,
    { reducedMotion: 'no-preference' });
  const widget = tab.getByRole('group', { name: 'Two servers', exact: true });
  await widget.getByRole('button', { name: 'Anna speaks' }).click();
  await widget.locator('.dot').first().waitFor();
  await widget.getByLabel('server 1').uncheck();
  await widget.getByRole('button', { name: 'Anna speaks' }).click();
  await widget.getByText('Anna is not connected, and nobody hears anything.').waitFor();
  assert.equal(await widget.locator('.dot').count(), 0);
  await closePage(tab);
});
