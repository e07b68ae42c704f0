// What the tests share: the server under test, a browser, and its tabs.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const DEADLINE = 15_000;

/** The path of the binary: from the environment, or from cargo's answer. */
function binary() {
  if (process.env.STEP4) return process.env.STEP4;
  const output = execFileSync(process.env.CARGO ?? 'cargo',
    ['build', '-p', 'step4-complete', '--message-format=json'],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  return output.split('\n').filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).executable)
    .findLast((path) => path);
}

let step4;

export class Server {
  /** Starts a server; port 0 lets the system choose. */
  static async start(port = 0, ...flags) {
    step4 ??= binary();
    const server = new Server();
    server.child = spawn(step4, [`127.0.0.1:${port}`, ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    server.ended = once(server.child, 'exit');
    server.log = '';
    server.child.stderr.on('data', (data) => { server.log += data; });
    server.url = await server.listening();
    server.port = Number(new URL(server.url).port);
    return server;
  }

  listening() {
    return new Promise((resolve, reject) => {
      const fail = () => {
        reject(new Error(`the server does not listen:\n${this.log}`));
      };
      const deadline = setTimeout(fail, DEADLINE);
      this.child.once('error', reject);
      this.child.once('exit', fail);
      // The log may be long: it must be read for as long as the server runs.
      this.child.stdout.on('data', (data) => {
        this.log = (this.log + data).slice(-100_000);
        const found = /Listening on (http:\/\/\S+)/.exec(this.log);
        if (!found) return;
        clearTimeout(deadline);
        resolve(found[1]);
      });
    });
  }

  /** Sends a signal, waits for the end, and tells the exit code. */
  async stop(signal = 'SIGKILL') {
    this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run',
      '--disable-gpu'],
    // As browsers are: going back shows the page as it was left.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/**
 * Opens the page in a window of its own and waits until it is connected.
 * `tab.faults` collects what must not happen: errors in the console, uncaught
 * exceptions, requests to another host.
 */
export async function openTab(browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, ...options,
  });
  const tab = await context.newPage();
  tab.setDefaultTimeout(DEADLINE);
  tab.faults = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') tab.faults.push(message.text());
  });
  tab.on('pageerror', (error) => tab.faults.push(error.stack));
  const { host } = new URL(url);
  const checkHost = (address) => {
    const wanted = new URL(address);
    if (wanted.protocol !== 'data:' && wanted.host !== host) {
      tab.faults.push(`a request to ${address}`);
    }
  };
  tab.on('request', (request) => checkHost(request.url()));
  tab.on('websocket', (socket) => checkHost(socket.url()));
  await tab.goto(url);
  for (const path of ['/chat', '/draw', '/websocket']) {
    await state(tab, path, /^open/);
  }
  return tab;
}

export async function closeTab(tab) {
  await tab.context().close();
  assert.deepEqual(tab.faults, []);
}

/** Waits until the page says this about its connection to `path`. */
export function state(tab, path, wanted) {
  return tab.locator(`[data-link="${path}"] .state`)
    .filter({ hasText: wanted }).waitFor();
}

export function says(tab, selector, wanted) {
  return tab.locator(selector).filter({ hasText: wanted }).first().waitFor();
}

export async function say(tab, words) {
  await tab.fill('#chat-text', words);
  await tab.press('#chat-text', 'Enter');
}

/** Draws with the mouse through points given as fractions of the board. */
export async function drawLine(tab, points) {
  const box = await tab.locator('#wet').boundingBox();
  const moves = points.map(([x, y]) =>
    [box.x + x * box.width, box.y + y * box.height]);
  await tab.mouse.move(...moves[0]);
  await tab.mouse.down();
  // Not one after the other: a fast mouse moves several times in a picture.
  await Promise.all(moves.map((move) => tab.mouse.move(...move)));
  await tab.mouse.up();
}

/** What is drawn: pixels as a data URL, and the painted part in fractions. */
export function drawing(tab) {
  return tab.evaluate(() => {
    const read = (id) => {
      const canvas = document.getElementById(id);
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')
        .getImageData(0, 0, width, height);
      const box = [1, 1, 0, 0];
      let painted = 0;
      for (let pixel = 0; pixel < width * height; pixel++) {
        if (data[pixel * 4 + 3] === 0) continue;
        const x = (pixel % width) / width;
        const y = Math.floor(pixel / width) / height;
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
        painted++;
      }
      return { box, painted, pixels: canvas.toDataURL() };
    };
    return { dry: read('dry'), wet: read('wet') };
  });
}

/** Asks again until the answer satisfies; fails at the deadline. */
export async function until(what, ask, satisfies) {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    assert.ok(Date.now() < deadline, `still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until nothing is wet, something is dry, and all boards are equal. */
export function sameDrawing(what, ...tabs) {
  return until(what, () => Promise.all(tabs.map(drawing)), (drawings) =>
    drawings.every(({ dry, wet }) => dry.painted > 0 && wet.painted === 0
      && dry.pixels === drawings[0].dry.pixels));
}

/** Runs in the page: sends one message on a socket of its own. */
export function closeCodeAfter(tab, path, bytes, kind) {
  return tab.evaluate(([path, bytes, kind]) => new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}${path}`);
    socket.onopen = () => {
      const text = 'x'.repeat(bytes);
      socket.send(kind === 'text' ? text : new TextEncoder().encode(text));
    };
    socket.onclose = ({ code }) => resolve(code);
  }), [path, bytes, kind]);
}
