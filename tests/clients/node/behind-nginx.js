// The last stage behind nginx. It needs nginx and openssl, so it is no part of
// the other tests here: `node run.js behind-nginx.js`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { clean, test } from './harness.js';
import { NAME, proxied } from './nginx.js';
import { within } from './within.js';

async function refusal(client) {
  const [, response] = await within('a refusal',
    once(client.socket, 'unexpected-response'));
  client.socket.once('error', () => {});
  return response.statusCode;
}

const ours = ['--allow-host', NAME];

test('nginx: a large message and a Close go through TLS', async (t) => {
  const client = await proxied(t, ours);
  const echo = client('/websocket');
  await echo.open();
  const bytes = Buffer.alloc(1024 * 1024, 7);
  echo.send(bytes);
  assert.deepEqual(await echo.next(), bytes);
  echo.socket.close(4000);
  assert.deepEqual(await echo.end(), clean(4000));
});

test('nginx: a room hears both', async (t) => {
  const client = await proxied(t, ours);
  const [first, second] = [client('/draw'), client('/draw')];
  await Promise.all([first.open(), second.open()]);
  first.send(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  assert.equal((await second.next()).length, 10);
});

test('nginx: who is refused without it is refused behind it', async (t) => {
  const client = await proxied(t, ours);
  assert.equal(await refusal(client('/chat', 'https://evil.example')), 403);
});

test('nginx: the name has to be ours', async (t) => {
  const client = await proxied(t, []);
  assert.equal(await refusal(client('/chat')), 403);
});

for (const [line, other] of [
  [/proxy_set_header Upgrade .*/, ''],
  [/proxy_set_header Connection .*/, ''],
  ['proxy_http_version 1.1', 'proxy_http_version 1.0'],
]) {
  test(`nginx: ${line} has to be there, or the answer is 426`, async (t) => {
    const client = await proxied(t, ours, (text) => text.replace(line, other));
    assert.equal(await refusal(client('/chat')), 426);
  });
}

test('nginx: silence longer than its timeout is cut', async (t) => {
  const hasty = (text) => text.replace('timeout 60s', 'timeout 1s');
  const client = await proxied(t, ours, hasty);
  const silent = client('/websocket');
  await silent.open();
  assert.equal((await silent.end()).code, 1006);
});

test('nginx: our Pings are no silence', async (t) => {
  const hasty = (text) => text.replace('timeout 60s', 'timeout 1s');
  const client = await proxied(t, [...ours, '--ping-interval', '0.4'], hasty);
  const silent = client('/websocket');
  await silent.open();
  await sleep(2500);
  silent.send('still here');
  assert.equal(await silent.next(), 'still here');
});
