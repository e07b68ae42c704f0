import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE = 15_000;

/** Settles as `promise` does, or fails and says what was waited for. */
export async function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new Error(`waited in vain: ${what}`));
    timer = setTimeout(fail, DEADLINE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `satisfied` gives something true, and gives that. */
export async function until(what, satisfied, deadline = DEADLINE) {
  const end = performance.now() + deadline;
  for (;;) {
    const result = await satisfied();
    if (result) return result;
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}
