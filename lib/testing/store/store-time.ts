import assert from 'node:assert';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** How much later than it should a lease may end: stores may look for what has ended now and then alone. */
const GRACE_MS = 2_000;
/** How much sooner: clocks are read in whole ms, and by several readers. */
export const ROUNDING_MS = 10;
const PAUSE_MS = 10;

/** A stopwatch that was started now. */
export function startWatch(): () => number {
  const since = performance.now();
  return () => performance.now() - since;
}

/**
 * Waits until `hasEnded`, and makes sure that this takes as long as it should.
 * @param watch was started before what ends was stored
 * @param slack how much later it may be (default 2 s), and how much sooner, besides what clocks differ by (default: nothing)
 */
export async function endsIn(
  expectedMs: number,
  what: string,
  watch: () => number,
  hasEnded: () => Promise<boolean>,
  { graceMs = GRACE_MS, earlyMs = 0 }: { readonly graceMs?: number; readonly earlyMs?: number } = {},
): Promise<void> {
  for (;;) {
    const askedAtMs = watch();
    if (await hasEnded()) break;
    assert(askedAtMs < expectedMs + graceMs, `${what} must end after ${expectedMs} ms, and has not.`);
    await sleep(PAUSE_MS);
  }
  const tookMs = watch();
  assert(
    tookMs > expectedMs - earlyMs - ROUNDING_MS,
    `${what} must end after ${expectedMs} ms; it did after ${Math.ceil(tookMs)}.`,
  );
}

/** Times, in ms, that are tried one after the other: a computer may be too busy for short ones. */
const SPANS_MS = [150, 1_000, 5_000];

/**
 * Runs `trial`, in which something must be done within a span.
 * @param trial gives whether it was in time
 */
export async function withinSpan(trial: (spanMs: number) => Promise<boolean>): Promise<void> {
  for (const spanMs of SPANS_MS) if (await trial(spanMs)) return;
  throw new assert.AssertionError({ message: 'The store, or this computer, is too slow to be tested.' });
}

export { sleep, turn };
