import type { AxiosInstance } from 'axios';
import { HOUR_MS } from '../ground/clock.js';
import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import { readable, readMembers } from './option-fields.js';
import { readInteger, readNumber } from './option-values.js';
import type { RetryOptions } from './token-provider-options.js';

/** How failed attempts are repeated: each option checked, none missing. */
export interface RetrySettings {
  readonly retries: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** Reads the option of that name. */
export function readRetry(retry: unknown = {}): RetrySettings {
  const fields = readMembers<RetryOptions>('retry', retry, ['retries', 'minDelayMs', 'maxDelayMs']);
  const minDelayMs = readNumber('retry.minDelayMs', fields.minDelayMs, {
    min: 1,
    max: HOUR_MS,
    default: 1_000,
  });
  return {
    retries: readInteger('retry.retries', fields.retries, { min: 0, max: 100, default: 5 }),
    minDelayMs,
    maxDelayMs: readNumber('retry.maxDelayMs', fields.maxDelayMs, {
      min: minDelayMs,
      max: HOUR_MS,
      default: Math.max(minDelayMs, 30_000),
    }),
  };
}

/** Reads the option of that name. */
export function readHttp(http: unknown): AxiosInstance | undefined {
  if (http === undefined || readable('http', () => isAxios(http))) return http as AxiosInstance | undefined;
  throw new ConfigurationError('http', `must be an axios instance; got ${kindOf(http)}.`);
}

/** Reads the option of that name. */
export function readRequestTimeout(requestTimeoutMs: unknown): number {
  return readNumber('requestTimeoutMs', requestTimeoutMs, { min: 1, max: 600_000, default: 10_000 });
}

function isAxios(http: unknown): http is AxiosInstance {
  return typeof http === 'function' && 'request' in http && typeof http.request === 'function';
}
