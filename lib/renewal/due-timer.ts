import { Timer } from '../ground/clock.js';

/** Delays longer than this, in ms, may be rounded up to whole steps. */
const LONG_MS = 10_000;
const STEP_MS = 16;

/** One timer for whichever of several moments comes first. */
export class DueTimer extends Timer {
  /** Replaces what was set before. A moment that is past, or never comes, sets nothing. */
  setFor(...delaysMs: readonly (number | undefined)[]): void {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const delayMs of delaysMs)
      if (delayMs !== undefined && delayMs > 0) soonestMs = Math.min(soonestMs, delayMs);
    if (soonestMs < Number.POSITIVE_INFINITY) this.arm(inSteps(soonestMs));
    else this.cancel();
  }
}

/** Node.js keeps a list for each different delay: with thousands of tokens, few lists are much cheaper than many. */
function inSteps(delayMs: number): number {
  return delayMs > LONG_MS ? Math.ceil(delayMs / STEP_MS) * STEP_MS : delayMs;
}
