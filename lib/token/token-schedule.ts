import type { Settings } from '../options/settings.js';

/** Gives the next number in [0, 1). */
export type Random = () => number;

/** When a token is to be renewed, and when it must no longer be used: ms after its request was sent. */
export interface TokenSchedule {
  readonly dueAfterMs: number;
  readonly usableForMs: number;
}

/** The spread makes no lead longer than this share of a token's life: a token must not be due as soon as it comes. */
const LONGEST_LEAD = 0.96;

/**
 * Half-life renewal: the time left after `dueAfterMs` is the outage that a caller does not notice. The lead is lengthened by up
 * to a third, drawn once a token, so that processes that started together drift apart.
 */
export function scheduleToken(
  lifetimeMs: number,
  { aheadMs, fraction }: Pick<Settings, 'aheadMs' | 'fraction'>,
  random: Random,
): TokenSchedule {
  const marginMs = clamp(lifetimeMs / 50, Math.min(1_000, lifetimeMs / 4), 10_000);
  // No later than twice the margin before its end, which is half of its life at most.
  const leadMs = Math.max(Math.min(lifetimeMs * fraction, aheadMs), marginMs * 2);
  const spreadMs = Math.min(leadMs / 3, LONGEST_LEAD * lifetimeMs - leadMs);
  return {
    dueAfterMs: Math.round(lifetimeMs - leadMs - spreadMs * random()),
    usableForMs: Math.round(lifetimeMs - marginMs),
  };
}

/**
 * For a token that its server gives again until it ends: there is no other one to be had before. The server has just said when that
 * is, so no margin is needed.
 */
export function scheduleToItsEnd(lifetimeMs: number): TokenSchedule {
  return { dueAfterMs: lifetimeMs, usableForMs: lifetimeMs };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
