import { now } from '../clock.js';
import { TokenUnavailableError } from '../errors.js';
import type { Wish } from '../options/read-settings.js';
import type { HeldToken } from './held-token.js';

/** How long a new token must satisfy a wish for it to be worth a request, lest each call costs one. */
const MIN_SATISFACTION_MS = 5_000;

/** The longest `minValidityMs` that a token with this one's schedule can be renewed for. */
function reachMs({ usableForMs }: HeldToken): number {
  return usableForMs - Math.min(MIN_SATISFACTION_MS, usableForMs / 4);
}

/** Whether another token like this one would satisfy the wish for a while. */
export function isWithinReach(minValidityMs: number, held: HeldToken): boolean {
  return minValidityMs <= reachMs(held);
}

export function validityError(minValidityMs: number, held: HeldToken): TokenUnavailableError {
  const most = Math.floor(reachMs(held));
  return new TokenUnavailableError(
    `minValidityMs ${minValidityMs} is more than a new token can give: ask for at most ${most} ms.`,
  );
}

/** The token to one who waited for it: it may have aged on the way. */
export function handOut(held: HeldToken, { minValidityMs }: Pick<Wish, 'minValidityMs'>): string {
  const usableMs = held.usableMs(now());
  if (usableMs <= 0) throw new TokenUnavailableError('The token ended before it could be handed out.');
  if (usableMs < minValidityMs) throw validityError(minValidityMs, held);
  return held.access.value;
}
