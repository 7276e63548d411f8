import type { Random } from '../day/random.js';

export const ROUNDS = 9;

/** What one of so many operations takes, in µs: the best of some rounds, since whatever else runs only adds to it. */
export async function bestMicroseconds(
  operations: number,
  work: () => unknown,
  prepare: () => unknown = () => undefined,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    await prepare();
    const beganMs = performance.now();
    await work();
    best = Math.min(best, ((performance.now() - beganMs) * 1_000) / operations);
  }
  return best;
}

/** In an order that no cache of the processor foresees. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let left = mixed.length - 1; left > 0; left -= 1) {
    const other = Math.floor(random() * (left + 1));
    [mixed[left], mixed[other]] = [mixed[other] as T, mixed[left] as T];
  }
  return mixed;
}
