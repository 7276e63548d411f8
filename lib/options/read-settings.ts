import type { AxiosInstance } from 'axios';
import { HOUR_MS, MONTH_MS } from '../clock.js';
import { ConfigurationError } from '../errors.js';
import { asBoolean, asFields, asInteger, asNumber, kindOf, readable } from './check.js';
import { readTargetFields, TARGET_OPTIONS, type TargetQuery } from './read-target.js';
import type {
  GetTokenOptions,
  RefreshOptions,
  RetryOptions,
  TokenProviderOptions,
  WaitOptions,
} from './token-provider-options.js';
import type { TokenStore } from './token-store.js';

const PROVIDER_OPTIONS: readonly (keyof TokenProviderOptions)[] = [
  'subdomain',
  'region',
  'tokenEndpoint',
  'allowHttp',
  'clientId',
  'clientSecret',
  'authentication',
  'scope',
  'resource',
  'parameters',
  'regions',
  'resolveClient',
  'refresh',
  'retry',
  'requestTimeoutMs',
  'maxWaitMs',
  'maxClients',
  'maxConcurrentRequests',
  'defaultLifetimeMs',
  'http',
  'store',
];

const WAIT_OPTIONS: readonly (keyof WaitOptions)[] = ['signal', 'maxWaitMs', 'minValidityMs'];

const WAIT = { min: 0, max: HOUR_MS };

/** The options that do not shape a token: each checked, none missing, frozen. */
export interface Settings {
  readonly background: boolean;
  readonly aheadMs: number;
  readonly fraction: number;
  readonly keepWarm: boolean;
  readonly retries: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly requestTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly maxClients: number;
  readonly maxConcurrentRequests: number;
  readonly defaultLifetimeMs: number;
  readonly http: AxiosInstance | undefined;
  readonly store: TokenStore | undefined;
}

/** Makes sure that all names are known, and reads each option (a getter, perhaps) once. */
export function readOptionNames(options: unknown): TokenProviderOptions {
  return asFields<TokenProviderOptions>('options', options, PROVIDER_OPTIONS);
}

export function readSettings(options: TokenProviderOptions): Settings {
  return Object.freeze({
    ...readRefresh(options.refresh),
    ...readRetry(options.retry),
    requestTimeoutMs: asNumber('requestTimeoutMs', options.requestTimeoutMs, {
      min: 1,
      max: 600_000,
      default: 10_000,
    }),
    maxWaitMs: asNumber('maxWaitMs', options.maxWaitMs, { ...WAIT, default: 30_000 }),
    maxClients: asInteger('maxClients', options.maxClients, { min: 1, max: 1_000_000, default: 1_000 }),
    maxConcurrentRequests: asInteger('maxConcurrentRequests', options.maxConcurrentRequests, {
      min: 1,
      max: 1_000,
      default: 16,
    }),
    defaultLifetimeMs: asNumber('defaultLifetimeMs', options.defaultLifetimeMs, {
      min: 1_000,
      max: MONTH_MS,
      default: 300_000,
    }),
    http: readHttp(options.http),
    store: readStore(options.store),
  });
}

function readRefresh(refresh: unknown = {}) {
  const fields = asFields<RefreshOptions>('refresh options', refresh, [
    'background',
    'aheadMs',
    'fraction',
    'keepWarm',
  ]);
  return {
    background: asBoolean('refresh.background', fields.background, true),
    aheadMs: asNumber('refresh.aheadMs', fields.aheadMs, { min: 0, max: MONTH_MS, default: 1_200_000 }),
    fraction: asNumber('refresh.fraction', fields.fraction, {
      min: Number.MIN_VALUE,
      max: 0.8,
      default: 0.5,
    }),
    keepWarm: asBoolean('refresh.keepWarm', fields.keepWarm, false),
  };
}

function readRetry(retry: unknown = {}) {
  const fields = asFields<RetryOptions>('retry options', retry, ['retries', 'minDelayMs', 'maxDelayMs']);
  const minDelayMs = asNumber('retry.minDelayMs', fields.minDelayMs, {
    min: 1,
    max: HOUR_MS,
    default: 1_000,
  });
  return {
    retries: asInteger('retry.retries', fields.retries, { min: 0, max: 100, default: 5 }),
    minDelayMs,
    maxDelayMs: asNumber('retry.maxDelayMs', fields.maxDelayMs, {
      min: minDelayMs,
      max: HOUR_MS,
      default: Math.max(minDelayMs, 30_000),
    }),
  };
}

function readHttp(http: unknown): AxiosInstance | undefined {
  if (http === undefined || readable('http', () => isAxios(http))) return http as AxiosInstance | undefined;
  throw new ConfigurationError('http', `must be an axios instance; got ${kindOf(http)}.`);
}

function readStore(store: unknown): TokenStore | undefined {
  if (store === undefined) return undefined;
  const missing = readable('store', () =>
    STORE_METHODS.find((name) => typeof (store as TokenStore | null)?.[name] !== 'function'),
  );
  if (missing === undefined) return store as TokenStore;
  throw new ConfigurationError(
    'store',
    `must be a TokenStore, such as RedisTokenStore; got ${kindOf(store)} without ${missing}().`,
  );
}

const STORE_METHODS = ['read', 'takeLease', 'extendLease', 'releaseLease', 'write'] as const;

function isAxios(http: unknown): http is AxiosInstance {
  return typeof http === 'function' && 'request' in http && typeof http.request === 'function';
}

/** What one caller wishes for, checked and complete. */
export interface Wish {
  readonly signal: AbortSignal | undefined;
  readonly maxWaitMs: number;
  readonly minValidityMs: number;
}

/** What a call of `getToken()` says: whose token, and how to wait for it. */
export function readGetTokenOptions(
  options: GetTokenOptions,
  settings: Settings,
): { query: TargetQuery; wish: Wish } {
  const fields = asFields<GetTokenOptions>('getToken options', options, [...TARGET_OPTIONS, ...WAIT_OPTIONS]);
  return { query: readTargetFields(fields), wish: readWishFields(fields, settings) };
}

export function readWish(options: WaitOptions, settings: Settings): Wish {
  return readWishFields(asFields<WaitOptions>('getToken options', options, WAIT_OPTIONS), settings);
}

function readWishFields(fields: WaitOptions, { maxWaitMs }: Settings): Wish {
  return {
    signal: readSignal(fields.signal),
    maxWaitMs: asNumber('maxWaitMs', fields.maxWaitMs, { ...WAIT, default: maxWaitMs }),
    minValidityMs: asNumber('minValidityMs', fields.minValidityMs, { min: 0, max: MONTH_MS, default: 0 }),
  };
}

function readSignal(signal: unknown): AbortSignal | undefined {
  // Not instanceof: polyfills and other realms make signals, too.
  const { aborted, addEventListener, removeEventListener } = readable('signal', () => {
    const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
    return { aborted, addEventListener, removeEventListener };
  });
  const isFunction = (member: unknown) => typeof member === 'function';
  const isSignal = typeof aborted === 'boolean' && [addEventListener, removeEventListener].every(isFunction);
  if (signal !== undefined && !isSignal) {
    throw new ConfigurationError('signal', `must be an AbortSignal; got ${kindOf(signal)}.`);
  }
  return signal as AbortSignal | undefined;
}
