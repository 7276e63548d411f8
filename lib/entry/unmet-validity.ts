import { type Instant, now } from '../ground/clock.js';
import { TokenUnavailableError } from '../ground/errors.js';
import type { HeldToken } from '../token/held-token.js';

/** For how long a token counts as new, in ms, unless a quarter of its life is less. */
const NEW_MS = 5_000;

/** The smallest `minValidityMs` that the held token could not meet even when it was new. Another token would live no longer. */
export type UnmetValidity = number | undefined;

/** Remembers a `minValidityMs` that a new token cannot meet. */
export function noteUnmet(unmet: UnmetValidity, held: HeldToken, minValidityMs: number): UnmetValidity {
  return minValidityMs > held.usableForMs ? Math.min(minValidityMs, unmet ?? minValidityMs) : unmet;
}

/** Why not to ask for a token that lives longer than this one: another would be no better. */
export function refuseUnmet(
  unmet: UnmetValidity,
  held: HeldToken,
  minValidityMs: number,
  at: Instant,
): TokenUnavailableError | undefined {
  const isUnmet = (unmet !== undefined && minValidityMs >= unmet) || held.ageMs(at) < newForMs(held);
  return isUnmet ? validityError(held, minValidityMs) : undefined;
}

/** The token for a caller who waited for it: it may have aged on the way. */
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
