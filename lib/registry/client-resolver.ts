import { withDeadline } from '../ground/deadline.js';
import { ConfigurationError, TokenRequestError } from '../ground/errors.js';
import { isPlainObject, kindOf } from '../ground/value-kind.js';
import { readAuthentication } from '../oauth/client-authentication/authentication-option.js';
import { SecretSource } from '../oauth/client-authentication/secret-source.js';
import type { ProofKey } from '../oauth/dpop/proof-key.js';
import { clientCredentials } from '../oauth/grant.js';
import type { AuthorizationServer } from '../oauth/server/authorization-server.js';
import { namesServer, readCallRegion, readServer } from '../oauth/server/server-options.js';
import type { Target } from '../oauth/target.js';
import { readClientSecret } from '../options/client-credentials.js';
import { readFields, within } from '../options/option-fields.js';
import type { TargetQuery } from '../options/target-query.js';
import type { ClientQuery, ClientSettings } from '../options/token-provider-options.js';
import { readTokenRequest, type TokenRequestSettings } from '../options/token-request-settings.js';
import { withoutSecret } from '../options/without-secret.js';
import { BoundedMap } from './bounded-map.js';
import { type ConfiguredClient, makeClient, type ProviderClients } from './provider-clients.js';

const CLIENT_SETTINGS: readonly (keyof ClientSettings)[] = [
  'clientSecret',
  'subdomain',
  'region',
  'tokenEndpoint',
  'issuer',
  'authentication',
  'scope',
  'resource',
  'parameters',
  'tokenType',
];

/** How many servers named by `resolveClient` are remembered, so that clients of one server share its object. */
const MAX_SERVERS = 1_000;

/** Finds the target of a call: the configured client's by itself, others by asking `resolveClient`. */
export class ClientResolver {
  readonly #clients: ProviderClients;
  readonly #timeoutMs: number;
  readonly #servers = new BoundedMap<AuthorizationServer>(MAX_SERVERS);
  /** One function for all clients, since there may be very many. */
  readonly #askForSecret = async (query: ClientQuery | undefined): Promise<string> => {
    const { clientSecret } = await this.#ask(query as ClientQuery);
    return readClientSecret(clientSecret)();
  };

  /** `resolveClient` may take `timeoutMs` for one answer. */
  constructor(clients: ProviderClients, timeoutMs: number) {
    this.#clients = clients;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The target that a call means; `undefined` when `resolveClient` must be asked.
   * @throws {ConfigurationError} when there is no such client or region
   */
  find(query: TargetQuery): Target | undefined {
    const { client, resolveClient, request, proofKey } = this.#clients;
    const { clientId = client?.clientId, region } = query;
    if (clientId === undefined) {
      throw new ConfigurationError('clientId', 'is missing. Give it to the call, or to the provider.');
    }
    if (clientId === client?.clientId)
      return makeTarget(this.#serverFor(region), client, { ...request, ...given(query) }, proofKey);
    if (resolveClient) return undefined;
    throw new ConfigurationError('clientId', 'is not that of the provider, and there is no resolveClient.');
  }

  /**
   * Asks `resolveClient`. A secret that it gives as a string is asked for again the same way, should the server no longer take it.
   * @throws {TokenRequestError} when it throws, or gives no answer in time
   * @throws {ConfigurationError} when it does not know the client, or its settings are malformed
   */
  async resolve(query: TargetQuery, signal: AbortSignal): Promise<Target> {
    // `find()` has made sure that a client is named.
    const asked = query as ClientQuery;
    const settings = await withDeadline(() => this.#ask(asked), {
      timeoutMs: this.#timeoutMs,
      signal,
      onTimeout: () => failure(`gave no answer within ${this.#timeoutMs} ms (requestTimeoutMs).`),
    });
    return withoutSecret(settings, () => {
      const server = this.#serverOf(settings, query);
      return within('resolveClient()', () => {
        const authentication = readAuthentication(settings.authentication, this.#clients.authentication);
        const request = { ...readTokenRequest(settings, this.#clients.request), ...given(query) };
        const openSecret = () => this.#secretOf(settings, asked);
        const { clientId } = asked;
        const client = makeClient(clientId, authentication, settings.clientSecret, openSecret);
        return makeTarget(server, client, request, this.#clients.proofKey);
      });
    });
  }

  #serverFor(region: string | undefined): AuthorizationServer {
    const { server, rules } = this.#clients;
    if (region !== undefined) return this.#share(readCallRegion(region, rules.regions, server));
    if (server) return server;
    throw new ConfigurationError('region', 'is missing. Give it to the call.');
  }

  #serverOf(settings: ClientSettings, { region }: TargetQuery): AuthorizationServer {
    const { server, rules } = this.#clients;
    const read = () => within('resolveClient()', () => readServer(settings, rules));
    if (namesServer(settings)) return this.#share(read());
    if (region !== undefined) return this.#share(readCallRegion(region, rules.regions, server));
    return server ?? read();
  }

  /** One object for all clients of a server: it may have to discover its addresses. */
  #share(server: AuthorizationServer): AuthorizationServer {
    return this.#servers.ensure(server.id, () => server);
  }

  #secretOf({ clientSecret }: ClientSettings, query: ClientQuery): SecretSource {
    const supply = readClientSecret(clientSecret);
    return typeof clientSecret === 'function'
      ? new SecretSource(supply)
      : new SecretSource(this.#askForSecret, query, clientSecret);
  }

  async #ask(query: ClientQuery): Promise<ClientSettings> {
    const settings = await this.#askOrFail(query);
    if (settings === undefined) {
      throw new ConfigurationError('clientId', 'is unknown: resolveClient gave nothing for it.');
    }
    if (!isPlainObject(settings)) {
      throw new ConfigurationError('resolveClient()', `must give a plain object; got ${kindOf(settings)}.`);
    }
    return withoutSecret(settings, () => within('resolveClient()', () => readClientSettings(settings)));
  }

  /** The error that `resolveClient` throws is not passed on: it may hold what was asked for. */
  async #askOrFail(query: ClientQuery): Promise<ClientSettings | undefined> {
    try {
      return await this.#clients.resolveClient?.(query);
    } catch {
      throw failure('threw.');
    }
  }
}

function readClientSettings(settings: object): ClientSettings {
  return readFields<ClientSettings>('settings', settings, CLIENT_SETTINGS);
}

/** Written out, since there may be very many: objects that are spread take more memory. */
function makeTarget(
  server: AuthorizationServer,
  { clientId, authenticator }: ConfiguredClient,
  { scope, resource, parameters, tokenTypes }: TokenRequestSettings,
  proofKey: ProofKey | undefined,
): Target {
  const grant = clientCredentials;
  return { server, grant, clientId, authenticator, proofKey, scope, resource, parameters, tokenTypes };
}

/** What the call itself says of scope and resource, which wins. */
function given({ scope, resource }: TargetQuery): Partial<TokenRequestSettings> {
  return { ...(scope && { scope }), ...(resource && { resource }) };
}

function failure(problem: string): TokenRequestError {
  return new TokenRequestError(`No token request was sent: resolveClient ${problem}`, 'ERR_RESOLVE_CLIENT');
}
