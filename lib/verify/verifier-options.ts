import type { AxiosInstance } from 'axios';
import { HOUR_MS, MONTH_MS } from '../ground/clock.js';
import { ConfigurationError } from '../ground/errors.js';
import { readAddress, readIssuer } from '../oauth/server/address-option.js';
import { subdomainIssuer } from '../oauth/server/onelogin.js';
import { readFields } from '../options/option-fields.js';
import { readBoolean, readChoice, readInteger, readNumber, readTexts } from '../options/option-values.js';
import { type RetrySettings, readHttp, readRequestTimeout, readRetry } from '../options/request-settings.js';
import { WAIT_RANGE } from '../options/settings.js';
import type { AxiosLike, RetryOptions } from '../options/token-provider-options.js';
import { ALGORITHMS } from './keys/verification-key.js';

/** What `createVerifier(options)` takes. All durations are in milliseconds. */
export interface VerifierOptions {
  /** OneLogin's subdomain, as `'acme'`: the issuer is `https://acme.onelogin.com/oidc/2`. Either this or `issuer`. */
  readonly subdomain?: string | undefined;
  /**
   * The issuer, exactly as its tokens name it in `iss`. Its metadata (OpenID Connect Discovery, RFC 8414) says where its keys are,
   * unless `jwksUri` does.
   */
  readonly issuer?: string | URL | undefined;
  /** Where the keys of `issuer` are (RFC 7517), for servers without metadata. Default: by discovery. */
  readonly jwksUri?: string | URL | undefined;
  /** Whom tokens must be for: `aud` must hold this, or one of these. Required: servers sign tokens for other APIs with the same key. */
  readonly audience: string | readonly string[];
  /** The signature algorithms that are taken: RS, PS and ES with 256, 384 or 512, and EdDSA. Default `['RS256']`. */
  readonly algorithms?: readonly string[] | undefined;
  /** By how much the clocks of the server and of this machine may differ. ms, 0 to 5 min. Default 5 000. */
  readonly clockToleranceMs?: number | undefined;
  /** For how long keys are used beyond their lifetime while no newer ones can be had. ms, 0 to 30 days. Default 24 h. */
  readonly maxStaleMs?: number | undefined;
  /** How many tokens are remembered, by digest, from the second time that they are verified until they end. 0 to 1 000 000; 0 is none. Default 1 000. */
  readonly cacheSize?: number | undefined;
  /** How long one request for keys or metadata may take. ms, 1 to 10 min. Default 10 000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a call waits where no keys are held, or the token's is not among them. ms, 0 to 1 hour. Default 5 000. */
  readonly maxWaitMs?: number | undefined;
  /** How failed attempts to get keys are repeated. Default: as for tokens. */
  readonly retry?: RetryOptions | undefined;
  /** Whether addresses may use plain http on any host. Default `false`: on loopback alone. */
  readonly allowHttp?: boolean | undefined;
  /** Your own axios instance (proxy, CA): its agents are used, but the safety settings of this package override its own. */
  readonly http?: AxiosLike | undefined;
}

const OPTIONS: readonly (keyof VerifierOptions)[] = [
  'subdomain',
  'issuer',
  'jwksUri',
  'audience',
  'algorithms',
  'clockToleranceMs',
  'maxStaleMs',
  'cacheSize',
  'requestTimeoutMs',
  'maxWaitMs',
  'retry',
  'allowHttp',
  'http',
];

/** The options of a verifier: each checked, none missing. */
export interface VerifierSettings {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly maxStaleMs: number;
  readonly cacheSize: number;
  readonly requestTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly retry: RetrySettings;
  readonly allowHttp: boolean;
  readonly http: AxiosInstance | undefined;
}

/** @throws {ConfigurationError} when an option is missing, malformed, or contradicts another */
export function readVerifierOptions(options: unknown): VerifierSettings {
  const given = readFields<VerifierOptions>('verifier options', options, OPTIONS);
  const allowHttp = readBoolean('allowHttp', given.allowHttp, false);
  return {
    ...readPlace(given, allowHttp),
    audience: readAudience(given.audience),
    algorithms: readAlgorithms(given.algorithms),
    clockToleranceMs: readNumber('clockToleranceMs', given.clockToleranceMs, {
      min: 0,
      max: 300_000,
      default: 5_000,
    }),
    maxStaleMs: readNumber('maxStaleMs', given.maxStaleMs, { min: 0, max: MONTH_MS, default: 24 * HOUR_MS }),
    cacheSize: readInteger('cacheSize', given.cacheSize, { min: 0, max: 1_000_000, default: 1_000 }),
    requestTimeoutMs: readRequestTimeout(given.requestTimeoutMs),
    maxWaitMs: readNumber('maxWaitMs', given.maxWaitMs, { ...WAIT_RANGE, default: 5_000 }),
    retry: readRetry(given.retry),
    allowHttp,
    http: readHttp(given.http),
  };
}

function readPlace({ subdomain, issuer, jwksUri }: VerifierOptions, allowHttp: boolean) {
  if ((subdomain === undefined) === (issuer === undefined)) {
    throw new ConfigurationError('issuer', 'Give exactly one of subdomain, issuer.');
  }
  if (subdomain !== undefined && jwksUri !== undefined) {
    throw new ConfigurationError('jwksUri', 'is for issuer. With subdomain, it is known.');
  }
  return {
    issuer: subdomain === undefined ? readIssuer(issuer, allowHttp) : subdomainIssuer(subdomain),
    jwksUri: jwksUri === undefined ? undefined : readAddress('jwksUri', jwksUri, allowHttp),
  };
}

function readAudience(audience: unknown): readonly string[] {
  if (audience === undefined) {
    const why = 'the same key signs tokens for other APIs, too';
    throw new ConfigurationError('audience', `is missing. Say which "aud" tokens for this API have: ${why}.`);
  }
  const names = readTexts('audience', audience);
  if (names.length > 0 && !names.includes('')) return names;
  throw new ConfigurationError('audience', 'must be a non-empty string, or an array of them.');
}

function readAlgorithms(algorithms: unknown = ['RS256']): readonly string[] {
  const names = readTexts('algorithms', algorithms).map((name) => readChoice('algorithms', name, ALGORITHMS));
  if (names.length > 0) return names;
  throw new ConfigurationError('algorithms', 'must name at least one.');
}
