// The server of chapter 5, as the book gives it, and several of them.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server } from './harness.js';
import { Member } from './member.js';
import { NAME, folder, startNginx } from './nginx.js';
import { Redis } from './redis.js';

const CONFIGURATION = new URL('../../../book/src/files/many-servers.conf', import.meta.url);

const finds = (program) => (process.env.PATH ?? '').split(':')
  .some((dir) => existsSync(join(dir, program)));

/** Why nothing of this can be tried here, or false. */
export const skip = ['nginx', 'redis-server', 'openssl']
  .filter((program) => !finds(program))
  .map((program) => `${program} is not installed`).join(', ') || false;

/** The binary's path: from the environment, or built from the book. */
function binary() {
  if (process.env.MANY_SERVERS) return process.env.MANY_SERVERS;
  const solution = new URL('../solution', import.meta.url);
  return execFileSync(fileURLToPath(solution), ['many-servers'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

// Now, not in a test: to build takes longer than a test may.
const path = skip ? '' : binary();

/**
 * Two servers, the Redis between them, and nginx in front.
 * `flags`: for both servers. `change`: what to do to the configuration of
 * nginx. `alone`: without Redis.
 */
export class Many {
  static async start(t, { flags = [], change = (text) => text, alone } = {}) {
    const many = new Many();
    many.t = t;
    const dir = folder(t);
    many.flags = ['--allow-host', NAME, ...flags];
    if (!alone) {
      many.redis = await Redis.start(t, dir);
      many.flags.push('--backplane', many.redis.url);
    }
    many.servers = [await many.server(), await many.server()];
    const site = change(readFileSync(CONFIGURATION, 'utf8'));
    many.open = await startNginx(t, dir, site, many.servers.map(
      ({ port }, at) => [`127.0.0.1:${6971 + at}`, `127.0.0.1:${port}`]));
    return many;
  }

  /** One more, or one that comes back at its port. */
  async server(port = 0) {
    return this.t.own(await Server.start(this.flags, path, port),
      (server) => server.stop());
  }

  /** How often each server has said so of its way to the others. */
  logged(line) {
    return this.servers.map(({ log }) =>
      log.split(`\nbackplane: ${line}`).length - 1);
  }

  /** A member who comes back when its connection ends, through nginx. */
  member(room) {
    return this.t.own(new Member(() => this.open(room), room),
      (member) => member.leave());
  }

  /** So many of them in a room, all of them there. */
  async members(room, count) {
    const members = Array.from({ length: count }, () => this.member(room));
    await Promise.all(members.map((member) => member.isThere()));
    return members;
  }
}
