// What compression costs the server: processor time for each echo, 16 in
// flight, plain and compressed (Linux; STEP4 is the server's binary, built with
// --release).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { constants, deflateRawSync } from 'node:zlib';
import { frame, RawClient } from './raw.js';

const IN_FLIGHT = 16;
const ROUNDS = 5;

const object = (at) => JSON.stringify({
  type: 'message', room: 'general', id: 48_000 + at, user: `guest ${at % 23}`,
  sent: new Date(1.7642e12 + at * 7919).toISOString(),
  text: `message ${at * at} of a guest, about nothing but the number ${at}`,
});
const kinds = {
  'JSON': [100, object],
  'fifty of them': [10, (at) =>
    JSON.stringify(Array.from({ length: 50 }, (_, next) => object(at + next)))],
};

const child = spawn(process.env.STEP4, ['127.0.0.1:0', '--deflate'],
  { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface(child.stdout), 'line');
const port = Number(/:(\d+)$/.exec(line)[1]);

/** Microseconds that the server has run. */
const time = () => Number(
  readFileSync(`/proc/${child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;

for (const [name, [batches, message]] of Object.entries(kinds)) {
  const messages = Array.from({ length: batches * IN_FLIGHT },
    (_, at) => Buffer.from(message(at)));
  for (const compress of [false, true]) {
    const client = new RawClient(port);
    await client.upgrade(
      `Sec-WebSocket-Extensions: ${compress ? 'permessage-deflate' : 'none'}`);
    const frames = messages.map((message) => compress
      ? frame(0xc1, deflateRawSync(message,
        { level: 1, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4))
      : frame(0x81, message));
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = time();
      for (let at = 0; at < frames.length; at += IN_FLIGHT) {
        client.socket.write(Buffer.concat(frames.slice(at, at + IN_FLIGHT)));
        await client.frames(IN_FLIGHT);
      }
      rounds.push((time() - before) / frames.length);
    }
    const sum = (list) => list.reduce((total, { length }) => total + length, 0);
    console.log(`${name}, ${Math.round(sum(messages) / messages.length)} bytes,`,
      `sent as ${Math.round(sum(frames) / frames.length)}:`,
      `${Math.min(...rounds).toFixed(1)} µs`);
    client.stop();
  }
}
child.kill();
