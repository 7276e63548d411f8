import { MONTH_MS } from '../ground/clock.js';
import { decodeClaims } from './claims.js';

/** Keeps the end of a token within what `Date` can show. */
export const MAX_LIFETIME_MS = 1_200 * MONTH_MS;

/** The end of 9999, which stands for "never" in many programs; what is above it is in milliseconds, and after 1978. */
export const LATEST_SECONDS = 253_402_300_799;

export interface TokenLifetime {
  readonly lifetimeMs: number;
  /** Whether the answer says nothing of it, and `lifetimeMs` is the fallback. */
  readonly isLifetimeGuessed: boolean;
}

export interface LifetimeContext {
  /** The time of the answer, ms since the epoch: by the server's clock where the answer shows it. */
  readonly answeredAt: number;
  /** The lifetime where neither the answer nor the token names one, in ms. */
  readonly defaultLifetimeMs: number;
}

/**
 * How long a token lives from the moment it was asked for, in ms: what `expires_in` says (RFC 6749 §5.1), but no longer than a JWT
 * itself says; what the JWT says, where the answer says nothing; else the default. `undefined` when the answer names a lifetime
 * that is none. Zero is what is left of a token that is just at its end, which some servers give once more.
 */
export function readLifetime(
  expiresIn: unknown,
  token: string,
  { answeredAt, defaultLifetimeMs }: LifetimeContext,
): TokenLifetime | undefined {
  const ownMs = jwtLifetimeMs(token, answeredAt);
  const isStated = expiresIn !== undefined && expiresIn !== null;
  const statedMs = isStated ? readSeconds(expiresIn) * 1_000 : (ownMs ?? defaultLifetimeMs);
  const lifetimeMs = Math.min(statedMs, ownMs ?? statedMs, MAX_LIFETIME_MS);
  return lifetimeMs >= 0 ? { lifetimeMs, isLifetimeGuessed: !isStated && ownMs === undefined } : undefined;
}

/** Whether `expires_in` names a lifetime, or leaves it open. */
export function isSeconds(expiresIn: unknown): boolean {
  return expiresIn === undefined || expiresIn === null || readSeconds(expiresIn) >= 0;
}

/** Some servers send the number as text, with blanks around it. NaN for anything else, and for what is not finite. */
function readSeconds(value: unknown): number {
  const isNumeral = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value);
  const seconds = isNumeral ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : Number.NaN;
}

/** RFC 7519 §4.1.4 and §4.1.6. Without `iat` the time until `exp`, from the time of the answer. */
function jwtLifetimeMs(token: string, answeredAt: number): number | undefined {
  const { exp, iat } = decodeClaims(token) ?? {};
  const endMs = readDate(exp);
  return Number.isNaN(endMs) ? undefined : endMs - readDate(iat, answeredAt);
}

/** A NumericDate (RFC 7519 §2) in ms. Some servers write it as text, and some take milliseconds for its unit. */
function readDate(value: unknown, fallback = Number.NaN): number {
  const date = readSeconds(value);
  if (Number.isNaN(date)) return fallback;
  return date > LATEST_SECONDS ? date : date * 1_000;
}
