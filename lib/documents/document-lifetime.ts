import { HOUR_MS } from '../ground/clock.js';
import type { HttpAnswer } from '../http/transport.js';

/** Bounds of a document's lifetime, and what it is where the server says nothing, in ms. */
export interface LifetimeRange {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Metadata changes with a new release of the server. */
export const METADATA_LIFETIME: LifetimeRange = {
  min: HOUR_MS / 12,
  max: 168 * HOUR_MS,
  default: 24 * HOUR_MS,
};

/** Keys are rotated, and withdrawn: what a server takes away must be gone here within a day. */
export const KEYS_LIFETIME: LifetimeRange = { min: HOUR_MS / 12, max: 24 * HOUR_MS, default: HOUR_MS };

/** How long a document is good, by `Cache-Control` (RFC 9111 §5.2.2) less the `Age` that it has come with, within bounds. */
export function documentLifetime({ header }: Pick<HttpAnswer, 'header'>, range: LifetimeRange): number {
  const cacheControl = header('cache-control') ?? '';
  if (/\bno-(cache|store)\b/i.test(cacheControl)) return range.min;
  const [, seconds] = /(?:^|[,\s])max-age\s*=\s*"?(\d{1,15})/i.exec(cacheControl) ?? [];
  if (seconds === undefined) return range.default;
  const ageSeconds = /^\d{1,15}$/.test(header('age') ?? '') ? Number(header('age')) : 0;
  return Math.min(Math.max((Number(seconds) - ageSeconds) * 1_000, range.min), range.max);
}
