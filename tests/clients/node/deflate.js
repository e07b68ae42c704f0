// Real clients that compress, against the branch `permessage-deflate` of the
// book (STEP4 is its binary).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe } from 'node:test';
import { WebSocket } from 'ws';
import { clients } from './clients.js';
import { clean, MAX_MESSAGE, MAX_ROOM_MESSAGE, test } from './harness.js';

const EXTENSIONS = 'sec-websocket-extensions';
const OURS = 'permessage-deflate; server_no_context_takeover; ' +
  'client_no_context_takeover';
const LINE = 'the same words, the same words, '.repeat(8);

/** `ws` with options for the extension. */
function withOptions(perMessageDeflate) {
  return class extends WebSocket {
    constructor(url) {
      super(url, { perMessageDeflate });
    }
  };
}

/** `ws` that compresses whatever it sends. */
const Deflating = withOptions({ threshold: 0 });
const Plain = withOptions(false);

/** The answer of the server that passed the tap, '' without one. */
function answered(tap) {
  const head = tap.fromServer.toString('latin1').split('\r\n\r\n')[0];
  return new RegExp(`^${EXTENSIONS}: *(.*)$`, 'im').exec(head)?.[1] ?? '';
}

/** The first bytes of the frames that the server sent through the tap. */
function firstBytes(tap) {
  const bytes = [];
  let rest = tap.fromServer.subarray(tap.fromServer.indexOf('\r\n\r\n') + 4);
  while (rest.length >= 10) {
    const short = rest[1] & 0x7f;
    const [start, length] = short < 126 ? [2, short]
      : short === 126 ? [4, rest.readUInt16BE(2)]
        : [10, Number(rest.readBigUInt64BE(2))];
    bytes.push(rest[0]);
    rest = rest.subarray(start + length);
  }
  return bytes;
}

describe('permessage-deflate', { concurrency: 4 }, () => {
  const start = (t, ...flags) => t.server('--deflate', ...flags);

  async function connect(t, Socket, path = '/websocket', ...flags) {
    const server = await start(t, ...flags);
    const client = t.client(Socket, server.url(path));
    await client.open();
    return client;
  }

  for (const { name, WebSocket: Socket } of clients) {
    test(`${name}: agrees by itself, and all comes back`, async (t) => {
      const server = await start(t);
      const tap = await t.tap(server);
      const client = t.client(Socket, tap.url('/websocket'));
      await client.open();
      assert.match(tap.offered(EXTENSIONS), /permessage-deflate/);
      assert.equal(answered(tap), OURS);
      assert.match(client.socket.extensions, /permessage-deflate/);
      const messages = ['', 'Hello', 'grüße 🎈 €', LINE, 'ä'.repeat(70_000),
        Buffer.alloc(0), randomBytes(200), randomBytes(MAX_MESSAGE),
        Buffer.alloc(MAX_MESSAGE, 'abcdefgh'), 'x'.repeat(MAX_MESSAGE)];
      for (const message of [...messages, ...messages]) {
        client.send(message);
        assert.deepEqual(await client.next(), message);
      }
      client.socket.close(1000);
      assert.deepEqual(await client.end(), clean(1000));
    });

    test(`${name}: hears short lines as they are, long ones compressed`,
      async (t) => {
        const server = await start(t);
        const tap = await t.tap(server);
        const client = t.client(Socket, tap.url('/chat'));
        await client.open();
        client.send('short');
        client.send(LINE);
        for (const line of ['you are guest 1', 'guest 1 joined, 1 here',
          'guest 1: short', `guest 1: ${LINE}`]) {
          assert.equal(await client.next(), line);
        }
        assert.deepEqual(firstBytes(tap), [0x81, 0x81, 0x81, 0xc1]);
      });

    test(`${name}: without --deflate nothing is agreed on`, async (t) => {
      const server = await t.server();
      const tap = await t.tap(server);
      const client = t.client(Socket, tap.url('/websocket'));
      await client.open();
      assert.equal(answered(tap), '');
      client.send(LINE);
      assert.equal(await client.next(), LINE);
      assert.deepEqual(firstBytes(tap), [0x81]);
    });
  }

  test('ws: all parameters', async (t) => {
    const server = await start(t);
    const takeovers = [undefined, true];
    const windows = [undefined, true, false, 8, 9, 10, 11, 12, 13, 14, 15];
    for (const serverNoContextTakeover of takeovers)
      for (const clientNoContextTakeover of takeovers)
        for (const clientMaxWindowBits of windows)
          for (const serverMaxWindowBits of [undefined, 15, 14, 8]) {
            const tap = await t.tap(server);
            const client = t.client(withOptions({
              serverNoContextTakeover, clientNoContextTakeover,
              clientMaxWindowBits, serverMaxWindowBits, threshold: 0,
            }), tap.url('/websocket'));
            await client.open();
            const expected = {
              15: `${OURS}; server_max_window_bits=15`,
              14: '', // what we cannot do is declined
              8: '',
            }[serverMaxWindowBits] ?? OURS;
            assert.equal(answered(tap), expected);
            for (const message of [LINE, '', LINE, randomBytes(1000)]) {
              client.send(message);
              assert.deepEqual(await client.next(), message);
            }
            client.socket.close(1000);
            assert.deepEqual(await client.end(), clean(1000));
          }
  });

  test('ws: fragments, with Pings between them', async (t) => {
    const client = await connect(t, Deflating);
    const bytes = Buffer.from(`grüße 🎈 ${LINE} €`);
    for (let at = 0; at < bytes.length; at++) {
      if (at % 10 === 0) client.socket.ping();
      client.socket.send(bytes.subarray(at, at + 1),
        { binary: false, fin: at === bytes.length - 1 });
    }
    assert.equal(await client.next(), String(bytes));
    for (const compress of [true, false, true]) {
      client.socket.send('', { compress, fin: false });
      client.socket.send(LINE, { compress, fin: false });
      client.socket.send('', { compress, fin: true });
      assert.equal(await client.next(), LINE);
    }
  });

  test('ws: what comes out counts: a bomb is told 1009', async (t) => {
    const server = await start(t);
    for (const [path, size] of [
      ['/websocket', MAX_MESSAGE + 1], ['/websocket', 64 * MAX_MESSAGE],
      ['/draw', MAX_ROOM_MESSAGE + 1]]) {
      const client = t.client(Deflating, server.url(path));
      await client.open();
      client.send(Buffer.alloc(size));
      assert.equal((await client.end()).code, 1009);
    }
  });

  test('ws: a message of the greatest size may grow a little', async (t) => {
    const client = await connect(t, Deflating);
    const message = randomBytes(MAX_MESSAGE);
    client.send(message);
    assert.deepEqual(await client.next(), message);
  });

  test('ws: what comes out must be UTF-8', async (t) => {
    const client = await connect(t, Deflating);
    const bytes = Buffer.from([0x48, 0xc3, 0x28]);
    client.socket.send(bytes, { binary: false, fin: false });
    assert.equal((await client.end()).code, 1007);
  });

  test('each member of a room hears what it can read', async (t) => {
    const server = await start(t);
    const members = [];
    for (const Socket of [Deflating, Plain, WebSocket]) {
      const tap = await t.tap(server);
      const client = t.client(Socket, tap.url('/draw'));
      await client.open();
      members.push({ tap, client });
    }
    const stroke = Buffer.alloc(MAX_ROOM_MESSAGE, 'stroke');
    for (const { client } of members) client.send(stroke);
    for (const { client } of members) {
      for (let count = 0; count < 3; count++) {
        assert.deepEqual(await client.next(), stroke);
      }
    }
    assert.deepEqual(members.map(({ tap }) => firstBytes(tap)),
      [[0xc2, 0xc2, 0xc2], [0x82, 0x82, 0x82], [0xc2, 0xc2, 0xc2]]);
  });
});
