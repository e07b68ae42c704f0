// What only `ws` lets one send: pings, fragments, a Close as one likes it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe } from 'node:test';
import { WebSocket } from 'ws';
import { clean, test } from './harness.js';
import { until, within } from './within.js';

describe('ws', { concurrency: 4 }, () => {
  async function connect(t, path, ...flags) {
    const server = await t.server(...flags);
    const client = t.client(WebSocket, server.url(path));
    await client.open();
    return client;
  }

  const pong = async (socket) => {
    const [payload] = await within('a Pong', once(socket, 'pong'));
    return payload;
  };

  test('ws: a Ping comes back as Pong with its payload', async (t) => {
    const client = await connect(t, '/websocket');
    for (const payload of ['', 'Hello', Buffer.alloc(125, 0xff)]) {
      const came = pong(client.socket);
      client.socket.ping(payload);
      assert.deepEqual(await came, Buffer.from(payload));
    }
  });

  test('ws: a Pong that nobody asked for is ignored', async (t) => {
    const client = await connect(t, '/websocket');
    client.socket.pong('unasked');
    client.send('Hello');
    assert.equal(await client.next(), 'Hello');
  });

  test('ws: hears the Pings of the server', async (t) => {
    const client = await connect(t, '/websocket', '--ping-interval', '0.2');
    for (let count = 0; count < 3; count++) {
      await within('a Ping', once(client.socket, 'ping'));
    }
    client.socket.close(1000);
    assert.deepEqual(await client.end(), clean(1000));
  });

  test('ws: fragments are one message, and a Ping fits between', async (t) => {
    const client = await connect(t, '/websocket');
    const { socket } = client;
    const came = pong(socket);
    socket.send('He', { fin: false });
    socket.ping('between');
    socket.send('', { fin: false });
    socket.send('llo', { fin: true });
    assert.deepEqual(await came, Buffer.from('between'));
    assert.equal(await client.next(), 'Hello');
    for (let at = 0; at < 1000; at++) {
      socket.send(Buffer.from([at]), { fin: at === 999 });
    }
    assert.deepEqual(await client.next(),
      Buffer.from(Array.from({ length: 1000 }, (_, at) => at)));
  });

  test('ws: a fragment may end inside a character', async (t) => {
    const client = await connect(t, '/websocket');
    const bytes = Buffer.from('grüße 🎈 €');
    bytes.forEach((_, at) => {
      client.socket.send(bytes.subarray(at, at + 1),
        { binary: false, fin: at === bytes.length - 1 });
    });
    assert.equal(await client.next(), 'grüße 🎈 €');
  });

  test('ws: text that is not UTF-8 is told 1007', async (t) => {
    const client = await connect(t, '/websocket');
    client.socket.send(Buffer.from([0x48, 0xc3, 0x28]), { binary: false });
    const { code, wasClean } = await client.end();
    assert.deepEqual({ code, wasClean }, { code: 1007, wasClean: true });
  });

  test('ws: a Close inside an open message is answered', async (t) => {
    const client = await connect(t, '/websocket');
    client.socket.send('never', { fin: false });
    client.socket.close(4000, 'changed my mind');
    assert.deepEqual(await client.end(), clean(4000));
  });

  test('ws: it may choose not to offer compression', async (t) => {
    const server = await t.server();
    const Plain = class extends WebSocket {
      constructor(url) {
        super(url, { perMessageDeflate: false });
      }
    };
    const client = t.client(Plain, server.url('/websocket'));
    await client.open();
    client.send('Hello');
    assert.equal(await client.next(), 'Hello');
  });

  test('ws: who answered while the server stood still is not sent away', async (t) => {
    const server = await t.server('--ping-interval', '1', '--ping-timeout', '1');
    const Silent = class extends WebSocket {
      constructor(url) {
        super(url, { autoPong: false });
      }
    };
    const client = t.client(Silent, server.url('/websocket'));
    await client.open();
    const { socket } = client;
    const next = () => within('a Ping, and no Close', Promise.race([
      once(socket, 'ping'),
      once(socket, 'close').then(([code]) => assert.fail(`closed, ${code}`)),
    ]));
    await next();
    server.child.kill('SIGSTOP');
    socket.pong();
    const start = performance.now();
    await until('its time is over', () => performance.now() - start > 1500);
    server.child.kill('SIGCONT');
    await next();
  });
});
