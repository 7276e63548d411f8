import { HOUR_MS } from '../ground/clock.js';

/**
 * How long the server asks to be left alone (RFC 9110 §10.2.3), at most an hour; `undefined` if it does not say.
 * A date is taken by the server's own clock where the answer shows it.
 */
export function readRetryAfter(
  retryAfter: string | undefined,
  date: string | undefined,
  wallMs: number,
): number | undefined {
  if (!retryAfter) return undefined;
  // Some servers send fractions. Without a time of day, Date.parse makes a year of nearly any number.
  if (!SECONDS.test(retryAfter) && !/\d:\d\d/.test(retryAfter)) return undefined;
  const delayMs = SECONDS.test(retryAfter)
    ? Math.ceil(Number(retryAfter) * 1_000)
    : Date.parse(retryAfter) - (readDate(date) ?? wallMs);
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(0, delayMs), HOUR_MS);
}

const SECONDS = /^\s*\d+(\.\d+)?\s*$/;

function readDate(date: string | undefined): number | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
