import { type Instant, now } from '../clock.js';
import { TokenUnavailableError } from '../errors.js';
import type { HeldToken } from './held-token.js';

/** For how long a token counts as new, unless a quarter of its life is less. */
const NEW_MS = 5_000;

/** Whether another token would be no better than this one, so that calls in a row do not cost a request each. */
export function isNew(held: HeldToken, at: Instant): boolean {
  return held.ageMs(at) < newForMs(held);
}

/** The token to one who waited for it: it may have aged on the way. */
export function handOut(held: HeldToken, minValidityMs: number): string {
  const usableMs = held.usableMs(now());
  if (usableMs <= 0) throw new TokenUnavailableError('The token ended before it could be handed out.');
  if (usableMs < minValidityMs) throw validityError(held, minValidityMs);
  return held.access.value;
}

export function validityError(held: HeldToken, minValidityMs: number): TokenUnavailableError {
  const mostMs = Math.floor(held.usableForMs - newForMs(held));
  return new TokenUnavailableError(
    `minValidityMs ${minValidityMs} is more than the last new token could give: ask for at most ${mostMs} ms.`,
  );
}

function newForMs({ usableForMs }: HeldToken): number {
  return Math.min(NEW_MS, usableForMs / 4);
}
