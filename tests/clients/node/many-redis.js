// Two servers of chapter 5, and their Redis goes away. See many-servers.js.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import {
  BACK_WITHIN, allHear, byServer, lost, seconds, talk,
} from './crowd.js';
import { Client, test } from './harness.js';
import { Many, skip } from './many.js';
import { until, within } from './within.js';

/** Kills Redis, and leaves it away for a while. */
async function kill({ redis }, meanwhile) {
  const start = performance.now();
  await redis.stop('SIGKILL');
  await meanwhile();
  await until('2 s', () => performance.now() - start > 2000);
}

for (const [how, leave, prepare] of [
  ['is restarted', ({ redis }) => redis.stop('SIGTERM')],
  ['is killed and away for a while', kill],
  ['dies, and a third server with it, for good', async (many, meanwhile) => {
    await many.third.stop('SIGKILL');
    await kill(many, meanwhile);
  }, async (many) => { many.third = await many.server(); }],
]) {
  test(`many: Redis ${how}`, { skip }, async (t) => {
    const many = await Many.start(t);
    await prepare?.(many);
    const chat = await many.members('/chat', 10);
    const board = await many.members('/draw', 10);
    const all = [...chat, ...board];
    const groups = byServer(chat);
    assert.deepEqual(groups.map((group) => group.length), [5, 5]);
    const talking = talk(t, all, 50);
    await allHear(all);

    await leave(many, async () => {
      await until('they know it',
        () => many.logged('away').every((times) => times > 0));
      // Those of one server hear each other.
      for (const group of groups) await allHear(group);
    });
    const start = performance.now();
    await many.redis.start();
    await until('they know that it is back',
      () => many.logged('back').every((times) => times > 0), BACK_WITHIN);
    await allHear(all, all, BACK_WITHIN);
    const back = performance.now() - start;
    talking.end();
    await allHear(all);

    assert.deepEqual(many.logged('away'), [1, 1]);
    assert.deepEqual(many.logged('back'), [1, 1]);
    // Each has come once to speak and once to hear, and stayed.
    assert.equal(await many.redis.connections(), 4);
    const told = (line) => chat.map(({ lines }) =>
      lines.filter((other) => other === line).length);
    const each = chat.map(() => 1);
    assert.deepEqual(
      told('the other servers are away: they hear you late, or not at all'), each);
    assert.deepEqual(told('the other servers are back'), each);
    assert.ok(all.every(({ isOrderly }) => isOrderly), 'twice, or disorder');
    for (const group of groups) assert.equal(lost(group, group), 0);
    // What was on its way when Redis stopped; the rest waits for all to listen.
    const missed = [lost(...groups), lost(...groups.toReversed())]
      .map((messages) => messages / 25);
    assert.ok(missed.every((messages) => messages <= 3), `${missed} are lost`);
    assert.ok(all.every(({ connections }) => connections.length === 1));
    t.diagnostic(`together again after ${seconds(back)}; of ${all[0].said} `
      + 'messages of each, one of another server lost '
      + missed.map((messages) => messages.toFixed(1)).join(' and '));
  });
}

/** How long an echo takes, asked for each 20 ms for as long as `during`. */
async function echoes(socket, during) {
  const times = [];
  const sent = new Map();
  let number = 0;
  const ask = () => {
    sent.set(String(number), performance.now());
    socket.send(String(number++));
  };
  const hear = (data) => {
    times.push(performance.now() - sent.get(String(data)));
    sent.delete(String(data));
  };
  socket.on('message', hear);
  const timer = setInterval(ask, 20);
  await during();
  clearInterval(timer);
  await until('all echoes', () => sent.size === 0);
  socket.off('message', hear);
  times.sort((one, other) => one - other);
  return { median: times[times.length >> 1], worst: times.at(-1) };
}

async function painter(t, server) {
  const client = t.own(new Client(new WebSocket(server.url('/draw'))),
    (other) => other.drop());
  await client.open();
  return client;
}

/** Bytes of memory that the server holds. */
const resident = ({ child }) => 1024 * Number(
  /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`))[1]);

test('many: Redis hangs, and nobody waits for it', { skip }, async (t) => {
  const many = await Many.start(t);
  const chat = await many.members('/chat', 10);
  const board = await many.members('/draw', 10);
  const all = [...chat, ...board];
  const sockets = many.servers.map((server) =>
    t.own(new WebSocket(server.url('/websocket')), (ws) => ws.terminate()));
  await within('echo', Promise.all(sockets.map((ws) => once(ws, 'open'))));
  const talking = talk(t, all, 50);
  // While it hangs: large strokes, nearly as fast as a member may.
  const painters = await Promise.all(many.servers.flatMap((server) =>
    Array.from({ length: 3 }, () => painter(t, server))));
  const paint = () => {
    for (const painter of painters) painter.send(Buffer.alloc(45_000));
  };
  const wait = (time) => async () => {
    const start = performance.now();
    await until(`${time} ms`, () => performance.now() - start > time);
  };
  const measure = (time) =>
    Promise.all(sockets.map((socket) => echoes(socket, wait(time))));

  await allHear(all);
  const before = await measure(2000);
  const memory = many.servers.map(resident);
  many.redis.hang();
  const painting = t.own(setInterval(paint, 200), clearInterval);
  const during = await measure(5000);
  const grown = many.servers.map((server, at) =>
    resident(server) - memory[at]);
  clearInterval(painting);
  const start = performance.now();
  many.redis.goOn();
  await allHear(all, all, BACK_WITHIN);
  const back = performance.now() - start;
  talking.end();
  await allHear(all);

  const show = (times) => times.map(({ median, worst }) =>
    `${median.toFixed(1)} ms (worst ${worst.toFixed(0)})`).join(' and ');
  t.diagnostic(`echo before: ${show(before)}; while it hung: ${show(during)}; `
    + `memory: ${grown.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`)
      .join(' and ')} more; together again after ${seconds(back)}`);
  for (const [at, { median, worst }] of during.entries()) {
    assert.ok(median < 3 * before[at].median + 5, 'the median');
    assert.ok(worst < 1500, 'somebody waited for Redis');
  }
  assert.deepEqual(many.logged('away'), [1, 1]);
  assert.deepEqual(many.logged('back'), [1, 1]);
  assert.ok(grown.every((bytes) => bytes < 2 * 2 ** 20), 'memory grows');
  for (const { log } of many.servers) assert.match(log, /too slow, \d+ bytes/);
  assert.ok(all.every(({ isOrderly }) => isOrderly), 'twice, or disorder');
  assert.ok(all.every(({ connections }) => connections.length === 1));
});
