// A Redis of the test's own: a free port, nothing kept on the disk, and no
// configuration of the system.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from './nginx.js';
import { until } from './within.js';

export class Redis {
  /** Starts in the folder `dir`, where it writes nothing. */
  static async start(t, dir) {
    const redis = new Redis();
    Object.assign(redis, { dir, port: await freePort() });
    t.own(redis, () => redis.stop('SIGKILL'));
    await redis.start();
    return redis;
  }

  get url() { return `redis://127.0.0.1:${this.port}`; }

  /** The same port again: to the servers it is the same Redis. */
  async start() {
    const child = spawn('redis-server', ['--port', this.port, '--bind',
      '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.dir],
    { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    this.ended = once(child, 'exit');
    let log = '';
    child.stdout.on('data', (data) => { log += data; });
    await until('Redis listens', () => {
      if (child.exitCode !== null) throw new Error(log);
      return log.includes('Ready to accept connections');
    });
  }

  /** Sends a signal and waits for the end. */
  async stop(signal) {
    this.child.kill(signal);
    await this.ended;
  }

  /** How many have connected to it since it started, this one not counted. */
  async connections() {
    const socket = connect(this.port, '127.0.0.1');
    socket.write('INFO stats\r\nQUIT\r\n');
    let answer = '';
    for await (const data of socket) answer += data;
    return /total_connections_received:(\d+)/.exec(answer)[1] - 1;
  }

  /** It stays there, and does nothing. */
  hang() { this.child.kill('SIGSTOP'); }

  goOn() { this.child.kill('SIGCONT'); }
}
