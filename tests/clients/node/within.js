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
