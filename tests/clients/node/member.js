// A member of a room who numbers what it says, keeps what it hears, and comes
// back as the page does (page.html: Link).

import { until } from './within.js';

const FIRST_PAUSE = 500, LONGEST_PAUSE = 15_000, LASTED = 3_000;

let members = 0;

export class Member {
  /** `open` makes a socket to the room `/chat` or `/draw`. */
  constructor(open, room) {
    Object.assign(this, { open, room, name: members++, said: 0, tries: 0 });
    this.connections = [];
    /** Of whom which numbers were heard, and over which connection. */
    this.heard = new Map();
    /** How much that was. */
    this.count = 0;
    /** What the server itself said in the chat. */
    this.lines = [];
    this.connect();
  }

  connect() {
    const socket = this.open();
    const connection = { socket };
    this.connection = connection;
    this.connections.push(connection);
    socket.on('open', () => { connection.openedAt = performance.now(); });
    socket.on('message', (data, isBinary) => this.hear(connection,
      isBinary ? data : String(data)));
    socket.on('unexpected-response', (_, { statusCode }) => {
      connection.refusal = statusCode;
      socket.terminate();
    });
    socket.on('error', () => {});
    socket.on('close', (code) => {
      connection.code = code;
      connection.closedAt = performance.now();
      this.wait(connection);
    });
  }

  wait({ openedAt, closedAt }) {
    if (this.left) return;
    if (closedAt - openedAt > LASTED) this.tries = 0;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.tries++, LONGEST_PAUSE);
    this.timer = setTimeout(() => this.connect(),
      pause * (0.75 + Math.random() / 4));
  }

  /** In the room: who chats has been told its name. */
  get isIn() {
    const { socket, guest } = this.connection;
    return socket.readyState === 1 && (this.room === '/draw' || guest);
  }

  isThere() {
    return until(`member ${this.name} is in ${this.room}`, () => this.isIn);
  }

  /** What all guests of its server have in common. */
  get server() { return this.connection.guest?.split('-')[0]; }

  /** Says its next number, if it can. */
  say() {
    if (!this.isIn) return;
    const number = this.said++;
    if (this.room === '/chat') {
      return this.connection.socket.send(`${this.name} ${number}`);
    }
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(this.name);
    bytes.writeUInt32BE(number, 4);
    this.connection.socket.send(bytes);
  }

  hear(connection, data) {
    if (typeof data !== 'string') {
      if (data.length !== 8) return; // no member of ours drew it
      return this.note(connection, data.readUInt32BE(), data.readUInt32BE(4));
    }
    const [, name, number] = /^guest \S+: (\d+) (\d+)$/.exec(data) ?? [];
    if (name) return this.note(connection, Number(name), Number(number));
    connection.guest ??= /^you are guest (\S+)$/.exec(data)?.[1];
    this.lines.push(data);
  }

  note(connection, name, number) {
    if (!this.heard.has(name)) this.heard.set(name, []);
    this.heard.get(name).push({ number, connection });
    this.count++;
  }

  /** The last number that was heard of this one. */
  last({ name }) { return this.heard.get(name)?.at(-1).number ?? -1; }

  /** Nothing was heard twice, and nothing before what was said before it. */
  get isOrderly() {
    return [...this.heard.values()].every((all) => all.every(
      ({ number }, at) => at === 0 || all[at - 1].number < number));
  }

  /** How much of what `other` said was not heard. */
  lost(other) { return other.said - (this.heard.get(other.name)?.length ?? 0); }

  /** The same, but only what lies between two things of one connection. */
  lostWhileThere({ name }) {
    const all = this.heard.get(name) ?? [];
    return all.reduce((lost, { number, connection }, at) =>
      at === 0 || all[at - 1].connection !== connection ? lost
        : lost + number - all[at - 1].number - 1, 0);
  }

  leave() {
    this.left = true;
    clearTimeout(this.timer);
    this.connection.socket.terminate();
  }
}
