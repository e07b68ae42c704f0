// Chromium compresses: the demo page and a script of its own, against the
// branch `permessage-deflate` of the book (STEP4 is its binary).

import assert from 'node:assert/strict';
import { after, before, test as nodeTest } from 'node:test';
import {
  Server, closeTab, drawLine, launch, openTab, sameDrawing, say, says,
} from './harness.js';

const test = (name, body) => nodeTest(name, { timeout: 90_000 }, body);

let browser, server;

before(async () => {
  browser = await launch();
  server = await Server.start(0, '--deflate');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Runs in the page: what was agreed on, and whether all comes back. */
async function talk() {
  const socket = new WebSocket(`ws://${location.host}/websocket`);
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve) => { socket.onopen = resolve; });
  const echo = (message) => new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
    socket.send(message);
  });
  const random = new Uint8Array(1 << 20);
  for (let at = 0; at < random.length; at += 65_536) {
    crypto.getRandomValues(random.subarray(at, at + 65_536));
  }
  const messages = ['', 'Hello', 'grüße 🎈 €', 'again and '.repeat(50),
    'ä'.repeat(500_000), 'x'.repeat(1 << 20), random,
    new Uint8Array(1 << 20), new Uint8Array(0)];
  const wrong = [];
  for (const message of [...messages, ...messages]) {
    const came = await echo(message);
    const same = typeof message === 'string' ? came === message
      : came.byteLength === message.length
        && new Uint8Array(came).every((byte, at) => byte === message[at]);
    if (!same) wrong.push(message.length);
  }
  const big = new Promise((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  socket.send(new Uint8Array((1 << 20) + 1));
  return { extensions: socket.extensions, wrong, code: await big };
}

test('Chromium agrees by itself, and all comes back', async () => {
  const tab = await openTab(browser, server.url);
  const { extensions, wrong, code } = await tab.evaluate(talk);
  assert.equal(extensions, 'permessage-deflate; ' +
    'server_no_context_takeover; client_no_context_takeover');
  assert.deepEqual(wrong, []);
  assert.equal(code, 1009);
  await closeTab(tab);
});

test('the page chats and draws', async () => {
  const first = await openTab(browser, server.url);
  const second = await openTab(browser, server.url);
  const words = 'the same words, the same words, '.repeat(8).trim();
  await say(first, words);
  await says(second, '#lines li', words);
  await drawLine(first, [[0.1, 0.1], [0.5, 0.9], [0.9, 0.1]]);
  await drawLine(second, [[0.1, 0.9], [0.9, 0.9]]);
  await sameDrawing('the strokes are on both boards', first, second);
  await closeTab(first);
  await closeTab(second);
});
