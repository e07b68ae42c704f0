// A client that sends what no library would.

import { once } from 'node:events';
import net from 'node:net';
import { within } from './within.js';

/** A frame of less than 64 KiB, masked with zeros. */
export function frame(first, payload) {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length]
    : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([first, ...size, 0, 0, 0, 0]), payload]);
}

/** Upgrades, sends frames byte by byte as it is told, and hears the Close. */
export class RawClient {
  constructor(port) {
    this.port = port;
    this.socket = net.connect(port, '127.0.0.1');
    this.received = Buffer.alloc(0);
    this.socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data]);
      this.socket.emit('more');
    });
    this.socket.on('error', () => {});
  }

  /** Upgrades with one more header line, and tells the head of the answer. */
  async upgrade(line) {
    this.socket.write(['GET /websocket HTTP/1.1',
      `Host: 127.0.0.1:${this.port}`, 'Upgrade: websocket',
      'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', line, '', '',
    ].join('\r\n'));
    while (!this.received.includes('\r\n\r\n')) {
      await within('the answer', once(this.socket, 'more'));
    }
    const end = this.received.indexOf('\r\n\r\n') + 4;
    const head = this.received.toString('latin1', 0, end);
    this.received = this.received.subarray(end);
    return head;
  }

  send(first, payload) {
    this.socket.write(frame(first, payload));
  }

  /** Sends the bytes again and again, as fast as they go, to the end. */
  flood(bytes) {
    this.socket.removeAllListeners('data');
    this.socket.resume();
    const more = () => { while (this.socket.write(bytes)); };
    this.socket.on('drain', more);
    more();
  }

  /** Waits for so many frames, of less than 64 KiB, and drops them. */
  async frames(count) {
    while (count > 0) {
      const [, short = 0] = this.received;
      const [start, length] = (short & 0x7f) < 126 ? [2, short & 0x7f]
        : [4, this.received.length < 4 ? 0 : this.received.readUInt16BE(2)];
      if (this.received.length < Math.max(start, 2) + length) {
        await within('a frame', once(this.socket, 'more'));
      } else {
        this.received = this.received.subarray(start + length);
        count--;
      }
    }
  }

  /** The code of the Close that ends the connection. */
  async close() {
    await within('the end', once(this.socket, 'end'));
    const at = this.received.indexOf(0x88);
    return at < 0 ? undefined : this.received.readUInt16BE(at + 2);
  }

  stop() {
    this.socket.destroy();
  }
}
