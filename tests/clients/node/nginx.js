// nginx before the server, with the configuration that the book shows, a
// certificate that nobody has signed, and a free port.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { within } from './within.js';

export const NAME = 'draw.example.com';
const BOOK = new URL('../../../book/src/files/nginx.conf', import.meta.url);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/**
 * Starts a server with `flags`, and nginx with the book's text as `change`
 * leaves it. Gives a function that opens a client: path and Origin.
 */
export async function proxied(t, flags, change = (text) => text) {
  const dir = t.own(mkdtempSync(join(tmpdir(), 'course-nginx-')),
    (path) => rmSync(path, { recursive: true }));
  const [certificate, key] = ['fullchain.pem', 'privkey.pem']
    .map((name) => join(dir, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${NAME}`,
    '-addext', `subjectAltName=DNS:${NAME}`, '-keyout', key,
    '-out', certificate], { stdio: 'ignore' });
  const server = await t.server(...flags);
  const port = await freePort();
  const replace = (text, [old, now]) => {
    assert.ok(text.includes(old), old);
    return text.replaceAll(old, now);
  };
  const site = change([['listen 443', `listen 127.0.0.1:${port}`],
    ['127.0.0.1:6969', `127.0.0.1:${server.port}`],
    ['/etc/ssl/draw', dir]].reduce(replace, readFileSync(BOOK, 'utf8')));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${dir}/${kind};`).join(' ');
  const all = join(dir, 'all.conf');
  writeFileSync(all, `daemon off; master_process off; pid ${dir}/pid;
    events {} http { access_log off; ${temporary} ${site} }`);
  const log = join(dir, 'log');
  const nginx = t.own(spawn('nginx', ['-p', dir, '-e', log, '-c', all],
    { stdio: 'inherit' }), async (child) => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
  });
  const listens = async () => {
    for (;;) {
      assert.equal(nginx.exitCode, null, 'nginx has ended');
      const socket = connect(port, '127.0.0.1');
      const met = once(socket, 'connect').then(() => true, () => false);
      if (await met) return socket.destroy();
      await sleep(20);
    }
  };
  await within('nginx listens', listens());
  const host = `${NAME}:${port}`;
  return (path, origin = `https://${host}`) => {
    const options = { ca: readFileSync(certificate), origin, servername: NAME,
      headers: { Host: host } };
    class Socket extends WebSocket {
      constructor(url, protocols) { super(url, protocols, options); }
    }
    return t.client(Socket, `wss://127.0.0.1:${port}${path}`);
  };
}
