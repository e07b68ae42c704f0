// What the tests share: the server under test, a tap on the wire, and a client
// whose events can be waited for. Every wait has a deadline.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { test as nodeTest } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEADLINE = 15_000;
const TEST_DEADLINE = 60_000;

export const MAX_MESSAGE = 1024 * 1024;
export const MAX_ROOM_MESSAGE = 64 * 1024;

/** Settles as `promise` does, or fails and says what was waited for. */
export async function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new Error(`waited in vain: ${what}`));
    timer = setTimeout(fail, DEADLINE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

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
      t.own(new Client(WebSocket, url, protocols), (client) => client.drop());
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

class Server {
  static async start(flags) {
    step4 ??= binary();
    const server = new Server();
    server.child = spawn(step4, ['127.0.0.1:0', ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    server.ended = once(server.child, 'exit');
    server.log = '';
    await within(`"Listening on" from ${step4}`, server.listening());
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

/** Stands between client and server, hands all on, and keeps what they say. */
class Tap {
  static async start(port) {
    const tap = new Tap();
    tap.fromClient = Buffer.alloc(0);
    tap.fromServer = Buffer.alloc(0);
    tap.watchers = new Set();
    tap.sockets = new Set();
    tap.listener = net.createServer((client) => {
      const server = net.connect(port, '127.0.0.1');
      tap.join(client, server, 'fromClient');
      tap.join(server, client, 'fromServer');
    });
    tap.listener.listen(0, '127.0.0.1');
    await within('the tap', once(tap.listener, 'listening'));
    tap.port = tap.listener.address().port;
    return tap;
  }

  join(from, to, name) {
    this.sockets.add(from);
    from.on('data', (data) => {
      this[name] = Buffer.concat([this[name], data]);
      for (const watch of this.watchers) watch();
    });
    from.on('error', () => to.destroy());
    from.pipe(to);
  }

  url(path) {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  /** The value of a header of the request, '' without one. */
  offered(header) {
    const head = this.fromClient.toString('latin1').split('\r\n\r\n')[0];
    return new RegExp(`^${header}: *(.*)$`, 'im').exec(head)?.[1] ?? '';
  }

  /** Waits until the client has said something that satisfies. */
  until(what, satisfied) {
    return within(what, new Promise((resolve) => {
      const watch = () => {
        if (!satisfied(this)) return;
        this.watchers.delete(watch);
        resolve();
      };
      this.watchers.add(watch);
      watch();
    }));
  }

  stop() {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }
}

/**
 * Opcode and payload of the short frames behind the HTTP head. For frames of
 * up to 125 bytes only.
 */
export function shortFrames(bytes) {
  const frames = [];
  let rest = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  while (rest.length >= 2) {
    const length = rest[1] & 0x7f;
    const masked = (rest[1] & 0x80) !== 0;
    const start = masked ? 6 : 2;
    if (rest.length < start + length) break;
    const payload = Buffer.from(rest.subarray(start, start + length));
    if (masked) payload.forEach((_, at) => { payload[at] ^= rest[2 + at % 4]; });
    frames.push({ opcode: rest[0] & 0x0f, payload, masked });
    rest = rest.subarray(start + length);
  }
  return frames;
}

/** A socket with the browsers' interface, which `ws` has too. */
export class Client {
  messages = [];
  waiting = [];

  constructor(WebSocket, url, protocols = []) {
    this.socket = new WebSocket(url, protocols);
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
