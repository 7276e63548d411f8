import type { Instant } from '../clock.js';
import { cleanScope, textCleaner } from '../endpoint/server-text.js';
import { MAX_LIFETIME_MS } from '../endpoint/token-lifetime.js';
import { isBearerToken } from '../endpoint/token-response.js';
import { isBag } from '../options/check.js';
import type { Settings } from '../options/read-settings.js';
import type { StoredToken } from '../options/token-store.js';
import { HeldToken } from './held-token.js';
import { scheduleToken } from './schedule.js';

/** Knows no secret: whoever stored a scope has taken that away. */
const CLEAN = textCleaner([]);

/**
 * Takes a token over from a store. Its age is what its remaining time says, so that it need not matter what the time of day is
 * on the machine that asked for it.
 * @returns `undefined` where it is none: stores may give anything
 */
export function adopt(stored: unknown, settings: Settings, at: Instant): HeldToken | undefined {
  // A copy: what is looked at twice may be another the second time.
  const copy: unknown = isBag(stored) ? { ...stored } : undefined;
  if (!isStoredToken(copy)) return undefined;
  const { remainingMs, value, tokenType, scope, lifetimeMs, isLifetimeGuessed } = copy;
  const ageMs = lifetimeMs - remainingMs;
  const sentAt = { wall: at.wall - ageMs, steady: at.steady - ageMs };
  const granted = scope === undefined ? undefined : cleanScope(scope, CLEAN, value);
  const facts = { value, tokenType, scope: granted, lifetimeMs, isLifetimeGuessed, sentAt };
  return new HeldToken(facts, scheduleToken(lifetimeMs, settings, Math.random), 'store');
}

function isStoredToken(stored: unknown): stored is StoredToken {
  if (!isBag(stored)) return false;
  const { value, tokenType, scope, lifetimeMs, isLifetimeGuessed, remainingMs } = stored;
  return (
    typeof value === 'string' &&
    typeof tokenType === 'string' &&
    isBearerToken(value, tokenType) &&
    (scope === undefined || typeof scope === 'string') &&
    typeof isLifetimeGuessed === 'boolean' &&
    isSpan(lifetimeMs, MAX_LIFETIME_MS) &&
    isSpan(remainingMs, lifetimeMs)
  );
}

function isSpan(ms: unknown, longestMs: number): ms is number {
  return typeof ms === 'number' && ms > 0 && ms <= longestMs;
}
