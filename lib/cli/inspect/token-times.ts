import type { Claims } from '../../index.js';
import { LATEST_SECONDS } from '../../token/token-lifetime.js';

/** The times of a token in ms since the epoch, as far as its claims name them in seconds. */
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
  const isTime = typeof seconds === 'number' && Number.isFinite(seconds) && !looksLikeMs(seconds);
  return isTime ? seconds * 1_000 : undefined;
}

/** Whether a time seems to be in ms, which no verifier takes it for: what comes of it as seconds is no date that anybody meant. */
export function looksLikeMs(time: unknown): time is number {
  return typeof time === 'number' && time > LATEST_SECONDS;
}
