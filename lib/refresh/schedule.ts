import { HOUR_MS } from '../clock.js';
import type { Settings } from '../options/read-settings.js';

/** Gives the next number in [0, 1). */
export type Random = () => number;

/** When a token is to be renewed, and when it must no longer be used: ms after its request was sent. */
export interface TokenSchedule {
  readonly dueAfterMs: number;
  readonly usableForMs: number;
}

/**
 * Half-life renewal: what is left after `dueAfterMs` is the outage a caller does not notice. The lead is lengthened by
 * up to a fifth, once a token, so that processes that started together drift apart.
 */
export function scheduleToken(
  lifetimeMs: number,
  { aheadMs, fraction }: Pick<Settings, 'aheadMs' | 'fraction'>,
  random: Random,
): TokenSchedule {
  const marginMs = clamp(lifetimeMs / 50, Math.min(1_000, lifetimeMs / 4), 10_000);
  // No later than twice the margin before its end, which is half of its life at most.
  const leadMs = Math.max(Math.min(lifetimeMs * fraction, aheadMs), marginMs * 2);
  return {
    dueAfterMs: Math.round(lifetimeMs - leadMs * (1 + random() / 5)),
    usableForMs: Math.round(lifetimeMs - marginMs),
  };
}

/** What the wait after a failed attempt depends on. */
export interface Setback {
  /** Whether trying again is of no use until somebody mends something. */
  readonly permanent: boolean;
  /** How many attempts of its kind failed in a row before this one. */
  readonly before: number;
  /** How long the token held can still be used, in ms; 0 when there is none. */
  readonly usableMs: number;
  /** What the server asked for, in ms. */
  readonly retryAfterMs: number | undefined;
}

type Delays = Pick<Settings, 'minDelayMs' | 'maxDelayMs'>;

/** A wait is drawn between this share of its longest and the whole. */
const LEAST_SHARE = 0.3;

/** How long to wait after a failed attempt. Jitter is added on top of `Retry-After`: a floor for all is a herd. */
export function delayAfter(setback: Setback, delays: Delays, random: Random): number {
  const delayMs = setback.permanent ? memoryMs(setback, random) : backoffMs(setback, delays, random);
  return Math.ceil(Math.min(setback.retryAfterMs ?? 0, HOUR_MS) + delayMs);
}

/** Exponential; the chance is drawn within the cap, so that it survives there. */
function backoffMs({ before, usableMs }: Setback, delays: Delays, random: Random): number {
  const { minDelayMs, maxDelayMs } = delays;
  const capMs = usableMs > 0 ? clamp(usableMs / 6, minDelayMs, maxDelayMs) : capWithoutToken(delays);
  return between(LEAST_SHARE, 1, random) * Math.min(minDelayMs * 2 ** before, capMs);
}

/** How long after a failed attempt, in ms, the next need not be put off any longer for a caller who has no token. */
export function urgedAfterMs(delays: Delays): number {
  return LEAST_SHARE * capWithoutToken(delays);
}

function capWithoutToken({ minDelayMs, maxDelayMs }: Delays): number {
  return Math.max(minDelayMs, maxDelayMs / 2);
}

/** How long a permanent failure is remembered: callers who wait for nothing else may ask sooner. */
function memoryMs({ before, usableMs }: Setback, random: Random): number {
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
