// Two servers of chapter 5, Redis between them, nginx in front. It needs nginx,
// redis-server and openssl, so it is no part of the other tests here:
// `node run.js many-servers.js`. MANY_SERVERS may name the server's binary.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  BACK_WITHIN, allHear, byServer, lost, lostWhileThere, seconds, talk,
} from './crowd.js';
import { test } from './harness.js';
import { Many, skip } from './many.js';
import { Member } from './member.js';
import { until, within } from './within.js';

test('many: each hears everything once, in order', { skip }, async (t) => {
  const many = await Many.start(t);
  const chat = await many.members('/chat', 100);
  const board = await many.members('/draw', 100);
  const all = [...chat, ...board];
  assert.equal(new Set(chat.map((m) => m.connection.guest)).size, 100);
  assert.deepEqual(byServer(chat).map((group) => group.length), [50, 50]);

  // How many are elsewhere is told with each letter, once a second at least.
  await until('a guest who is told of 101',
    async () => await count(many.member('/chat')) === 101);

  for (let round = 0; round < 10; round++) {
    for (const member of all) member.say();
  }
  await until('all hear all', () => all.every(({ count }) => count >= 1000));
  await allHear(all);
  assert.equal(lost(all, all), 0);
  assert.ok(all.every(({ isOrderly, count }) => isOrderly && count === 1100));
});

test('many: who went with a server is not counted', { skip }, async (t) => {
  const many = await Many.start(t);
  const [old, stays] = many.servers;
  const visits = (server) => t.own(
    new Member(() => new WebSocket(server.url('/chat')), '/chat'),
    (member) => member.leave());
  const goes = visits(old);
  await goes.isThere();
  await until('two are here', async () => await count(visits(stays)) === 2);
  goes.left = true; // it does not come back
  assert.equal(await old.stop('SIGTERM'), 0);
  const stopped = performance.now();
  await until('one is here', async () => await count(visits(stays)) === 1);
  const late = performance.now() - stopped;
  t.diagnostic(`one is here after ${seconds(late)}`);
  assert.ok(late < 1500, 'it is a server that said nothing: three seconds');
});

test('many: a server is killed, its members come back', { skip }, async (t) => {
  const many = await Many.start(t);
  const chat = await many.members('/chat', 100);
  const board = await many.members('/draw', 100);
  const all = [...chat, ...board];
  const speakers = [...chat.slice(0, 10), ...board.slice(0, 10)];
  const talking = talk(t, speakers, 100);
  await allHear(all, speakers);

  const killed = performance.now();
  await many.servers[0].stop('SIGKILL');
  await until('half of them are thrown out', () =>
    all.filter(({ connections: [first] }) => first.closedAt).length >= 100);
  await until('all are back', () => all.every(({ isIn }) => isIn),
    BACK_WITHIN);
  const back = performance.now() - killed;
  assert.equal(byServer(chat).length, 1);
  await allHear(all, speakers);
  talking.end();
  await allHear(all, speakers);

  const returned = all.filter(({ connections }) => connections.length > 1);
  const stayed = all.filter(({ connections }) => connections.length === 1);
  assert.deepEqual([returned.length, stayed.length], [100, 100]);
  assert.ok(returned.every(({ connections: [first] }) => first.code === 1006));
  assert.ok(all.every(({ isOrderly }) => isOrderly), 'twice, or disorder');
  const safe = speakers.filter((speaker) => stayed.includes(speaker));
  assert.equal(lost(stayed, safe), 0);
  // Who was on the dead server misses what is said while it is away, and
  // nothing else.
  assert.equal(lostWhileThere(returned, safe), 0);
  const missed = lost(returned, safe);
  assert.ok(missed > 0, 'nothing is lost: then the pauses are not tried');
  const said = lost(stayed, speakers.filter((s) => !stayed.includes(s)));
  t.diagnostic(`all back after ${seconds(back)}; in that time each who was `
    + `away missed ${(missed / 100).toFixed(1)} messages of `
    + `${safe.length / 2} speakers, 10 a second each; of what those who were `
    + `thrown out had said ${said / 100} messages reached nobody`);
});

/** How many are here, as a newcomer is told, who leaves then. */
async function count(guest) {
  await guest.isThere();
  const joins = `guest ${guest.connection.guest} joined, `;
  const line = await until('the news of it',
    () => guest.lines.find((other) => other.startsWith(joins)));
  guest.leave();
  return parseInt(line.slice(joins.length));
}

/** Until nginx sends people to another server than the one it sends them to. */
function isFound(many, server) {
  return until('nginx finds the other one', async () => {
    const visitor = many.member('/chat');
    await visitor.isThere();
    visitor.leave();
    return visitor.server !== server;
  });
}

test('many: a server hangs, its clients are cut', { skip }, async (t) => {
  const hasty = (text) => text.replace('read_timeout 60s', 'read_timeout 1s');
  const flags = ['--ping-interval', '0.4'];
  const many = await Many.start(t, { flags, change: hasty });
  const chat = await many.members('/chat', 20);
  const hung = performance.now();
  many.servers[0].child.kill('SIGSTOP');
  await until('half of them are cut', () =>
    chat.filter(({ connections: [first] }) => first.closedAt).length === 10);
  await until('all are back', () => chat.every(({ isIn }) => isIn),
    BACK_WITHIN);
  assert.equal(byServer(chat).length, 1);
  t.diagnostic(`all back after ${seconds(performance.now() - hung)}, with a `
    + 'proxy_read_timeout of 1 s');
  // When it goes on it is one of them again, and hears what the others say.
  many.servers[0].child.kill('SIGCONT');
  await isFound(many, chat[0].server);
  chat.push(...await many.members('/chat', 10));
  assert.equal(byServer(chat).length, 2);
  talk(t, chat, 100);
  await allHear(chat, chat, BACK_WITHIN);
});

test('many: a new version goes in, one by one', { skip }, async (t) => {
  const flags = ['--close-timeout', '3'];
  const many = await Many.start(t, { flags });
  const chat = await many.members('/chat', 100);
  const board = await many.members('/draw', 100);
  const all = [...chat, ...board];
  const [old] = many.servers;

  // It reads nothing, so it does not answer the Close: the old server waits
  // for it, and meanwhile takes nobody.
  const deaf = t.own(new WebSocket(old.url('/chat')), (ws) => ws.terminate());
  await within('the deaf one', once(deaf, 'open'));
  deaf.pause();

  const stopped = performance.now();
  const ended = old.stop('SIGTERM');
  await until('half of them are told', () =>
    all.filter(({ connections: [first] }) => first.closedAt).length >= 100);
  let stops = true;
  const visitors = t.own([], () => { stops = false; });
  const visit = async () => {
    while (stops) {
      const visitor = many.member('/chat');
      visitors.push(visitor);
      await until('a visitor', () => visitor.isIn
        || visitor.connection.closedAt);
      visitor.leave();
    }
  };
  const visiting = visit();
  await until('all are back', () => all.every(({ isIn }) => isIn),
    BACK_WITHIN);
  const back = performance.now() - stopped;
  assert.equal(await ended, 0, old.log);
  stops = false;
  await visiting;
  const returned = all.filter(({ connections }) => connections.length > 1);
  assert.equal(returned.length, 100);
  for (const { connections } of returned) {
    assert.deepEqual(connections.map(({ code }) => code), [1001, undefined]);
  }
  const [group, ...others] = byServer(chat);
  assert.deepEqual(others, []);
  assert.deepEqual([...new Set(visitors.map((visitor) => visitor.server
    ?? visitor.connection.refusal ?? 'cut'))], [group[0].server]);

  // The new one is at the old one's port, and is found again. It has fewest
  // clients, so it gets the next ones. Nobody moves there.
  many.servers[0] = await many.server(old.port);
  await isFound(many, group[0].server);
  const newcomers = await many.members('/chat', 10);
  assert.ok(newcomers.every(({ server }) => server !== group[0].server));
  await allHear([...chat.slice(0, 10), ...newcomers]);

  // Then the second one; all come to the new one.
  const again = performance.now();
  assert.equal(await many.servers[1].stop('SIGTERM'), 0);
  await until('all are back again', () => all.every(({ isIn }) => isIn),
    BACK_WITHIN);
  const backAgain = performance.now() - again;
  assert.ok(chat.every(({ server }) => server === newcomers[0].server));
  t.diagnostic(`all back again after ${seconds(backAgain)}`);
  t.diagnostic(`all back after ${seconds(back)}; ${visitors.length} came `
    + `while the old one stopped, and none of them was refused`);
});

test('many: whom a full server refuses another takes', { skip }, async (t) => {
  const flags = ['--max-connections', '4'];
  const many = await Many.start(t, { alone: true, flags });
  // Past nginx, which therefore takes it for the emptier one.
  for (let count = 0; count < 4; count++) {
    const socket = t.own(new WebSocket(many.servers[0].url('/chat')),
      (ws) => ws.terminate());
    await within('one of four', once(socket, 'open'));
  }
  for (const member of await many.members('/chat', 3)) {
    assert.equal(member.connections.length, 1);
  }
});

for (const [line, status] of [
  [/proxy_set_header Upgrade .*/, 426],
  [/proxy_set_header Connection .*/, 426],
  ['proxy_http_version 1.1;', 426],
  [/proxy_set_header Host .*/, 403],
]) {
  test(`many: without ${line} it is ${status}`, { skip }, async (t) => {
    const change = (text) => {
      const changed = text.replace(line, '');
      assert.notEqual(changed, text);
      return changed;
    };
    const many = await Many.start(t, { alone: true, change });
    const member = many.member('/chat');
    await until('a refusal', () => member.connection.refusal);
    assert.equal(member.connection.refusal, status);
  });
}

test('many: a proxy less patient than our Pings cuts', { skip }, async (t) => {
  const hasty = (text) => text.replace('timeout 60s', 'timeout 1s');
  const many = await Many.start(t, { alone: true, change: hasty,
    flags: ['--ping-interval', '2'] });
  const member = many.member('/draw');
  await member.isThere();
  const [first] = member.connections;
  await until('it is cut', () => first.closedAt);
  assert.equal(first.code, 1006);
});

test('many: without Redis half of the room hears', { skip }, async (t) => {
  const many = await Many.start(t, { alone: true });
  const chat = await many.members('/chat', 10);
  const rooms = () => chat.map(({ heard }) => heard.size);
  for (let round = 0; round < 2; round++) {
    for (const member of chat) member.say();
    await until('each hears half', () => rooms().every((size) => size === 5)
      && chat.every((member) => member.last(member) === round));
  }
  assert.deepEqual(rooms(), chat.map(() => 5));
  // And there are two of each name.
  assert.equal(new Set(chat.map((m) => m.connection.guest)).size, 5);
});
