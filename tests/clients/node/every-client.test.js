// What all clients with the browsers' interface can do, each in turn.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe } from 'node:test';
import { clients } from './clients.js';
import { MAX_MESSAGE, MAX_ROOM_MESSAGE, clean, test } from './harness.js';
import { shortFrames } from './tap.js';

const [PING, PONG] = [0x9, 0xa];

for (const { name, WebSocket } of clients) {
  describe(name, { concurrency: 4 }, () => {
    /** A server of its own, and a client on `path` of it. */
    async function connect(t, path, ...flags) {
      const server = await t.server(...flags);
      const client = t.client(WebSocket, server.url(path));
      await client.open();
      return { server, client };
    }

    test(`${name}: echo of text, binary and nothing`, async (t) => {
      const { client } = await connect(t, '/websocket');
      const bytes = randomBytes(70_000);
      const messages = ['Hello', 'grüße, 世界 🎈', '\0', 'x'.repeat(125),
        'x'.repeat(126), 'x'.repeat(65_535), 'x'.repeat(65_536), '',
        Buffer.from([0, 1, 0xff]), bytes, Buffer.alloc(0)];
      for (const message of messages) {
        client.send(message);
        assert.deepEqual(await client.next(), message);
      }
      client.socket.close(1000);
      assert.deepEqual(await client.end(), clean(1000));
      assert.equal(client.errors, 0);
    });

    test(`${name}: many messages come back in their order`, async (t) => {
      const { client } = await connect(t, '/websocket');
      for (let at = 0; at < 2000; at++) client.send(`message ${at}`);
      for (let at = 0; at < 2000; at++) {
        assert.equal(await client.next(), `message ${at}`);
      }
    });

    test(`${name}: 1 MiB comes back, one byte more is 1009`, async (t) => {
      const { client } = await connect(t, '/websocket');
      const bytes = randomBytes(MAX_MESSAGE);
      const text = bytes.toString('hex').slice(0, MAX_MESSAGE);
      client.send(bytes);
      assert.ok(bytes.equals(await client.next()), 'other bytes came back');
      client.send(text);
      assert.ok(text === await client.next(), 'another text came back');
      client.send(`${text}.`);
      const { code, wasClean } = await client.end();
      assert.deepEqual({ code, wasClean }, { code: 1009, wasClean: true });
    });

    test(`${name}: 8 MiB in one message is told 1009`, async (t) => {
      const { client } = await connect(t, '/websocket');
      client.send(Buffer.alloc(8 * MAX_MESSAGE));
      assert.equal((await client.end()).code, 1009);
    });

    test(`${name}: the server pings, the client pongs`, async (t) => {
      const server = await t.server('--ping-interval', '0.2');
      const tap = await t.tap(server);
      const client = t.client(WebSocket, tap.url('/websocket'));
      await client.open();
      await tap.until('three Pongs', () =>
        shortFrames(tap.fromClient).length >= 3);
      const pongs = shortFrames(tap.fromClient);
      const pings = shortFrames(tap.fromServer);
      for (const [at, pong] of pongs.entries()) {
        assert.deepEqual([pong.opcode, pong.masked], [PONG, true]);
        assert.deepEqual([pings[at].opcode, pings[at].masked], [PING, false]);
        assert.deepEqual(pong.payload, pings[at].payload);
      }
      client.send('still here');
      assert.equal(await client.next(), 'still here');
      client.socket.close(1000);
      assert.deepEqual(await client.end(), clean(1000));
    });

    test(`${name}: the client closes, with and without a code`, async (t) => {
      const server = await t.server();
      for (const [args, wanted] of [
        [[], clean(1005)], [[1000], clean(1000)],
        [[4000, 'enough, 🎈'], clean(4000)], [[3000], clean(3000)],
      ]) {
        const client = t.client(WebSocket, server.url('/websocket'));
        await client.open();
        client.send('last words');
        client.socket.close(...args);
        assert.deepEqual(await client.end(), wanted, `close(${args})`);
        assert.equal(client.errors, 0);
      }
    });

    test(`${name}: a server that stops says 1001`, async (t) => {
      const { server, client } = await connect(t, '/websocket');
      const guest = t.client(WebSocket, server.url('/chat'));
      await guest.open();
      assert.equal(await guest.next(), 'you are guest 1');
      assert.equal(await server.stop('SIGTERM'), 0, server.log);
      assert.deepEqual(await client.end(), clean(1001, 'server stops'));
      assert.deepEqual(await guest.end(), clean(1001, 'server stops'));
    });

    test(`${name}: of its subprotocols chat is chosen`, async (t) => {
      const server = await t.server();
      const client = t.client(WebSocket, server.url('/chat'),
        ['superchat', 'chatter', 'chat']);
      await client.open();
      assert.equal(client.socket.protocol, 'chat');
      const plain = t.client(WebSocket, server.url('/chat'));
      await plain.open();
      assert.equal(plain.socket.protocol, '');
    });

    // The server is right not to name what was not offered. These clients then
    // give up, as browsers do: they asked, and got nothing.
    test(`${name}: fails if no subprotocol is shared`, async (t) => {
      const server = await t.server();
      const tap = await t.tap(server);
      const client = t.client(WebSocket, tap.url('/chat'), ['superchat']);
      await client.failure();
      assert.match(tap.fromServer.toString('latin1'), /^HTTP\/1\.1 101 /);
      assert.doesNotMatch(tap.fromServer.toString('latin1'),
        /sec-websocket-protocol/i);
    });

    test(`${name}: the wrong kind for a room is 1003`, async (t) => {
      const server = await t.server();
      for (const [path, data] of [
        ['/chat', Buffer.from('Hello')], ['/draw', 'Hello'],
      ]) {
        const client = t.client(WebSocket, server.url(path));
        await client.open();
        client.send(data);
        const { code, wasClean } = await client.end();
        assert.deepEqual({ path, code, wasClean },
          { path, code: 1003, wasClean: true });
      }
    });

    test(`${name}: over 64 KiB is too long for a room`, async (t) => {
      const { client } = await connect(t, '/draw');
      const stroke = Buffer.alloc(MAX_ROOM_MESSAGE, 1);
      client.send(stroke);
      assert.deepEqual(await client.next(), stroke);
      client.send(Buffer.alloc(MAX_ROOM_MESSAGE + 1));
      assert.equal((await client.end()).code, 1009);
    });

    test(`${name}: compression is offered and declined`, async (t) => {
      const server = await t.server();
      const tap = await t.tap(server);
      const client = t.client(WebSocket, tap.url('/websocket'));
      await client.open();
      assert.match(tap.offered('sec-websocket-extensions'),
        /permessage-deflate/);
      assert.doesNotMatch(tap.fromServer.toString('latin1'),
        /sec-websocket-extensions/i);
      assert.equal(client.socket.extensions, '');
      const text = 'again and again '.repeat(10_000);
      client.send(text);
      assert.equal(await client.next(), text);
    });

    test(`${name}: an unknown path does not open`, async (t) => {
      const server = await t.server();
      const client = t.client(WebSocket, server.url('/nowhere'));
      await client.failure();
    });
  });
}
