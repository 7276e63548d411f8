import { type Instant, now } from '../../../lib/ground/clock.js';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Servers round to seconds. */
const SECOND_MS = 1_000;

/** What one answer says of a token's end. */
export interface Said {
  readonly lifetimeMs: number;
  readonly sentAt: Instant;
  /** Whether the answer left the lifetime to the client. */
  readonly isUnnamed: boolean;
}

/** A token that a server gives, and what it says of it: what the oracle judges by. */
export interface Grant extends Said {
  readonly value: string;
  /** What the token itself says of its lifetime: its end does not move. */
  readonly ownMs: number | undefined;
  /** Its end, where the server has given it again: it may be handed out until then. */
  readonly end?: Said | undefined;
}

export function elapsedMs(since: Instant): number {
  const { wall, steady } = now();
  return Math.max(wall - since.wall, steady - since.steady);
}

/** As long ago as `since`, by the clocks as they are now. */
export function ago(since: Instant): Instant {
  const { wall, steady } = now();
  const ageMs = elapsedMs(since);
  return { wall: wall - ageMs, steady: steady - ageMs };
}

/** How long a token can still be handed out, by the clock that is further on. */
export function usableMs({ lifetimeMs, sentAt, end }: Grant): number {
  if (end) return leftMs(end);
  const marginMs = clamp(lifetimeMs / 50, Math.min(1_000, lifetimeMs / 4), 10_000);
  return lifetimeMs - marginMs - elapsedMs(sentAt);
}

/** In words of its own: the token, after the server has given it once more. */
export function givenAgain(grant: Grant, said: Said): Grant {
  const end = grant.end ?? grant;
  const anew = { ...grant, ...said, end: undefined };
  if (said.isUnnamed) {
    const isEndKnown = !grant.isUnnamed && leftMs(end) > -SECOND_MS;
    return isEndKnown ? { ...grant, end } : anew;
  }
  const lifetimeMs = Math.max(grant.lifetimeMs, said.lifetimeMs);
  if (grant.isUnnamed) return { ...grant, lifetimeMs, isUnnamed: false, end: said };
  const laterMs = leftMs(said) - leftMs(end);
  const isWholeLife = laterMs > SECOND_MS && said.lifetimeMs >= grant.lifetimeMs - SECOND_MS;
  if (isWholeLife) return grant.ownMs === undefined ? anew : { ...grant, end };
  const isTheSame = laterMs <= SECOND_MS && laterMs >= -SECOND_MS - elapsedMs(said.sentAt);
  return { ...grant, end: isTheSame ? end : said };
}

function leftMs({ lifetimeMs, sentAt }: Said): number {
  return lifetimeMs - elapsedMs(sentAt);
}
