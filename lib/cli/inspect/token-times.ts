import type { Claims } from '../../index.js';

/** The times of a token in ms since the epoch, as far as its claims name them. */
export interface TokenTimes {
  readonly issuedAt: number | undefined;
  readonly notBefore: number | undefined;
  readonly expiresAt: number | undefined;
  /** From its issue to its end, in ms. */
  readonly lifetimeMs: number | undefined;
}

/** RFC 7519 §4.1: seconds since the epoch. */
export function timesOf(claims: Claims = {}): TokenTimes {
  const [issuedAt, notBefore, expiresAt] = [claims.iat, claims.nbf, claims.exp].map(msOf);
  const lifetimeMs = issuedAt === undefined || expiresAt === undefined ? undefined : expiresAt - issuedAt;
  return { issuedAt, notBefore, expiresAt, lifetimeMs };
}

function msOf(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
