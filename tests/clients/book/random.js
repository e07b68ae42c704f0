// Random values that can be had again: each test prints its seed, and
// SEED=… runs it with the same one.

import { randomInt } from 'node:crypto';

export class Random {
  constructor(seed = Number(process.env.SEED ?? randomInt(2 ** 32))) {
    this.seed = seed;
    this.state = seed;
  }

  /** 32 bits (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** From `least` to `end`, which is not reached. */
  int(end, least = 0) {
    return least + Math.floor(this.next() / 2 ** 32 * (end - least));
  }

  bytes(size) {
    return Buffer.from(Array.from({ length: size }, () => this.int(256)));
  }

  chance(percent) {
    return this.int(100) < percent;
  }

  pick(...list) {
    return list[this.int(list.length)];
  }
}
