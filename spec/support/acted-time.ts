const TICK_MS = 5;

/**
 * For how long the work takes, in ms in which this process could act: what a busy machine keeps from it does not count, so that such a
 * figure tells of the library alone.
 */
export async function actedMs(work: () => Promise<unknown>): Promise<number> {
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, TICK_MS);
  try {
    await work();
  } finally {
    clearInterval(ticking);
  }
  return ticks * TICK_MS;
}
