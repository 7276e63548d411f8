import { Discovery } from '../documents/discovery.js';
import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import {
  type Authentication,
  isSecretMethod,
  readAuthentication,
} from '../oauth/client-authentication/authentication-option.js';
import { SecretAuthenticator } from '../oauth/client-authentication/secret-authenticator.js';
import { SecretSource } from '../oauth/client-authentication/secret-source.js';
import { readDpop } from '../oauth/dpop/dpop-option.js';
import type { ProofKey } from '../oauth/dpop/proof-key.js';
import { type AuthorizationServer, KnownTokenEndpoint } from '../oauth/server/authorization-server.js';
import { namesServer, readRegions, readServer, type ServerRules } from '../oauth/server/server-options.js';
import type { ClientAuthenticator } from '../options/client-authenticator.js';
import { readClientId, readClientSecret } from '../options/client-credentials.js';
import { readBoolean } from '../options/option-values.js';
import type { Settings } from '../options/settings.js';
import type { ResolveClient, TokenProviderOptions } from '../options/token-provider-options.js';
import { readTokenRequest, type TokenRequestSettings } from '../options/token-request-settings.js';

/** What the options say of servers and clients, checked and complete. */
export interface ProviderClients {
  /** Of calls that name no region; `undefined` where each call must name one. */
  readonly server: AuthorizationServer | undefined;
  readonly rules: ServerRules;
  readonly discovery: Discovery;
  readonly authentication: Authentication;
  readonly request: TokenRequestSettings;
  /** The client of calls that name none. */
  readonly client: ConfiguredClient | undefined;
  readonly resolveClient: ResolveClient | undefined;
  /** What all tokens are bound to, if they are. */
  readonly proofKey: ProofKey | undefined;
}

export interface ConfiguredClient {
  readonly clientId: string;
  readonly authenticator: ClientAuthenticator;
}

/** @throws {ConfigurationError} when an option is missing, malformed, or contradicts another */
export function readProviderClients(options: TokenProviderOptions, settings: Settings): ProviderClients {
  const allowHttp = readBoolean('allowHttp', options.allowHttp, false);
  const discovery = new Discovery(settings, allowHttp);
  const discover = (issuer: string) => discovery.server(issuer);
  const regions = readRegions(options.regions, { allowHttp, discover });
  const rules = { regions, allowHttp, discover };
  const resolveClient = readResolveClient(options.resolveClient);
  const isAlone = resolveClient === undefined;
  const mustNameServer = isAlone && regions.size === 0;
  const server = mustNameServer || namesServer(options) ? readServer(options, rules) : undefined;
  if (settings.revokeOnClose) checkRevocation(settings, [...(server ? [server] : []), ...regions.values()]);
  const authentication = readAuthentication(options.authentication);
  const request = readTokenRequest(options);
  const proofKey = readDpop(options.dpop, settings.store !== undefined);
  if (proofKey && request.tokenTypes.length > 0)
    throw new ConfigurationError(
      'tokenType',
      'contradicts dpop: tokens must be of the type DPoP. Leave one of them out.',
    );
  const hasClient = isAlone || options.clientId !== undefined || options.clientSecret !== undefined;
  const client = hasClient ? readClient(options, authentication) : undefined;
  return Object.freeze({
    server,
    rules,
    discovery,
    authentication,
    request,
    client,
    resolveClient,
    proofKey,
  });
}

function readClient(
  { clientId, clientSecret }: TokenProviderOptions,
  authentication: Authentication,
): ConfiguredClient {
  const id = readClientId(clientId);
  const openSecret = () => new SecretSource(readClientSecret(clientSecret));
  return makeClient(id, authentication, clientSecret, openSecret);
}

/**
 * @param openSecret - reads the secret; called where the client proves itself by one
 * @throws {ConfigurationError} when the method cannot send such a client id, or needs no secret and there is one
 */
export function makeClient(
  clientId: string,
  authentication: Authentication,
  clientSecret: unknown,
  openSecret: () => SecretSource,
): ConfiguredClient {
  if (isSecretMethod(authentication)) {
    const problem = authentication.problemOf?.(clientId);
    if (problem !== undefined) throw new ConfigurationError('clientId', problem);
    return { clientId, authenticator: new SecretAuthenticator(authentication, openSecret()) };
  }
  if (clientSecret === undefined) return { clientId, authenticator: authentication };
  throw new ConfigurationError(
    'clientSecret',
    'contradicts authentication, which is an authenticator and needs no secret. Leave one of them out.',
  );
}

function checkRevocation({ store }: Settings, servers: readonly AuthorizationServer[]): void {
  if (store)
    throw new ConfigurationError(
      'revokeOnClose',
      'contradicts store: other processes use the same tokens. Leave one of them out.',
    );
  if (servers.some((server) => server instanceof KnownTokenEndpoint && !server.revocationEndpoint))
    throw new ConfigurationError(
      'revokeOnClose',
      'needs to know where tokens are revoked. Give issuer, or subdomain, in place of tokenEndpoint or region.',
    );
}

function readResolveClient(resolveClient: unknown): ResolveClient | undefined {
  if (resolveClient === undefined || typeof resolveClient === 'function') {
    return resolveClient as ResolveClient | undefined;
  }
  throw new ConfigurationError('resolveClient', `must be a function; got ${kindOf(resolveClient)}.`);
}
