import { now } from '../../lib/ground/clock.js';
import { HeldToken } from '../../lib/token/held-token.js';
import type { TokenFacts } from '../../lib/token/token-facts.js';

export function tokenFacts(value: string, lifetimeMs = 600_000, isLifetimeGuessed = false): TokenFacts {
  return Object.freeze({
    value,
    tokenType: 'Bearer',
    scope: undefined,
    lifetimeMs,
    isLifetimeGuessed,
    sentAt: now(),
  });
}

/** A token asked for at this moment: due after half its life, usable for all but a sixtieth of it. */
export function heldToken(value = 'abc', lifetimeMs = 600_000, isLifetimeGuessed = false): HeldToken {
  const schedule = { dueAfterMs: lifetimeMs / 2, usableForMs: lifetimeMs - lifetimeMs / 60 };
  return new HeldToken(tokenFacts(value, lifetimeMs, isLifetimeGuessed), schedule);
}
