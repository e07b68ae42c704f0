// What no library would send, to the branch `permessage-deflate` of the book
// (STEP4 is its binary): frames that break the rules, and floods of what is
// dear to inflate.

import assert from 'node:assert/strict';
import { constants, deflateRawSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { MAX_MESSAGE, test } from './harness.js';
import { frame, RawClient } from './raw.js';

const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate';
const HELLO = 'f248cdc9c90700';

test('offers of all kinds', async (t) => {
  const server = await t.server('--deflate');
  const ours = 'permessage-deflate; server_no_context_takeover; ' +
    'client_no_context_takeover';
  const name = 'Sec-WebSocket-Extensions';
  const cases = [
    ['x-unknown, permessage-deflate', ours],
    [`x-unknown; a="b, c"\r\n${name}: permessage-deflate`, ours],
    ['permessage-deflate; client_max_window_bits="1\\0"', ours],
    ['permessage-deflate; server_max_window_bits=10, permessage-deflate', ours],
    ['permessage-deflate; server_max_window_bits="15"',
      `${ours}; server_max_window_bits=15`],
    ['permessage-deflate; server_max_window_bits=8'],
    ['permessage-deflate; client_max_window_bits=16'],
    ['permessage-deflate; client_no_context_takeover=true'],
    ['permessage-deflate; unknown'],
    ['permessage-deflate; client_max_window_bits; client_max_window_bits'],
    ['permessage-deflate; client_max_window_bits="'],
    ['"permessage-deflate"'],
    ['"; ,=;;\\'],
  ];
  for (const [offer, answer] of cases) {
    const client = t.own(new RawClient(server.port), (raw) => raw.stop());
    const head = await client.upgrade(`${name}: ${offer}`);
    assert.match(head, /^HTTP\/1\.1 101 /);
    const [, found] = /^Sec-WebSocket-Extensions: (.*)$/m.exec(head) ?? [];
    assert.equal(found, answer, offer);
  }
});

test('frames that break the rules', async (t) => {
  const server = await t.server('--deflate');
  const cases = [
    // First bytes with payloads, and the code of the Close.
    [1002, [0x41, HELLO], [0xc0, '']], // RSV1 on a Continuation
    [1002, [0xc9, '']], // on a Ping
    [1002, [0xc8, '03e8']], // on a Close
    [1002, [0xe1, HELLO]], // RSV2 as well
    [1007, [0xc1, 'ffffff']], // no DEFLATE
    [1007, [0xc1, HELLO.slice(0, 8)]], // half of it
    [1007, [0xc1, '']], // none of it
    [1007, [0xc2, '000500faff48']], // one byte of five that are not compressed
    [1007, [0xc1, 'f248cdc9c90700ff']], // and more than it
  ];
  for (const [code, ...frames] of cases) {
    const client = t.own(new RawClient(server.port), (raw) => raw.stop());
    await client.upgrade(OFFER);
    for (const [first, payload] of frames) {
      client.send(first, Buffer.from(payload, 'hex'));
    }
    assert.equal(await client.close(), code, JSON.stringify(frames));
  }
  const plain = t.own(new RawClient(server.port), (raw) => raw.stop());
  await plain.upgrade('X-Nothing: offered');
  plain.send(0xc1, Buffer.from(HELLO, 'hex'));
  assert.equal(await plain.close(), 1002);
});

const deflated = (message, how = { level: 9 }) => deflateRawSync(message,
  { ...how, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

test('a message that was cut is refused, wherever that was', async (t) => {
  const server = await t.server('--deflate');
  const words = Array.from({ length: 100 }, (_, at) =>
    ['the', 'server', 'says', 'Hello', 'to', 'guest'][at * at % 7 % 6] + at % 9);
  const text = Buffer.from(words.join(' '));
  const ways = [{ level: 9 }, { level: 0 }, // not compressed
    { strategy: constants.Z_FIXED }];
  for (const whole of ways.map((how) => deflated(text, how))) {
    // The first byte alone may be an empty block: a message of nothing.
    for (let size = 2; size < whole.length; size++) {
      const client = t.own(new RawClient(server.port), (raw) => raw.stop());
      await client.upgrade(OFFER);
      client.send(0xc2, whole.subarray(0, size));
      assert.equal(await client.close(), 1007, `${size} of ${whole.length}`);
      client.stop();
    }
  }
});

const dear = {
  'a megabyte of zeros in a kilobyte': deflated(Buffer.alloc(MAX_MESSAGE)),
  'short messages': deflated(Buffer.alloc(200, 'a')),
  'blocks of which nothing comes': Buffer.alloc(64_001, '0300', 'hex')
    .fill(0, 64_000),
};
for (const [what, payload] of Object.entries(dear)) {
  test(`who floods us with ${what} starves nobody`, async (t) => {
    const server = await t.server('--deflate');
    const raw = t.own(new RawClient(server.port), (raw) => raw.stop());
    await raw.upgrade(OFFER);
    const one = frame(0xc2, payload);
    const times = Math.ceil(1_000_000 / one.length);
    raw.flood(Buffer.concat(Array(times).fill(one)));
    const client = t.client(WebSocket, server.url('/websocket'));
    await client.open();
    const waits = [];
    for (let count = 0; count < 30; count++) {
      const before = performance.now();
      client.send('Hello');
      assert.equal(await client.next(), 'Hello');
      waits.push(performance.now() - before);
    }
    waits.sort((a, b) => a - b);
    t.diagnostic(`${what}: half of the echoes took over ` +
      `${waits[15].toFixed(1)} ms`);
    assert.ok(waits[15] < 50, `${waits[15]} ms`);
  });
}
