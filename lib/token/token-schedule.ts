import type { Settings } from '../options/settings.js';

/** Gives the next number in [0, 1). */
export type Random = () => number;

/** When a token is to be renewed, and when it must no longer be used: ms after its request was sent. */
export interface TokenSchedule {
  readonly dueAfterMs: number;
  readonly usableForMs: number;
}

/**
 * Half-life renewal: the time left after `dueAfterMs` is the outage that a caller does not notice. The lead is lengthened by up
 * to a fifth, drawn once a token, so that processes that started together drift apart.
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

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
