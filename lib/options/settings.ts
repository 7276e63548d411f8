import type { AxiosInstance } from 'axios';
import { HOUR_MS, MONTH_MS } from '../ground/clock.js';
import type { TokenStore } from '../ground/token-store.js';
import { readFields, readMembers } from './option-fields.js';
import { readBoolean, readInteger, readNumber } from './option-values.js';
import { type RetrySettings, readHttp, readRequestTimeout, readRetry } from './request-settings.js';
import { readStore } from './store-option.js';
import type { RefreshOptions, TokenProviderOptions } from './token-provider-options.js';

const PROVIDER_OPTIONS: readonly (keyof TokenProviderOptions)[] = [
  'subdomain',
  'region',
  'tokenEndpoint',
  'issuer',
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
  'maxTargets',
  'maxConcurrentRequests',
  'defaultLifetimeMs',
  'tokenType',
  'http',
  'dpop',
  'store',
  'revokeOnClose',
];

/** Bounds of `maxWaitMs`, of the provider and of a call. */
export const WAIT_RANGE = { min: 0, max: HOUR_MS };

/** The options that do not shape a token: each checked, none missing, frozen. */
export interface Settings extends RetrySettings {
  readonly background: boolean;
  readonly aheadMs: number;
  readonly fraction: number;
  readonly keepWarm: boolean;
  readonly requestTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly maxTargets: number;
  readonly maxConcurrentRequests: number;
  readonly defaultLifetimeMs: number;
  readonly http: AxiosInstance | undefined;
  readonly store: TokenStore | undefined;
  readonly revokeOnClose: boolean;
}

/** Makes sure that all names are known, and reads each option (a getter, perhaps) once. */
export function readProviderFields(options: unknown): TokenProviderOptions {
  return readFields<TokenProviderOptions>('options', options, PROVIDER_OPTIONS);
}

export function readSettings(options: TokenProviderOptions): Settings {
  return Object.freeze({
    ...readRefresh(options.refresh),
    ...readRetry(options.retry),
    requestTimeoutMs: readRequestTimeout(options.requestTimeoutMs),
    maxWaitMs: readNumber('maxWaitMs', options.maxWaitMs, { ...WAIT_RANGE, default: 30_000 }),
    maxTargets: readInteger('maxTargets', options.maxTargets, { min: 1, max: 1_000_000, default: 1_000 }),
    maxConcurrentRequests: readInteger('maxConcurrentRequests', options.maxConcurrentRequests, {
      min: 1,
      max: 1_000,
      default: 16,
    }),
    defaultLifetimeMs: readNumber('defaultLifetimeMs', options.defaultLifetimeMs, {
      min: 1_000,
      max: MONTH_MS,
      default: 300_000,
    }),
    http: readHttp(options.http),
    store: options.store === undefined ? undefined : readStore('store', options.store),
    revokeOnClose: readBoolean('revokeOnClose', options.revokeOnClose, false),
  });
}

function readRefresh(refresh: unknown = {}) {
  const fields = readMembers<RefreshOptions>('refresh', refresh, [
    'background',
    'aheadMs',
    'fraction',
    'keepWarm',
  ]);
  return {
    background: readBoolean('refresh.background', fields.background, true),
    aheadMs: readNumber('refresh.aheadMs', fields.aheadMs, { min: 0, max: MONTH_MS, default: 1_200_000 }),
    fraction: readNumber('refresh.fraction', fields.fraction, {
      min: Number.MIN_VALUE,
      max: 0.8,
      default: 0.5,
    }),
    keepWarm: readBoolean('refresh.keepWarm', fields.keepWarm, false),
  };
}
