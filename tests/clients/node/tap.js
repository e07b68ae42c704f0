// A tap on the wire: what client and server say, byte by byte.

import { once } from 'node:events';
import net from 'node:net';
import { within } from './within.js';

/** Stands between client and server, hands all on, and keeps what they say. */
export class Tap {
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
