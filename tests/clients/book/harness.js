// What the tests share: the book as it is built, a server for it, a browser,
// and the servers of the stages.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const DEADLINE = 15_000;
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A copy of the book with the page of samples in it, built. */
export function buildBook() {
  const folder = mkdtempSync(join(tmpdir(), 'book-proof-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, 'source');
  const site = join(folder, 'site');
  cpSync(join(ROOT, 'book'), source, { recursive: true });
  cpSync(fileURLToPath(new URL('sample.md', import.meta.url)),
    join(source, 'src/sample.md'));
  appendFileSync(join(source, 'src/SUMMARY.md'), '\n- [Samples](sample.md)\n');
  execFileSync(process.env.MDBOOK ?? 'mdbook',
    ['build', source, '--dest-dir', site], { stdio: ['ignore', 'ignore', 'pipe'] });
  const pages = readdirSync(site, { recursive: true }).map((path) => path.replaceAll('\\', '/'))
    // What the reader downloads is no page.
    .filter((path) => path.endsWith('.html') && path !== 'toc.html' && !path.startsWith('files/')).sort();
  // In the order of the book.
  const summary = readFileSync(join(source, 'src/SUMMARY.md'), 'utf8');
  const chapters = [...summary.matchAll(/\]\(([^)#]+)\.md\)/g)].map(([, path]) => `${path}.html`);
  return { source: join(source, 'src'), site, pages, chapters };
}

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.js': 'text/javascript', '.png': 'image/png', '.woff2': 'font/woff2',
};

export function answerFile(site, path) {
  const file = join(site, normalize(decodeURIComponent(path)));
  assert.ok(file.startsWith(site));
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  return { body: readFileSync(file), contentType: type };
}

/** Serves the folder on a free port. */
export async function serve(site) {
  const server = createServer(({ url }, response) => {
    try {
      const path = new URL(url, 'http://x').pathname.replace(/\/$/, '/index.html');
      const { body, contentType } = answerFile(site, path);
      response.writeHead(200, { 'Content-Type': contentType }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function launch(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run',
      '--disable-gpu', ...more],
  });
}

/**
 * Opens a page in a window of its own. `tab.faults` collects what must not
 * happen: errors in the console, uncaught exceptions, requests to other hosts.
 */
export async function openPage(browser, url, { theme, allow = [], ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options,
  });
  if (theme) {
    await context.addInitScript((name) => localStorage.setItem('mdbook-theme', name), theme);
  }
  // The page with all chapters asks to be printed at once.
  await context.addInitScript(() => { window.print = () => {}; });
  const tab = await context.newPage();
  tab.setDefaultTimeout(DEADLINE);
  tab.faults = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') tab.faults.push(message.text());
  });
  tab.on('pageerror', (error) => tab.faults.push(error.stack));
  const hosts = [new URL(url).host, ...allow];
  const checkHost = (address) => {
    const wanted = new URL(address);
    if (wanted.protocol !== 'data:' && !hosts.includes(wanted.host)) {
      tab.faults.push(`a request to ${address}`);
    }
  };
  tab.on('request', (request) => checkHost(request.url()));
  tab.on('websocket', (socket) => checkHost(socket.url()));
  // The page with all chapters takes its time on a machine that has other things to do.
  await tab.goto(url, { timeout: 4 * DEADLINE });
  return tab;
}

/** Closes the window; nothing may have gone wrong in it. */
export async function closePage(tab) {
  await tab.context().close();
  assert.deepEqual(tab.faults, []);
}

/** Asks again until the answer satisfies; fails at the deadline. */
export async function until(what, ask, satisfies = Boolean) {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    assert.ok(Date.now() < deadline, `still not: ${what}; last: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Chromium does not manage a picture of a whole chapter. */
const TALLEST = 8000;

/** A picture of the page, if a folder for pictures is given. */
export async function picture(tab, name, options = {}) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const height = await tab.evaluate(() => document.documentElement.scrollHeight);
  const clip = options.fullPage && height > TALLEST
    ? { x: 0, y: 0, width: tab.viewportSize().width, height: TALLEST } : undefined;
  await tab.screenshot({ path: join(folder, `${name}.png`), ...options, clip });
}

const binaries = new Map();

/** The path of a program, from cargo's answer. */
export function binary(...target) {
  const name = target.join(' ');
  if (!binaries.has(name)) {
    const output = execFileSync(process.env.CARGO ?? 'cargo',
      ['build', '--locked', '--message-format=json', ...target],
      { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
    binaries.set(name, output.split('\n').filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line).executable).findLast((path) => path));
  }
  return binaries.get(name);
}

/** What the code of the last stage makes of bytes and keys (oracle.rs). */
export function askOracle(questions) {
  const answers = execFileSync(binary('-p', 'course', '--example', 'oracle'), [],
    { input: questions.map((line) => `${line}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28, timeout: DEADLINE * 4 });
  return answers.trimEnd().split('\n').map((line) => JSON.parse(line));
}

export class Stage {
  /** Starts a stage's server; it chooses its port. */
  static async start(stage, ...flags) {
    const server = new Stage();
    server.child = spawn(binary('-p', stage), ['127.0.0.1:0', ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    server.ended = once(server.child, 'exit');
    server.log = '';
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream.setEncoding('utf8').on('data', (data) => { server.log += data; });
    }
    const [, host] = await until('the server listens', () =>
      /Listening on http:\/\/(\S+)/.exec(server.log));
    server.host = host;
    server.port = Number(host.split(':')[1]);
    return server;
  }

  logged(pattern) {
    return until(`the log has ${pattern}`, () => pattern.exec(this.log));
  }

  async stop() {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
