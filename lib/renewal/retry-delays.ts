import { HOUR_MS } from '../ground/clock.js';
import type { Settings } from '../options/settings.js';
import type { Random } from '../token/token-schedule.js';

/**
 * What a failure calls for. *passing*: try again soon. *refused*: the server does not take the client, until somebody mends that.
 * *unmet*: anything else that somebody must mend. *roll-out*: the address may be wrong, or its server not be there yet.
 */
export type FailureKind = 'passing' | 'refused' | 'unmet' | 'roll-out';

/** What the delay after a failed attempt depends on. */
export interface FailedAttempt {
  readonly kind: FailureKind;
  /** How many attempts of the same kind failed in a row before. */
  readonly before: number;
  /** How long the token held can still be used, in ms; 0 when there is none. */
  readonly usableMs: number;
  /** What the server asked for, in ms. */
  readonly retryAfterMs: number | undefined;
}

type Delays = Pick<Settings, 'minDelayMs' | 'maxDelayMs'>;

/** A delay is drawn between this share of its longest and the whole. */
const LEAST_SHARE = 0.3;
/** A failure that somebody must mend is remembered for so long at most, in ms, while a usable token is held. */
const LONGEST_MEMORY_MS = 300_000;

/** How long to wait after a failed attempt, in ms. Jitter goes on top of `Retry-After`: the same floor for all is a herd. */
export function delayAfter(failed: FailedAttempt, delays: Delays, random: Random): number {
  const delayMs = failed.kind === 'passing' ? backoffMs(failed, delays, random) : memoryMs(failed, random);
  return Math.ceil(Math.min(failed.retryAfterMs ?? 0, HOUR_MS) + delayMs);
}

/** Exponential; the jitter is drawn within the cap, so that it survives there. */
function backoffMs({ before, usableMs }: FailedAttempt, delays: Delays, random: Random): number {
  const { minDelayMs, maxDelayMs } = delays;
  const longestMs = clamp(usableMs / 6, minDelayMs, maxDelayMs);
  const capMs = usableMs > 0 ? longestMs : capWithoutToken(delays);
  return between(LEAST_SHARE, 1, random) * Math.min(minDelayMs * 2 ** before, capMs);
}

/** How long after a failed attempt, in ms, the next one need not be put off any longer for a caller who has no token. */
export function leastCapWithoutToken(delays: Delays): number {
  return LEAST_SHARE * capWithoutToken(delays);
}

function capWithoutToken({ minDelayMs, maxDelayMs }: Delays): number {
  return Math.max(minDelayMs, maxDelayMs / 2);
}

/** How long a failure is remembered that trying again does not mend. */
function memoryMs({ kind, before, usableMs }: FailedAttempt, random: Random): number {
  // A third of what is left of the token: so that there is time for further attempts before its end.
  if (usableMs > 0)
    return between(0.5, 1, random) * Math.min(30_000 * 2 ** before, LONGEST_MEMORY_MS, usableMs / 3);
  if (kind === 'refused') return between(5_000, 15_000, random);
  const doubled = kind === 'roll-out' ? 1_000 : Math.min(1_000 * 2 ** before, 15_000);
  return between(0.5, 1, random) * doubled;
}

/** A draw, evenly from `low` to `high`. */
export function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random();
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
