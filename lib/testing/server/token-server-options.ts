import { MONTH_MS } from '../../ground/clock.js';
import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import { readClientId, secretProblem } from '../../options/client-credentials.js';
import { readFields } from '../../options/option-fields.js';
import { readChoice, readInteger, readNumber, readTexts } from '../../options/option-values.js';
import { type GiveToken, readGivenTokens } from '../given-tokens.js';
import { KEY_ALGORITHMS, type KeyAlgorithm } from './server-keys.js';

/** A client that the server knows. */
export interface TokenServerClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How clients may authenticate. */
export type TokenServerAuthentication = 'basic' | 'basic-raw' | 'post';

/** What a good request asks for. */
export interface TokenServerGrant {
  readonly clientId: string;
  readonly scope: string | undefined;
  readonly resource: readonly string[];
}

/** What `startTokenServer(options)` takes. */
export interface TokenServerOptions {
  /** Default `'test-client'`. */
  readonly clientId?: string | undefined;
  /** Default `'test-secret'`. */
  readonly clientSecret?: string | undefined;
  /** The one way in which clients may authenticate. Default: `'basic'` and `'post'`, whichever the client takes. */
  readonly authentication?: TokenServerAuthentication | undefined;
  /**
   * The tokens: one; several, which are given in turn, the last of them for ever; or a function that makes one for each good
   * request. Default: signed JWTs.
   */
  readonly token?: string | readonly string[] | ((grant: TokenServerGrant) => string) | undefined;
  /** How long a token lives. ms, 1 to 30 days. Default 600 000. */
  readonly lifetimeMs?: number | undefined;
  /** Whom tokens are for (`aud`). Default: the resource that was asked for, or else the client. */
  readonly audience?: string | readonly string[] | undefined;
  /** How tokens are signed: `'RS256'`, `'PS256'`, `'ES256'` or `'EdDSA'`. Default `'RS256'`. */
  readonly alg?: KeyAlgorithm | undefined;
  /** Where to listen on 127.0.0.1. Default: any port that is free. */
  readonly port?: number | undefined;
}

/** The options of a server: each checked. */
export interface TokenServerSettings extends TokenServerClient {
  readonly authentication: readonly TokenServerAuthentication[];
  /** In the place of those that the server signs. */
  readonly giveToken: GiveToken<TokenServerGrant> | undefined;
  readonly lifetimeMs: number;
  readonly audience: readonly string[] | undefined;
  readonly alg: KeyAlgorithm;
  readonly port: number;
}

const OPTIONS: readonly (keyof TokenServerOptions)[] = [
  'clientId',
  'clientSecret',
  'authentication',
  'token',
  'lifetimeMs',
  'audience',
  'alg',
  'port',
];

/** @throws {ConfigurationError} when an option is malformed */
export function readTokenServerOptions(options: unknown): TokenServerSettings {
  const given = readFields<TokenServerOptions>('startTokenServer options', options, OPTIONS);
  const { clientId = 'test-client', clientSecret = 'test-secret', token, audience, alg = 'RS256' } = given;
  return Object.freeze({
    ...readTokenServerClient({ clientId, clientSecret }),
    authentication: readAuthentication(given.authentication),
    giveToken: token === undefined ? undefined : readGivenTokens(token),
    lifetimeMs: readLifetime(given.lifetimeMs),
    audience: audience === undefined ? undefined : readTexts('audience', audience),
    alg: readChoice('alg', alg, KEY_ALGORITHMS),
    port: readInteger('port', given.port, { min: 0, max: 65_535, default: 0 }),
  });
}

/** @throws {ConfigurationError} when one of the two is missing or malformed */
export function readTokenServerClient(client: unknown): TokenServerClient {
  const fields = readFields<TokenServerClient>('client fields', client, ['clientId', 'clientSecret']);
  const { clientId, clientSecret } = fields;
  const isText = clientSecret === undefined || typeof clientSecret === 'string';
  const problem = isText ? secretProblem(clientSecret) : `must be a string; got ${kindOf(clientSecret)}.`;
  if (problem) throw new ConfigurationError('clientSecret', problem);
  return { clientId: readClientId(clientId), clientSecret };
}

/** @throws {ConfigurationError} when it is not from 1 ms to 30 days */
export function readLifetime(lifetimeMs: unknown): number {
  return readNumber('lifetimeMs', lifetimeMs, { min: 1, max: MONTH_MS, default: 600_000 });
}

function readAuthentication(authentication: unknown): readonly TokenServerAuthentication[] {
  if (authentication === undefined) return ['basic', 'post'];
  return [readChoice('authentication', authentication, ['basic', 'basic-raw', 'post'] as const)];
}
