// The widgets against the code of the last stage: what the inspector and the
// handshake calculator say of bytes, the stage's own modules must say too
// (oracle.rs puts questions to them), by the same rule.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { askOracle, buildBook, closePage, launch, openPage, serve } from './harness.js';
import { Random } from './random.js';

const COUNT = 1000;
const random = new Random();
const { seed } = random;

let site, browser, tab;
before(async () => {
  site = await serve(buildBook().site);
  browser = await launch();
  tab = await openPage(browser, `${site.url}/sample.html`);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

// Bytes travel as base64: as lists of numbers they take minutes.
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const unbase64 = (text) => Buffer.from(text, 'base64');

/** Frames by the page's own encoder. */
function build(all) {
  return tab.evaluate((all) => all.map(({ payload, ...fields }) => btoa(Array.from(
    course.frame.encode({ ...fields, payload: Uint8Array.from(atob(payload), (c) => c.charCodeAt(0)) }),
    (byte) => String.fromCharCode(byte)).join(''))), all)
    .then((list) => list.map(unbase64));
}

/** What the inspector reads in each stream, in the form of oracle.rs. */
function inspect(streams, from) {
  return tab.evaluate(([streams, from]) => {
    const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return streams.map((stream) => {
      const decoded = course.frame.decode(Uint8Array.from(atob(stream), (c) => c.charCodeAt(0)), from);
      const frames = [];
      const messages = [];
      for (const frame of decoded) {
        const fault = frame.faults[0];
        const { fin, opcode, length, key, payload, missing, message } = frame;
        if (frame.payload && !fault?.rule.startsWith('F')) {
          frames.push({
            fin, opcode, length: String(length), key: key ? [...key] : null,
            payload: text(payload), whole: !missing,
          });
        }
        if (fault) return { frames, messages, fault: { rule: fault.rule, code: fault.code } };
        if (message) messages.push({ opcode: message.opcode, payload: text(message.payload) });
        else if (fin && (opcode === 1 || opcode === 2) && payload && !missing) {
          messages.push({ opcode, payload: text(payload) });
        }
      }
      return { frames, messages, fault: null };
    });
  }, [streams.map(base64), from]);
}

/** The same from the stage. It names the rule at the end of its reason. */
function stageSays(streams) {
  return askOracle(streams.map((bytes) => `decode ${base64(bytes)}`)).map(({ frames, messages, fault }) => {
    if (!fault) return { frames, messages, fault };
    let [, rule] = /\(([A-Z]\d+)\)$/.exec(fault.reason);
    // A reason is checked by the function that checks texts, and in its words.
    if (rule === 'M6' && frames.at(-1).opcode === 8) rule = 'C3';
    return { frames, messages, fault: { rule, code: fault.code } };
  });
}

/** A difference in a long payload is seen in its digest. */
function shortened({ frames, messages, fault }) {
  const short = ({ payload, ...rest }) => ({
    ...rest, payload: payload.length < 100 ? payload : createHash('sha1').update(payload).digest('hex'),
  });
  return { frames: frames.map(short), messages: messages.map(short), fault };
}

async function agree(streams, t) {
  const [page, stage] = [await inspect(streams, 'client'), stageSays(streams)];
  const rules = {};
  for (const [i, stream] of streams.entries()) {
    assert.deepEqual(shortened(page[i]), shortened(stage[i]), `SEED=${seed}, stream ${i}: ${stream.subarray(0, 60).toString('hex')}`);
    const rule = stage[i].fault?.rule ?? 'none';
    rules[rule] = (rules[rule] ?? 0) + 1;
  }
  t.diagnostic(`SEED=${seed}; rules broken: ${JSON.stringify(rules)}`);
  return Object.keys(rules).sort();
}

/** A masked frame of a client. */
function fields(opcode, payload, more = {}) {
  return { opcode, payload: base64(payload), fin: true, key: [...random.bytes(4)], ...more };
}

/** Whole characters of all lengths; and what only looks like them. */
const GOOD = ['a', 'Z', ' ', 'é', '߿', 'ࠀ', '€', '퟿', '', '￿', '𐀀', '😀', '􏿿'].map((c) => Buffer.from(c));
const BAD = ['80', 'bf', 'c0 80', 'c1 bf', 'c3', 'e0 9f bf', 'e2 82', 'ed a0 80', 'ed bf bf', 'f0 8f bf bf', 'f0 9f 98', 'f4 90 80 80', 'f5', 'ff']
  .map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function randomText(bad) {
  const parts = Array.from({ length: random.int(12) }, () => random.pick(...GOOD));
  if (bad) parts.splice(random.int(parts.length + 1), 0, random.pick(...BAD));
  return Buffer.concat(parts);
}

function randomClose() {
  const good = random.pick(1000, 1001, 1002, 1003, 1007, 1014, 3000, 4999);
  const code = random.chance(60) ? good : random.pick(0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535);
  const close = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), randomText(random.chance(30))]);
  return random.chance(15) ? close.subarray(0, 1) : random.chance(15) ? Buffer.alloc(0) : close.subarray(0, 125);
}

function randomControl() {
  const opcode = random.pick(9, 10);
  return fields(opcode, random.bytes(random.pick(0, 1, 5, 125, random.int(126))));
}

/** The frames of one message; something may stand between them. */
function randomMessage() {
  const isText = random.chance(60);
  const length = random.chance(3) ? random.pick(65535, 65536, 70000) : random.pick(0, 1, 125, 126, 127, 256, random.int(400));
  const payload = isText ? randomText(random.chance(20)) : random.bytes(length);
  const cuts = Array.from({ length: random.int(4) }, () => random.int(payload.length + 1)).sort((a, b) => a - b);
  const ends = [...cuts, payload.length];
  return ends.flatMap((end, i) => {
    const part = payload.subarray(ends[i - 1] ?? 0, end);
    const frame = fields(i ? 0 : isText ? 1 : 2, part, { fin: i === cuts.length });
    return i && random.chance(30) ? [randomControl(), frame] : [frame];
  });
}

/** Makes one of the frames wrong, or what they are to each other. */
function spoil(frames) {
  const at = random.int(frames.length);
  const frame = frames[at];
  const control = fields(random.pick(9, 10), random.bytes(126));
  random.pick(
    () => { frame.rsv = random.int(8, 1); },
    () => { frame.opcode = random.pick(3, 4, 5, 6, 7, 11, 12, 13, 14, 15); },
    () => { frame.key = null; },
    () => { frame.form = random.pick(16, 64); },
    () => { frames[at] = { ...randomControl(), fin: false }; },
    () => { frames[at] = control; },
    () => { frame.opcode = 0; },
    () => { frame.opcode = random.pick(1, 2); },
    () => { frames.splice(at, 0, fields(8, randomClose())); },
    () => { frame.fin = !frame.fin; },
  )();
}

/** A header that claims more than comes, of a frame or to go on with one. */
function claim() {
  const header = Buffer.alloc(14);
  header[0] = random.pick(0x81, 0x82, 0x01, 0x80, 0x88);
  header[1] = 0xff;
  header.writeBigUInt64BE(random.pick(1n << 63n, (1n << 63n) + 5n, (1n << 63n) - 1n, (1n << 20n) + 1n, 1n << 20n, 65535n), 2);
  return header;
}

test(`${COUNT} random streams: the inspector and the stage read the same, and name the same rule`, { timeout: 120_000 }, async (t) => {
  const all = Array.from({ length: COUNT }, () => {
    const frames = Array.from({ length: random.int(3, 1) }, randomMessage).flat();
    if (random.chance(30)) frames.push(fields(8, randomClose()));
    if (random.chance(50)) spoil(frames);
    return frames;
  });
  const bytes = await build(all.flat());
  const streams = all.map((frames) => {
    let stream = Buffer.concat(bytes.splice(0, frames.length));
    if (random.chance(25)) stream = Buffer.concat([stream, claim()]);
    return random.chance(20) ? stream.subarray(0, random.int(stream.length + 1)) : stream;
  });
  assert.deepEqual(await agree(streams, t),
    ['C1', 'C2', 'C3', 'F1', 'F2', 'F3', 'F5', 'F6', 'F7', 'F8', 'M2', 'M3', 'M6', 'none']);
});

test('an open message counts for the limit of the next frame', async (t) => {
  const part = (size, more) => fields(more.opcode ?? 0, Buffer.alloc(size, 'a'), more);
  const half = 1 << 19;
  const bytes = await build([
    part(half, { opcode: 1, fin: false }), part(half, {}), part(half + 1, {}), part(half + 1, { opcode: 2 }),
  ]);
  const [first, rest, over, other] = bytes;
  const streams = [[first, rest], [first, over], [first, over.subarray(0, 14)], [first, over.subarray(0, 12)], [first, other]];
  assert.deepEqual(await agree(streams.map((parts) => Buffer.concat(parts)), t), ['F7', 'none']);
});

test('the examples of RFC 6455 section 5.7, both ways', async (t) => {
  const hello = Buffer.from('Hello');
  await agree(['818537fa213d7f9f4d5158', '8a8537fa213d7f9f4d5158'].map((hex) => Buffer.from(hex, 'hex')), t);
  const examples = [
    [9, hello, '890548656c6c6f'], [1, hello, '810548656c6c6f'],
    [2, Buffer.alloc(256, 7), `827e0100${'07'.repeat(256)}`],
    [2, Buffer.alloc(65536, 7), `827f0000000000010000${'07'.repeat(65536)}`],
  ];
  const stage = askOracle(examples.map(([opcode, payload]) => `encode ${opcode} ${base64(payload)}`));
  const page = await build(examples.map(([opcode, payload]) => fields(opcode, payload, { key: null })));
  for (const [i, [, , wanted]] of examples.entries()) {
    assert.equal(unbase64(stage[i]).toString('hex'), wanted);
    assert.equal(page[i].toString('hex'), wanted);
  }
});

test(`${COUNT} frames that the stage sends: the inspector builds the same, and reads them without a fault`, { timeout: 120_000 }, async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const all = Array.from({ length: COUNT }, () => {
    const opcode = random.pick(1, 2, 9, 10);
    const length = random.chance(2) ? random.pick(65535, 65536, 70000) : random.pick(0, 1, 124, 125, 126, 127, 300, random.int(2000));
    const payload = opcode === 1 ? Buffer.concat(Array.from({ length: length / 4 }, () => random.pick(...GOOD)))
      : random.bytes(opcode === 2 ? length : Math.min(length, 125));
    return { opcode, payload };
  });
  const stage = askOracle(all.map(({ opcode, payload }) => `encode ${opcode} ${base64(payload)}`)).map(unbase64);
  assert.deepEqual(await build(all.map(({ opcode, payload }) => fields(opcode, payload, { key: null }))), stage);
  const read = await inspect(stage, 'server');
  for (const [i, { opcode, payload }] of all.entries()) {
    assert.equal(read[i].fault, null);
    assert.deepEqual(read[i].frames, [{
      fin: true, opcode, length: String(payload.length), key: null, payload: base64(payload), whole: true,
    }]);
  }
});

test(`${COUNT} keys: the calculator and the stage answer the same, or refuse`, async (t) => {
  const spoilt = [
    (key) => key.slice(0, random.int(key.length)),
    (key) => key.replace(/==$/, random.pick('', '=', '===')),
    (key) => random.bytes(random.pick(0, 1, 15, 17, 18)).toString('base64') + key.slice(24),
    (key) => { const at = random.int(key.length); return key.slice(0, at) + random.pick('-', '_', '!', '=', 'A') + key.slice(at + 1); },
    (key) => key.replace(/.==$/, `${random.pick(...'ABCDEFGHQRSTghijwxyz0123')}==`),
  ];
  const keys = ['dGhlIHNhbXBsZSBub25jZQ==', ...Array.from({ length: COUNT }, () => {
    const key = random.bytes(16).toString('base64');
    return random.chance(40) ? random.pick(...spoilt)(key) : key;
  })];
  const stage = askOracle(keys.map((key) => `accept ${key}`));
  const page = await tab.evaluate((keys) => keys.map((key) =>
    [course.handshake.keyFault(key) === null, course.handshake.accept(key)]), keys);
  let refused = 0;
  for (const [i, key] of keys.entries()) {
    const [good, accept] = page[i];
    assert.deepEqual(stage[i], good ? { status: '101', accept } : { status: '400 Bad Request', accept: null }, `SEED=${seed}, ${key}`);
    refused += !good;
  }
  assert.equal(stage[0].accept, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  t.diagnostic(`SEED=${seed}; ${refused} of ${keys.length} refused`);
  assert.ok(refused > 100 && refused < keys.length - 100);
});

test('nothing went wrong in the page meanwhile', async () => closePage(tab));
