// Several clients of different make on one server.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clients } from './clients.js';
import { clean, test } from './harness.js';
import { within } from './within.js';

/** A chat client of Python, which prints what it hears and says its input. */
class PythonMember {
  constructor(url) {
    const program = new URL('../python/member.py', import.meta.url);
    this.child = spawn(process.env.PYTHON, [fileURLToPath(program), url],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = once(this.child, 'exit');
    this.lines = createInterface({ input: this.child.stdout })
      [Symbol.asyncIterator]();
  }

  async next() {
    const { value } = await within('a line of Python', this.lines.next());
    return value === undefined ? 'the end' : JSON.parse(value);
  }

  send(text) {
    this.child.stdin.write(`${JSON.stringify(text)}\n`);
  }

  /** Leaves, and tells the code that the server answered with. */
  async leave() {
    this.child.stdin.end();
    const [code] = await within('the end of Python', this.ended);
    assert.equal(code, 0);
  }
}

const skip = process.env.PYTHON ? false
  : 'needs PYTHON, one that has websockets: see ../run';

test('different clients in a room hear the same', { skip }, async (t) => {
  const server = await t.server();
  const url = server.url('/chat');
  const members = [];
  /** Everybody's next line: the same for all. */
  const allHear = async (line) => {
    for (const member of members) assert.equal(await member.next(), line);
  };
  const join = async (member) => {
    members.push(member);
    const guest = members.length;
    assert.equal(await member.next(), `you are guest ${guest}`);
    await allHear(`guest ${guest} joined, ${guest} here`);
  };
  for (const { WebSocket } of clients) {
    await join(t.client(WebSocket, url));
  }
  await join(t.own(new PythonMember(url), ({ child }) => child.kill()));

  for (const [at, member] of members.entries()) {
    member.send(`grüße, 世界 🎈 from ${at}`);
    await allHear(`guest ${at + 1}: grüße, 世界 🎈 from ${at}`);
  }

  // All speak at once: one order for everybody.
  const count = 50;
  for (let line = 0; line < count; line++) {
    for (const member of members) member.send(`line ${line}`);
  }
  const lines = await Promise.all(members.map(async (member) => {
    const all = [];
    while (all.length < count * members.length) all.push(await member.next());
    return all;
  }));
  for (const other of lines) assert.deepEqual(other, lines[0]);
  for (const guest of members.keys()) {
    const own = lines[0].filter((line) => line.startsWith(`guest ${guest + 1}`));
    assert.deepEqual(own, Array.from({ length: count },
      (_, line) => `guest ${guest + 1}: line ${line}`));
  }

  await members.pop().leave();
  await allHear('guest 4 left, 3 here');
  const first = members.shift();
  first.socket.close(1000);
  assert.deepEqual(await first.end(), clean(1000));
  await allHear('guest 1 left, 2 here');
});

test('a job tells each client its progress, and ends with 1000', async (t) => {
  const server = await t.server();
  await Promise.all(clients.map(async ({ name, WebSocket }) => {
    const client = t.client(WebSocket, server.url('/progress'));
    await client.open();
    assert.equal(await client.next(), '0', name);
    for (let last = 0; last < 100;) {
      const percent = Number(await client.next());
      assert.ok(last < percent && percent <= 100, `${percent} after ${last}`);
      last = percent;
    }
    assert.deepEqual(await client.end(), clean(1000, 'done'), name);
  }));
});
