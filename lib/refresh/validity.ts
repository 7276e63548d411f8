import { type Instant, now } from '../clock.js';
import { TokenUnavailableError } from '../errors.js';
import type { HeldToken } from './held-token.js';

/** For how long a token counts as new, unless a quarter of its life is less. */
const NEW_MS = 5_000;

/** What callers asked for in vain since the token held was new: another would not live longer, either. */
export type Vain = number | undefined;

/** Takes note of a wish that a new token cannot meet. */
export function noteVain(vain: Vain, held: HeldToken, minValidityMs: number): Vain {
  return minValidityMs > held.usableForMs ? Math.min(minValidityMs, vain ?? minValidityMs) : vain;
}

/** Why not to ask for a token that lives longer than this one: another would be no better. */
export function vainError(
  vain: Vain,
  held: HeldToken,
  minValidityMs: number,
  at: Instant,
): TokenUnavailableError | undefined {
  const isInVain = (vain !== undefined && minValidityMs >= vain) || held.ageMs(at) < newForMs(held);
  return isInVain ? validityError(held, minValidityMs) : undefined;
}

/** The token to one who waited for it: it may have aged on the way. */
export function handOut(held: HeldToken, minValidityMs: number): string {
  const usableMs = held.usableMs(now());
  if (usableMs <= 0) throw new TokenUnavailableError('The token ended before it could be handed out.');
  if (usableMs < minValidityMs) throw validityError(held, minValidityMs);
  return held.value;
}

function validityError(held: HeldToken, minValidityMs: number): TokenUnavailableError {
  const mostMs = Math.floor(held.usableForMs - newForMs(held));
  return new TokenUnavailableError(
    `minValidityMs ${minValidityMs} is more than the last new token could give: ask for at most ${mostMs} ms.`,
  );
}

function newForMs({ usableForMs }: HeldToken): number {
  return Math.min(NEW_MS, usableForMs / 4);
}
