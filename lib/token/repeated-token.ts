import type { Instant } from '../ground/clock.js';
import { decodeClaims } from './claims.js';
import type { HeldToken } from './held-token.js';

/** Servers round lifetimes to seconds: two answers about the same moment may differ by this much, in ms. */
export const ROUNDING_MS = 1_000;

/** A token, and for how long its server lets it live altogether, as far as is known. */
export interface KnownToken {
  readonly held: HeldToken;
  readonly lifetimeMs: number;
}

/**
 * The token held, as it is after its server has given it once more. It is served until its end, unless the server lets it live anew.
 * Nothing is left of it where it is just at its end.
 */
export function repeatedToken(known: KnownToken, again: HeldToken, at: Instant): HeldToken {
  return livesAnew(known, again, at) ? again : again.servedToItsEnd(remainingMs(known, again, at), at);
}

function livesAnew(known: KnownToken, again: HeldToken, at: Instant): boolean {
  const isGuessed = known.held.facts.isLifetimeGuessed;
  if (again.facts.isLifetimeGuessed) {
    // Where the token is just at its end, its server may know no better.
    return isGuessed || known.held.remainingMs(at) <= -ROUNDING_MS;
  }
  return !isGuessed && claimsAnotherLife(known, again, at) && !hasEndOfItsOwn(again);
}

function remainingMs(known: KnownToken, again: HeldToken, at: Instant): number {
  const beforeMs = known.held.remainingMs(at);
  const afterMs = again.remainingMs(at);
  if (again.facts.isLifetimeGuessed) return beforeMs;
  if (known.held.facts.isLifetimeGuessed) return afterMs;
  if (claimsAnotherLife(known, again, at)) return beforeMs;
  // An answer that was long on its way seems to name an earlier end.
  const slownessMs = again.source === 'endpoint' ? again.ageMs(at) : 0;
  const isRounded = afterMs <= beforeMs + ROUNDING_MS && afterMs >= beforeMs - ROUNDING_MS - slownessMs;
  // The first answer is the better one: most servers give a lifetime without fractions when they issue a token.
  return isRounded ? beforeMs : afterMs;
}

function claimsAnotherLife({ held, lifetimeMs }: KnownToken, again: HeldToken, at: Instant): boolean {
  const isLater = again.remainingMs(at) > held.remainingMs(at) + ROUNDING_MS;
  return isLater && again.lifetimeMs >= lifetimeMs - ROUNDING_MS;
}

/** The end of a JWT is written in it: whatever its server says of the same one later, it does not move. */
function hasEndOfItsOwn({ value }: HeldToken): boolean {
  return typeof decodeClaims(value)?.exp === 'number';
}
