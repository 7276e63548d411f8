import type { FirstTokensPlan, Sender } from './measurements/first-tokens.js';
import type { PausesPlan } from './measurements/pauses.js';
import type { RenewalsPlan, Renewer } from './measurements/renewals.js';

/** Numbers of clients on one provider. */
export const SIZES = [1, 1_000, 10_000, 100_000] as const;
export const MOST = 100_000;
export const CONCURRENCIES = [16, 64] as const;

const SENDERS: readonly Sender[] = ['provider', 'provider, kept'];
const BARE_SENDERS: readonly Sender[] = ['axios', 'node:http'];
/** What a bare loop does a second does not depend on how many it does. */
const BARE_POSTS = 10_000;
const RENEWAL_SECONDS = 600;
const CHECK_SECONDS = 120;

export interface SizePlan {
  readonly clients: number;
}

export function planSizes(): SizePlan[] {
  return SIZES.map((clients) => ({ clients }));
}

/** Of these only the most are judged. */
export function planOperations(isCheck: boolean): SizePlan[] {
  return isCheck ? [{ clients: MOST }] : planSizes();
}

export function planRenewals(isCheck: boolean): RenewalsPlan[] {
  const seconds = isCheck ? CHECK_SECONDS : RENEWAL_SECONDS;
  const sizes = isCheck ? [MOST] : [1_000, 10_000, MOST];
  const renewers: readonly Renewer[] = ['provider', 'bare timers'];
  return sizes.flatMap((clients) => renewers.map((by) => ({ clients, seconds, by })));
}

export function planPauses(): PausesPlan[] {
  return [false, true].map((isFull) => ({ clients: MOST, isFull }));
}

export function planFirstTokens(): FirstTokensPlan[] {
  return CONCURRENCIES.flatMap((concurrency) => [
    ...SIZES.flatMap((clients) => SENDERS.map((by) => ({ clients, concurrency, by }))),
    ...BARE_SENDERS.map((by) => ({ clients: BARE_POSTS, concurrency, by })),
  ]);
}
