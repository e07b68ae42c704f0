// 1,000 random frames: the inspector and the program of stage 3 must find the
// same in them. The frames go to the real program, which logs what it read;
// the other way round, the inspector reads what the program of stage 4 sends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { buildBook, closePage, launch, openPage, serve, Stage, DEADLINE } from './harness.js';
import { Random } from './random.js';

const FRAMES = 1000;
const NAMES = { 0: 'CONTINUATION', 1: 'TEXT', 2: 'BINARY', 8: 'CLOSE', 9: 'PING', 10: 'PONG' };
/** What stage 3 says, and the rule that it names. */
const BAD = /^bad frame: .*\((F\d)\)$/;

let site, browser, tab;
before(async () => {
  site = await serve(buildBook().site);
  browser = await launch();
  tab = await openPage(browser, `${site.url}/reference/frame-inspector.html`);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/** An upgraded connection; gives the socket and what came behind the 101. */
async function upgrade({ port }, path = '/websocket') {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(DEADLINE, () => socket.destroy(new Error('silence')));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`
    + 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
    + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  let come = Buffer.alloc(0);
  while (!come.includes('\r\n\r\n')) {
    const [data] = await once(socket, 'data');
    come = Buffer.concat([come, data]);
  }
  assert.match(come.toString('latin1'), /^HTTP\/1\.1 101 /);
  return [socket, come.subarray(come.indexOf('\r\n\r\n') + 4)];
}

const random = new Random();
const pick = (...list) => random.pick(...list);
const chance = (percent) => random.chance(percent);

/** Lengths where the forms change, and some between. */
function randomLength() {
  if (chance(4)) return pick(65535, 65536, 70000);
  return pick(0, 1, 2, 5, 124, 125, 126, 127, 255, 256, 300, random.int(126), random.int(2000));
}

/** Printable, or no UTF-8 at all: the log shows both without an escape. */
function randomPayload(length) {
  if (chance(50)) return Buffer.from(Array.from({ length }, () => pick(...'abcXYZ 019.,-')).join(''));
  const bytes = random.bytes(length);
  if (length) bytes[0] = 0xff;
  return bytes;
}

/** The fields of a frame; in one of three something is wrong. */
function randomFields() {
  const spoil = chance(33) ? pick('rsv', 'opcode', 'mask', 'form', 'fin', 'long', 'any', 'any') : '';
  const is = (fault) => spoil === fault || (spoil === 'any' && chance(50));
  const opcode = is('opcode') ? pick(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    : is('fin') || is('long') ? pick(8, 9, 10) : pick(0, 1, 2, 8, 9, 10);
  const control = opcode >= 8;
  const length = is('long') ? pick(126, 127, 500) : control ? random.int(126) : randomLength();
  return {
    fin: control ? !is('fin') : chance(60),
    rsv: is('rsv') ? random.int(8, 1) : 0,
    opcode,
    key: is('mask') ? null : [...random.bytes(4)],
    payload: randomPayload(length).toString('base64'),
    form: is('form') ? pick(16, 64) : 0,
  };
}

/** The lines that stage 3 logs for a good frame. */
function logLines({ fin, opcode, payload }) {
  const bytes = Buffer.from(payload, 'base64');
  let shown;
  if (bytes[0] === 0xff) {
    shown = Array.from(bytes.subarray(0, 256), (byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('')
      + (bytes.length > 256 ? ' …' : '');
  } else {
    const text = bytes.toString();
    shown = ` "${text.slice(0, 256)}${text.length > 256 ? '…' : ''}"`;
  }
  return [`${fin ? 'FIN ' : ''}${NAMES[opcode]} payload len: ${bytes.length}`, `Payload:${shown}`];
}

/** In the page: builds each frame, and decodes what it has built. */
async function throughInspector(all) {
  // Bytes travel as base64: as lists of numbers they take minutes.
  const seen = await tab.evaluate((all) => {
    const out = (bytes) => {
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    };
    return all.map((fields) => {
      const payload = Uint8Array.from(atob(fields.payload), (c) => c.charCodeAt(0));
      const bytes = course.frame.encode({ ...fields, payload });
      const [frame, ...more] = course.frame.decode(bytes, 'client');
      const { fin, rsv, opcode, key, faults, missing } = frame;
      return {
        bytes: out(bytes),
        read: { fin, rsv, opcode, key: key ? [...key] : null, payload: out(frame.payload) },
        rules: faults.map(({ rule }) => rule).filter((rule) => rule.startsWith('F')),
        whole: more.length === 0 && missing === 0,
      };
    });
  }, all);
  for (const frame of seen) frame.bytes = Buffer.from(frame.bytes, 'base64');
  return seen;
}

/** What the program says about these bytes, on a connection of their own. */
async function said(stage, frames, count) {
  const begin = stage.log.length;
  const [socket] = await upgrade(stage);
  socket.write(Buffer.concat(frames));
  // The log of another connection cannot come between: there is one at a time.
  const lines = () => stage.log.slice(begin).split('upgraded to WebSocket, subprotocol: none\n')[1]
    ?.split('\n').slice(0, -1) ?? [];
  while (lines().length < count) await once(stage.child.stdout, 'data', { signal: AbortSignal.timeout(DEADLINE) });
  socket.destroy();
  return lines();
}

test(`${FRAMES} random frames: stage 3 reads in them what the inspector built`, { timeout: 120_000 }, async (t) => {
  const stage = await Stage.start('step3-frames');
  t.after(() => stage.stop());
  t.diagnostic(`SEED=${random.seed}`);
  const all = Array.from({ length: FRAMES }, randomFields);
  const seen = await throughInspector(all);
  let good = [];
  const broken = {};
  const flush = async () => {
    const wanted = good.flatMap((i) => logLines(all[i]));
    if (good.length) assert.deepEqual(await said(stage, good.map((i) => seen[i].bytes), wanted.length), wanted);
    good = [];
  };
  for (const [i, { bytes, read, rules, whole }] of seen.entries()) {
    const { fin, rsv, opcode, key, payload } = all[i];
    assert.deepEqual(read, { fin, rsv, opcode, key, payload });
    assert.ok(whole);
    if (rules.length === 0) {
      good.push(i);
      if (good.length === 50) await flush();
      continue;
    }
    const [line] = await said(stage, [bytes], 1);
    assert.equal(BAD.exec(line)?.[1], rules[0], `${line}; ${rules}; ${bytes.subarray(0, 14).toString('hex')}`);
    broken[rules[0]] = (broken[rules[0]] ?? 0) + 1;
  }
  await flush();
  t.diagnostic(`bad ones by the first rule broken: ${JSON.stringify(broken)}`);
  assert.deepEqual(Object.keys(broken).sort(), ['F1', 'F2', 'F3', 'F5', 'F8']);
});

test('claimed lengths: stage 3 and the inspector refuse the same headers', async (t) => {
  const stage = await Stage.start('step3-frames');
  t.after(() => stage.stop());
  for (const length of [1n << 63n, (1n << 63n) + 5n, (1n << 63n) - 1n, 1n << 62n, 1n << 40n, (1n << 20n) + 1n, 65535n]) {
    for (const first of [0x81, 0x82, 0x89, 0x83, 0xc1]) {
      const bytes = Buffer.alloc(14);
      bytes[0] = first;
      bytes[1] = 0xff;
      bytes.writeBigUInt64BE(length, 2);
      const rule = await tab.evaluate((bytes) =>
        course.frame.decode(Uint8Array.from(bytes), 'client')[0].faults[0].rule, [...bytes]);
      const [line] = await said(stage, [bytes], 1);
      assert.equal(BAD.exec(line)[1], rule, bytes.toString('hex'));
    }
  }
});

test('the inspector reads what stage 4 sends', async (t) => {
  const stage = await Stage.start('step4-complete');
  t.after(() => stage.stop());
  t.diagnostic(`SEED=${random.seed}`);
  const [socket, behind] = await upgrade(stage);
  const lengths = [0, 1, 125, 126, 127, 65535, 65536, 70000];
  const sent = lengths.map((length) => ({ opcode: 2, key: [...random.bytes(4)], payload: random.bytes(length).toString('base64') }));
  const frames = await throughInspector(sent);
  socket.write(Buffer.concat(frames.map(({ bytes }) => bytes)));
  let come = behind;
  const size = lengths.reduce((sum, n) => sum + n + (n < 126 ? 2 : n < 65536 ? 4 : 10), 0);
  while (come.length < size) come = Buffer.concat([come, (await once(socket, 'data'))[0]]);
  socket.destroy();
  const read = await tab.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return course.frame.decode(bytes, 'server').map(({ opcode, payload, faults }) =>
      ({ opcode, payload: btoa(Array.from(payload, (byte) => String.fromCharCode(byte)).join('')), faults }));
  }, come.toString('base64'));
  assert.deepEqual(read, sent.map(({ opcode, payload }) => ({ opcode, payload, faults: [] })));
});

test('nothing went wrong in the page meanwhile', async () => closePage(tab));
