import type { Instant } from '../ground/clock.js';
import type { StoredToken } from '../ground/token-store.js';
import { isPlainObject } from '../ground/value-kind.js';
import { cleanScope, textCleaner } from '../http/redaction/server-text.js';
import { acceptsType, type Target } from '../oauth/target.js';
import type { Settings } from '../options/settings.js';
import { isBearerValue } from '../token/bearer-token.js';
import { HeldToken } from '../token/held-token.js';
import { MAX_LIFETIME_MS } from '../token/token-lifetime.js';
import { scheduleToken } from '../token/token-schedule.js';

/** It knows no secret: the process that stored the scope has taken that away. */
const CLEAN = textCleaner([]);

/**
 * Makes a held token of a stored one. Its age follows from its remaining time, so that the time of day on the machine that asked
 * for it does not matter.
 * @returns `undefined` where it is no token: stores may give anything
 */
export function adopt(
  stored: unknown,
  settings: Settings,
  at: Instant,
  target: Pick<Target, 'proofKey' | 'tokenTypes'>,
): HeldToken | undefined {
  // A copy: a getter could give another value the second time.
  const copy: unknown = isPlainObject(stored) ? { ...stored } : undefined;
  if (!isStoredToken(copy, target)) return undefined;
  const { remainingMs, value, tokenType, scope, lifetimeMs, isLifetimeGuessed } = copy;
  const ageMs = lifetimeMs - remainingMs;
  const sentAt = { wall: at.wall - ageMs, steady: at.steady - ageMs };
  const granted = scope === undefined ? undefined : cleanScope(scope, CLEAN, [value]);
  const facts = Object.freeze({ value, tokenType, scope: granted, lifetimeMs, isLifetimeGuessed, sentAt });
  return new HeldToken(facts, scheduleToken(lifetimeMs, settings, Math.random), 'store');
}

function isStoredToken(
  stored: unknown,
  target: Pick<Target, 'proofKey' | 'tokenTypes'>,
): stored is StoredToken {
  if (!isPlainObject(stored)) return false;
  const { value, tokenType, scope, lifetimeMs, isLifetimeGuessed, remainingMs } = stored;
  return (
    typeof value === 'string' &&
    typeof tokenType === 'string' &&
    isBearerValue(value) &&
    acceptsType(target, tokenType) &&
    (scope === undefined || typeof scope === 'string') &&
    typeof isLifetimeGuessed === 'boolean' &&
    isSpan(lifetimeMs, MAX_LIFETIME_MS) &&
    isSpan(remainingMs, lifetimeMs)
  );
}

function isSpan(ms: unknown, longestMs: number): ms is number {
  return typeof ms === 'number' && ms > 0 && ms <= longestMs;
}
