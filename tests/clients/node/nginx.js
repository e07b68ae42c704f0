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
import { Client } from './harness.js';
import { within } from './within.js';

export const NAME = 'draw.example.com';
const BOOK = new URL('../../../book/src/files/nginx.conf', import.meta.url);

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A folder of the test's own, which is removed when the test is over. */
export function folder(t) {
  return t.own(mkdtempSync(join(tmpdir(), 'course-nginx-')),
    (path) => rmSync(path, { recursive: true }));
}

/**
 * Starts nginx in `dir`, with a new certificate there. `site` is a text of the
 * book; of `places`, pairs of a text in it and what stands for it here, each
 * must be there. Gives a function that makes a socket: path and Origin.
 */
export async function startNginx(t, dir, site, places) {
  const [certificate, key] = ['fullchain.pem', 'privkey.pem']
    .map((name) => join(dir, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${NAME}`,
    '-addext', `subjectAltName=DNS:${NAME}`, '-keyout', key,
    '-out', certificate], { stdio: 'ignore' });
  const port = await freePort();
  const replace = (text, [old, now]) => {
    assert.ok(text.includes(old), old);
    return text.replaceAll(old, now);
  };
  const here = [['listen 443', `listen 127.0.0.1:${port}`],
    ['/etc/ssl/draw', dir], ...places].reduce(replace, site);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${dir}/${kind};`).join(' ');
  const all = join(dir, 'all.conf');
  writeFileSync(all, `daemon off; master_process off; pid ${dir}/pid;
    events { worker_connections 2048; }
    http { access_log off; ${temporary} ${here} }`);
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
  const ca = readFileSync(certificate);
  return (path, origin = `https://${host}`) =>
    new WebSocket(`wss://127.0.0.1:${port}${path}`,
      { ca, origin, servername: NAME, headers: { Host: host } });
}

/**
 * Starts a server with `flags`, and nginx with the book's text as `change`
 * leaves it. Gives a function that opens a client: path and Origin.
 */
export async function proxied(t, flags, change = (text) => text) {
  const dir = folder(t);
  const server = await t.server(...flags);
  const site = change(readFileSync(BOOK, 'utf8'));
  const open = await startNginx(t, dir, site,
    [['127.0.0.1:6969', `127.0.0.1:${server.port}`]]);
  return (...how) => t.own(new Client(open(...how)), (client) => client.drop());
}
