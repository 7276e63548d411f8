import { HOUR_MS } from '../ground/clock.js';
import type { RetrySettings } from '../options/request-settings.js';
import type { Random } from '../token/token-schedule.js';

/**
 * What a failure calls for. *passing*: try again soon. *refused*: the server does not take the client, until somebody mends that.
 * *permanent*: anything else that somebody must mend. *roll-out*: the address may be wrong, or its server not be there yet.
 */
export type FailureKind = 'passing' | 'refused' | 'permanent' | 'roll-out';

/** What the delay after a failed attempt depends on. */
export interface FailedAttempt {
  readonly kind: FailureKind;
  /** How many attempts of the same kind failed in a row before. */
  readonly before: number;
  /** How long the token held can still be used, in ms; 0 when there is none. */
  readonly usableMs: number;
  /** What the server asked for, in ms. */
  readonly retryAfterMs: number | undefined;
  /** In a roll-out: for how long the address is to be tried further, in ms. */
  readonly rollOutMs?: number | undefined;
}

/** For how long an address that has never given a token is tried, in ms, before it is believed to be wrong: a roll-out. */
export const ROLL_OUT_MS = 3_000;

type Delays = Pick<RetrySettings, 'minDelayMs' | 'maxDelayMs'>;

/** A delay is drawn between this share of its longest and the whole. */
const LEAST_SHARE = 0.3;
/** A client that is refused costs its server at most one request in this time, in ms, however little is left of a token. */
const LEAST_REFUSED_MS = 5_000;
const LEAST_PERMANENT_MS = 500;

/** How long to wait after a failed attempt, in ms. Jitter is added to `Retry-After`, or all clients would come back at once. */
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

/** How long after a failed attempt, in ms, the next one follows at the latest when a caller without a token waits. */
export function leastCapWithoutToken(delays: Delays): number {
  return LEAST_SHARE * capWithoutToken(delays);
}

function capWithoutToken({ minDelayMs, maxDelayMs }: Delays): number {
  return Math.max(minDelayMs, maxDelayMs / 2);
}

/** How long a failure is remembered that trying again soon is not expected to mend. */
function memoryMs(
  { kind, before, usableMs, rollOutMs = ROLL_OUT_MS }: FailedAttempt,
  random: Random,
): number {
  const doubledMs = (firstMs: number, longestMs: number) => Math.min(firstMs * 2 ** before, longestMs);
  if (kind === 'roll-out') return Math.min(between(500, 1_000, random), rollOutMs);
  if (usableMs > 0) {
    // At most a third of what is left of the token: so that there is time for further attempts before its end.
    const mostMs = Math.min(doubledMs(30_000, 300_000), usableMs / 3);
    const leastMs = kind === 'refused' ? LEAST_REFUSED_MS : LEAST_PERMANENT_MS;
    return between(Math.max(mostMs / 2, leastMs), Math.max(mostMs, leastMs + 500), random);
  }
  return kind === 'refused'
    ? between(LEAST_REFUSED_MS, 15_000, random)
    : between(0.5, 1, random) * doubledMs(2 * LEAST_PERMANENT_MS, 15_000);
}

/** A draw, evenly from `low` to `high`. */
export function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random();
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
