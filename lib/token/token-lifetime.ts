import { MONTH_MS } from '../ground/clock.js';
import { decodeClaims } from './claims.js';

/** Keeps the end of a token within what `Date` can show. */
export const MAX_LIFETIME_MS = 1_200 * MONTH_MS;

export interface TokenLifetime {
  readonly lifetimeMs: number;
  /** Whether the answer says nothing of it, and `lifetimeMs` is the fallback. */
  readonly isLifetimeGuessed: boolean;
}

/**
 * How long a token lives from the moment it was asked for, in ms: what `expires_in` says (RFC 6749 §5.1), but no longer
 * than a JWT's own `exp - iat`; what the JWT says, where the answer says nothing; else `fallbackMs`.
 * `undefined` when the answer names a lifetime that is none. Zero is what is left of a token just at its end, which some servers give.
 */
export function readLifetime(
  expiresIn: unknown,
  token: string,
  fallbackMs: number,
): TokenLifetime | undefined {
  const ownMs = jwtLifetimeMs(token);
  const isStated = expiresIn !== undefined && expiresIn !== null;
  const statedMs = isStated ? readSeconds(expiresIn) * 1_000 : (ownMs ?? fallbackMs);
  const lifetimeMs = Math.min(statedMs, ownMs ?? statedMs, MAX_LIFETIME_MS);
  return lifetimeMs >= 0 ? { lifetimeMs, isLifetimeGuessed: !isStated && ownMs === undefined } : undefined;
}

/** Some servers send the number as a string. NaN for anything else, and for what is not finite. */
function readSeconds(value: unknown): number {
  const isNumeral = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
  const seconds = isNumeral ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : Number.NaN;
}

/** RFC 7519 §4.1.4 and §4.1.6. */
function jwtLifetimeMs(token: string): number | undefined {
  const { exp, iat } = decodeClaims(token) ?? {};
  return typeof exp === 'number' && typeof iat === 'number' ? (exp - iat) * 1_000 : undefined;
}
