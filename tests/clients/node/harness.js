// What the tests share: the server under test, and a client whose events can be
// waited for. Every wait has a deadline.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test as nodeTest } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Tap } from './tap.js';
import { within } from './within.js';

const TEST_DEADLINE = 60_000;

export const MAX_MESSAGE = 1024 * 1024;
export const MAX_ROOM_MESSAGE = 64 * 1024;

/**
 * A test that starts servers and clients of its own, by `t`. They are ended
 * when it is over, however it went.
 */
export function test(name, options, body = options) {
  const all = { timeout: TEST_DEADLINE, ...options };
  return nodeTest(name, all, async (t) => {
    const ends = [];
    t.own = (thing, end) => {
      ends.unshift(() => end(thing));
      return thing;
    };
    t.server = async (...flags) =>
      t.own(await Server.start(flags), (server) => server.stop());
    t.tap = async (server) =>
      t.own(await Tap.start(server.port), (tap) => tap.stop());
    t.client = (WebSocket, url, protocols) =>
      t.own(new Client(new WebSocket(url, protocols ?? [])),
        (client) => client.drop());
    try {
      await body(t);
    } finally {
      for (const end of ends) await end();
    }
  });
}

/** The path of the binary: from the environment, or from cargo's answer. */
function binary() {
  if (process.env.STEP4) return process.env.STEP4;
  const output = execFileSync(process.env.CARGO ?? 'cargo',
    ['build', '--quiet', '-p', 'step4-complete', '--message-format=json'],
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
  static async start(flags, path = step4 ??= binary(), port = 0) {
    const server = new Server();
    server.child = spawn(path, [`127.0.0.1:${port}`, ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    server.ended = once(server.child, 'exit');
    server.log = '';
    try {
      await within(`"Listening on" from ${path}`, server.listening());
    } catch (error) {
      server.child.kill('SIGKILL');
      throw error;
    }
    return server;
  }

  listening() {
    return new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', () => reject(new Error(this.log)));
      // It must be read for as long as the server runs, or the server stalls.
      const read = (data) => {
        this.log = (this.log + data).slice(-100_000);
        const found = /Listening on http:\/\/\S+:(\d+)/.exec(this.log);
        if (!found) return;
        this.port = Number(found[1]);
        resolve();
      };
      this.child.stdout.on('data', read);
      this.child.stderr.on('data', read);
    });
  }

  url(path) {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  /** Sends a signal, waits for the end, and tells the exit code. */
  async stop(signal = 'SIGKILL') {
    if (this.child.exitCode === null) this.child.kill(signal);
    const [code] = await within('the end of the server', this.ended);
    return code;
  }
}

/** A socket with the browsers' interface, which `ws` has too. */
export class Client {
  messages = [];
  waiting = [];

  constructor(socket) {
    this.socket = socket;
    this.socket.binaryType = 'arraybuffer';
    this.errors = 0;
    const first = (event) => new Promise((resolve) =>
      this.socket.addEventListener(event, resolve, { once: true }));
    this.opened = first('open');
    this.failed = first('error');
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close',
        ({ code, reason, wasClean }) => resolve({ code, reason, wasClean }));
    });
    this.socket.addEventListener('error', () => { this.errors++; });
    this.socket.addEventListener('message', ({ data }) => {
      const message = typeof data === 'string' ? data : Buffer.from(data);
      const waits = this.waiting.shift();
      if (waits) waits(message);
      else this.messages.push(message);
    });
  }

  open() {
    const early = this.closed.then(({ code }) => {
      throw new Error(`closed with ${code} instead of opened`);
    });
    return within('the connection is open', Promise.race([this.opened, early]));
  }

  send(data) {
    this.socket.send(data);
  }

  /** The next message: a string, or a Buffer if it was binary. */
  next() {
    if (this.messages.length > 0) return this.messages.shift();
    const early = this.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} ${reason} before a message`);
    });
    const message = new Promise((resolve) => this.waiting.push(resolve));
    return within('a message', Promise.race([message, early]));
  }

  /** The end as the client saw it. */
  end() {
    return within('the connection is closed', this.closed);
  }

  /**
   * It does not get as far as to be open. Node 20 says `error` only; later it
   * says `close` as well, as browsers do.
   */
  failure() {
    const opened = this.opened.then(() => {
      throw new Error('opened, which should have failed');
    });
    return within('a failure', Promise.race([this.failed, opened]));
  }

  drop() {
    if (this.socket.terminate) this.socket.terminate();
    else this.socket.close();
  }
}

/** What a connection that ended as it should tells its client. */
export function clean(code, reason = '') {
  return { code, reason, wasClean: true };
}
