import { withDeadline } from '../clock.js';
import { ClientSecretKeeper } from '../endpoint/client-secret.js';
import type { Client } from '../endpoint/token-endpoint.js';
import {
  isLocated,
  locateRegion,
  locateTokenEndpoint,
  type Regions,
  readRegions,
} from '../endpoint/whereabouts.js';
import { ConfigurationError, TokenRequestError } from '../errors.js';
import { asBoolean, asFields, isBag, kindOf, within } from '../options/check.js';
import { type ClientShape, readClientId, readClientSecret, readShape } from '../options/read-client.js';
import type { TargetQuery } from '../options/read-target.js';
import type {
  ClientQuery,
  ClientSettings,
  ResolveClient,
  TokenProviderOptions,
  Whereabouts,
} from '../options/token-provider-options.js';
import { withoutSecret } from '../options/without-secret.js';
import type { Target } from '../target.js';

const CLIENT_SETTINGS: readonly (keyof ClientSettings)[] = [
  'clientSecret',
  'subdomain',
  'region',
  'tokenEndpoint',
  'authentication',
  'scope',
  'resource',
  'parameters',
];

/** Knows the clients: the one of the options by itself, the others by asking `resolveClient`. */
export class ClientDirectory {
  readonly #allowHttp: boolean;
  readonly #regions: Regions;
  readonly #tokenEndpoint: string | undefined;
  readonly #shape: ClientShape;
  readonly #resolveClient: ResolveClient | undefined;
  readonly #timeoutMs: number;
  readonly #clientId: string | undefined;
  /** One for all clients, since there may be very many. */
  readonly #askAgain = async (query: ClientQuery | undefined): Promise<string> => {
    const { clientSecret } = await this.#ask(query as ClientQuery);
    return readClientSecret(clientSecret)();
  };
  readonly #secret: ClientSecretKeeper | undefined;

  constructor(options: TokenProviderOptions, timeoutMs: number) {
    const { clientId, clientSecret } = options;
    this.#timeoutMs = timeoutMs;
    this.#allowHttp = asBoolean('allowHttp', options.allowHttp, false);
    this.#regions = readRegions(options.regions, this.#allowHttp);
    this.#resolveClient = readResolveClient(options.resolveClient);
    const isAlone = this.#resolveClient === undefined;
    const mustBeLocated = isAlone && this.#regions.size === 0;
    this.#tokenEndpoint = mustBeLocated || isLocated(options) ? this.#locateBy(options) : undefined;
    this.#shape = readShape(options);
    const hasClient = isAlone || clientId !== undefined || clientSecret !== undefined;
    this.#clientId = hasClient ? readClientId(clientId) : undefined;
    this.#secret = hasClient ? new ClientSecretKeeper(readClientSecret(clientSecret)) : undefined;
  }

  /** Whether calls that name no client and no region have both. */
  get hasDefault(): boolean {
    return this.#clientId !== undefined && this.#tokenEndpoint !== undefined;
  }

  /**
   * Whom a call means; `undefined` when `resolveClient` must be asked.
   * @throws {ConfigurationError} when there is no such client or region
   */
  find(query: TargetQuery): Client | undefined {
    const { clientId = this.#clientId, region } = query;
    if (clientId === undefined) {
      throw new ConfigurationError('clientId', 'is missing. Give it to the call, or to the provider.');
    }
    if (clientId === this.#clientId && this.#secret) {
      const tokenEndpoint = region === undefined ? this.#tokenEndpoint : locateRegion(region, this.#regions);
      if (tokenEndpoint === undefined)
        throw new ConfigurationError('region', 'is missing. Give it to the call.');
      const shape = { ...this.#shape, ...given(query) };
      return { target: targetOf(tokenEndpoint, clientId, shape), secret: this.#secret };
    }
    if (this.#resolveClient) return undefined;
    throw new ConfigurationError('clientId', 'is not that of the provider, and there is no resolveClient.');
  }

  /** Asks `resolveClient`. The secret it gives is asked for again the same way, should the server no longer take it. */
  async resolve(query: TargetQuery, signal: AbortSignal): Promise<Client> {
    // `find()` has made sure that a client is named.
    const asked = query as ClientQuery;
    const { clientId } = asked;
    const settings = await withDeadline(() => this.#ask(asked), {
      timeoutMs: this.#timeoutMs,
      signal,
      onTimeout: () => failure(`gave no answer within ${this.#timeoutMs} ms (requestTimeoutMs).`),
    });
    return withoutSecret(settings, () =>
      within('resolveClient()', () => {
        const tokenEndpoint = this.#locate(settings, query);
        const shape = { ...readShape(settings, this.#shape), ...given(query) };
        return { target: targetOf(tokenEndpoint, clientId, shape), secret: this.#keep(settings, asked) };
      }),
    );
  }

  #locate(settings: ClientSettings, { region }: TargetQuery): string {
    if (isLocated(settings)) return this.#locateBy(settings);
    if (region !== undefined) return locateRegion(region, this.#regions);
    return this.#tokenEndpoint ?? locateTokenEndpoint(settings);
  }

  #locateBy(whereabouts: Whereabouts): string {
    return locateTokenEndpoint(whereabouts, this.#regions, this.#allowHttp);
  }

  /** A secret that is a string is asked for again where it came from. */
  #keep({ clientSecret }: ClientSettings, query: ClientQuery): ClientSecretKeeper {
    const supply = readClientSecret(clientSecret);
    return typeof clientSecret === 'function'
      ? new ClientSecretKeeper(supply)
      : new ClientSecretKeeper(this.#askAgain, query, clientSecret);
  }

  async #ask(query: ClientQuery): Promise<ClientSettings> {
    const settings = await this.#askOrFail(query);
    if (settings === undefined) {
      throw new ConfigurationError('clientId', 'is unknown: resolveClient gave nothing for it.');
    }
    if (!isBag(settings)) {
      throw new ConfigurationError('resolveClient()', `must give a plain object; got ${kindOf(settings)}.`);
    }
    return withoutSecret(settings, () => within('resolveClient()', () => readClientSettings(settings)));
  }

  /** Its own error stays out: it may well hold what it was asked for. */
  async #askOrFail(query: ClientQuery): Promise<ClientSettings | undefined> {
    try {
      return await this.#resolveClient?.(query);
    } catch {
      throw failure('threw.');
    }
  }
}

function readClientSettings(settings: object): ClientSettings {
  return asFields<ClientSettings>('settings', settings, CLIENT_SETTINGS);
}

/** Written out, since there may be very many: objects that are spread take more memory. */
function targetOf(tokenEndpoint: string, clientId: string, shape: ClientShape): Target {
  const { authentication, scope, resource, parameters } = shape;
  return { tokenEndpoint, clientId, authentication, scope, resource, parameters };
}

/** What the call itself says of scope and resource, which wins. */
function given({ scope, resource }: TargetQuery): Partial<ClientShape> {
  return { ...(scope && { scope }), ...(resource && { resource }) };
}

function readResolveClient(resolveClient: unknown): ResolveClient | undefined {
  if (resolveClient === undefined || typeof resolveClient === 'function') {
    return resolveClient as ResolveClient | undefined;
  }
  throw new ConfigurationError('resolveClient', `must be a function; got ${kindOf(resolveClient)}.`);
}

function failure(problem: string): TokenRequestError {
  return new TokenRequestError(`No token request was sent: resolveClient ${problem}`, 'ERR_RESOLVE_CLIENT');
}
