import { now } from '../../lib/clock.js';
import type { TokenAnswer } from '../../lib/endpoint/token-endpoint.js';
import { HeldToken } from '../../lib/refresh/held-token.js';

export function answer(value: string, lifetimeMs = 600_000, isLifetimeGuessed = false): TokenAnswer {
  return { value, tokenType: 'Bearer', scope: undefined, lifetimeMs, isLifetimeGuessed, sentAt: now() };
}

/** A token asked for at this moment: due after half its life, usable for all but a sixtieth of it. */
export function heldToken(value = 'abc', lifetimeMs = 600_000, isLifetimeGuessed = false): HeldToken {
  const schedule = { dueAfterMs: lifetimeMs / 2, usableForMs: lifetimeMs - lifetimeMs / 60 };
  return new HeldToken(answer(value, lifetimeMs, isLifetimeGuessed), schedule);
}
