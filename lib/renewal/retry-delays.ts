import { HOUR_MS } from '../ground/clock.js';
import type { Settings } from '../options/settings.js';
import type { Random } from '../token/token-schedule.js';

/** What the delay after a failed attempt depends on. */
export interface FailedAttempt {
  /** Whether trying again is of no use until somebody mends something. */
  readonly permanent: boolean;
  /** How many attempts of the same kind, passing or permanent, failed in a row before. */
  readonly before: number;
  /** How long the token held can still be used, in ms; 0 when there is none. */
  readonly usableMs: number;
  /** What the server asked for, in ms. */
  readonly retryAfterMs: number | undefined;
}

type Delays = Pick<Settings, 'minDelayMs' | 'maxDelayMs'>;

/** A delay is drawn between this share of its longest and the whole. */
const LEAST_SHARE = 0.3;

/** How long to wait after a failed attempt, in ms. Jitter is added to `Retry-After`, or all clients would come back at once. */
export function delayAfter(failed: FailedAttempt, delays: Delays, random: Random): number {
  const delayMs = failed.permanent ? permanentDelayMs(failed, random) : backoffMs(failed, delays, random);
  return Math.ceil(Math.min(failed.retryAfterMs ?? 0, HOUR_MS) + delayMs);
}

/** Exponential; the jitter is drawn within the cap, so that it survives there. */
function backoffMs({ before, usableMs }: FailedAttempt, delays: Delays, random: Random): number {
  const { minDelayMs, maxDelayMs } = delays;
  const longestMs = clamp(usableMs / 6, minDelayMs, maxDelayMs);
  const capMs = usableMs > 0 ? longestMs : capWithoutToken(delays);
  return between(LEAST_SHARE, 1, random) * Math.min(minDelayMs * 2 ** before, capMs);
}

/** How long after a failed attempt, in ms, the next one follows at the latest when a caller without a token waits. */
export function leastCapWithoutToken(delays: Delays): number {
  return LEAST_SHARE * capWithoutToken(delays);
}

function capWithoutToken({ minDelayMs, maxDelayMs }: Delays): number {
  return Math.max(minDelayMs, maxDelayMs / 2);
}

/** How long a permanent failure is remembered. */
function permanentDelayMs({ before, usableMs }: FailedAttempt, random: Random): number {
  if (usableMs <= 0) return between(5_000, 15_000, random);
  return between(0.5, 1, random) * Math.min(30_000 * 2 ** before, 300_000);
}

/** A draw, evenly from `low` to `high`. */
export function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random();
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
