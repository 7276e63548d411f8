import type { EntryStatus } from './entry/entry-status.js';
import { describeProviderHealth, type ProviderHealth } from './entry/provider-health.js';
import { openEventChannels } from './ground/diagnostics/event-channels.js';
import { EventEmitter } from './ground/event-emitter.js';
import { EVENT_NAMES, type EventName, type Listener } from './ground/events.js';
import { RequestAuthorizer } from './oauth/dpop/request-authorizer.js';
import type { RequestProver } from './oauth/dpop/request-prover.js';
import { readProviderFields, readSettings } from './options/settings.js';
import { readTarget } from './options/target-query.js';
import type {
  AuthorizeOptions,
  GetTokenOptions,
  TargetOptions,
  TokenProviderOptions,
} from './options/token-provider-options.js';
import { withoutSecret } from './options/without-secret.js';
import { assembleRegistry } from './registry/assemble.js';
import type { ClientHandle } from './registry/client-handle.js';
import { EntryHandle } from './registry/entry-handle.js';
import type { EntryRegistry } from './registry/entry-registry.js';
import { readProviderClients } from './registry/provider-clients.js';
import type { AccessToken } from './token/access-token.js';

const DEFAULT_TARGET = readTarget();
const EVENT_CHANNELS = openEventChannels(EVENT_NAMES);

/**
 * Holds access tokens, one for each client and region, got with the OAuth 2.0 client credentials grant, and renews them in the
 * background ahead of their end.
 *
 * @example
 * ```ts
 * const provider = new TokenProvider({ subdomain: 'acme', clientId, clientSecret });
 * const token = await provider.getToken(); // before every call
 * await provider.close();
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.4 RFC 6749 §4.4}
 */
export class TokenProvider implements AsyncDisposable {
  readonly #events = new EventEmitter(EVENT_NAMES, EVENT_CHANNELS);
  readonly #registry: EntryRegistry;
  /** The handle for calls that name no target. */
  readonly #default: EntryHandle;
  readonly #authorizer: RequestAuthorizer;
  #closed: Promise<void> | undefined;

  /**
   * Checks all options; asks for no token yet.
   *
   * @throws {ConfigurationError} when an option is missing, malformed, or contradicts another
   */
  constructor(options: TokenProviderOptions) {
    const given = withoutSecret(options, () => readProviderFields(options));
    const [settings, clients] = withoutSecret(given, () => {
      const read = readSettings(given);
      return [read, readProviderClients(given, read)] as const;
    });
    this.#authorizer = new RequestAuthorizer(clients.proofKey, clients.rules.allowHttp);
    this.#registry = assembleRegistry(settings, clients, { events: this.#events, provider: this });
    if (clients.client && clients.server) this.#registry.findOrMake(DEFAULT_TARGET);
    this.#default = new EntryHandle(this.#registry, DEFAULT_TARGET);
  }

  /** The option `maxWaitMs`: how long a call waits if it sets no `maxWaitMs` of its own. ms. */
  get maxWaitMs(): number {
    return this.#registry.settings.maxWaitMs;
  }

  /** Makes proofs where the option `dpop` binds tokens to a key: attachments ask it. */
  get prover(): RequestProver | undefined {
    return this.#authorizer.prover;
  }

  /**
   * Gives the access token: at once while a usable one is held, which is nearly always. Otherwise it waits for the next one, for
   * `maxWaitMs` (default 30 000) at most. All callers of one target share one token request.
   *
   * @throws {TokenUnavailableError} when there is no usable token within `maxWaitMs`, or no token stays usable for `minValidityMs`
   * @throws {TokenEndpointError} when the server refuses for good, such as with `invalid_client`
   * @throws {TokenResponseError} when what answers at the address is no token endpoint
   * @throws {TokenRequestError} when no request can succeed, such as for a certificate, or when `resolveClient` fails
   * @throws {ProviderClosedError} when the provider is closed
   * @throws {ConfigurationError} when an option of this call is malformed, or its client or region is unknown
   * @throws the signal's reason, when `signal` is aborted
   * @example
   * ```ts
   * const token = await provider.getToken({ clientId: 'tenant-7', maxWaitMs: 2_000 });
   * ```
   */
  getToken(options?: GetTokenOptions): Promise<string> {
    if (options === undefined) return this.#default.getToken();
    const entry = this.#registry.findSimple(options);
    if (!entry) return EntryHandle.getToken(this.#registry, options);
    return entry.hotToken() ?? entry.getToken(this.#registry.defaultCall);
  }

  /**
   * Gives the headers for one request of another HTTP client: `Authorization`, and with the option `dpop` a proof in `DPoP`, which is good
   * for this request alone (RFC 9449 §7). Call it for each request, and again before one is sent once more.
   *
   * @throws the same as {@link TokenProvider.getToken}
   * @throws {ConfigurationError} when method or url is missing or malformed
   * @example
   * ```ts
   * const headers = await provider.authorize({ method: 'POST', url });
   * await got.post(url, { headers, json: order });
   * ```
   */
  authorize(options: AuthorizeOptions): Promise<Record<string, string>> {
    return this.#authorizer.authorize(options, (call) => this.getToken(call));
  }

  /**
   * Gives a handle for one target: its calls need not look the target up, so they are as fast as those of the default target. It
   * stays good when its token is evicted.
   *
   * @throws {ConfigurationError} when the target is malformed
   * @example
   * ```ts
   * const tenant = provider.forClient({ clientId: 'tenant-7' });
   * const token = await tenant.getToken();
   * ```
   */
  forClient(target: TargetOptions): ClientHandle {
    return new EntryHandle(this.#registry, readTarget(target));
  }

  /**
   * Gives the token that is held and usable now, with its times and claims; `undefined` if there is none. Asks nobody.
   *
   * @throws {ConfigurationError} when the target is malformed, or its client or region is unknown
   */
  peek(target?: TargetOptions): AccessToken | undefined {
    return this.#handle(target).peek();
  }

  /**
   * Renews the token now, or joins the renewal under way. After a failure it waits for the next attempt, for `maxWaitMs` of the
   * provider at most. Meanwhile callers of `getToken()` are served from the old token.
   *
   * @throws the same as {@link TokenProvider.getToken}
   */
  async refresh(target?: TargetOptions): Promise<AccessToken> {
    return this.#handle(target).refresh();
  }

  /**
   * Tells that an API rejected exactly this token (401). It is replaced at once. If an API keeps rejecting new tokens, a token is
   * replaced at most every 5 s, growing to 60 s, and callers get the rejected token in between. Does nothing for a token that is not held.
   *
   * @throws {ConfigurationError} when `token` is not a string
   */
  invalidate(token: string): void {
    this.#registry.invalidate(token);
  }

  /** Gives the state of each target, for dashboards, without secrets and tokens. */
  status(): readonly EntryStatus[] {
    return Object.freeze(Array.from(this.#registry.entries(), (entry) => entry.status()));
  }

  /**
   * Tells whether the service can get what it needs: for readiness checks, never for liveness, since a restart mends no authorization
   * server. Asks nobody.
   *
   * @example
   * ```ts
   * const { status } = provider.health(); // 'pass', 'warn' or 'fail'
   * response.statusCode = status === 'fail' ? 503 : 200;
   * ```
   */
  health(): ProviderHealth {
    const entries = Array.from(this.#registry.entries(), (entry) => entry.health());
    return describeProviderHealth(entries, this.#registry);
  }

  /**
   * Calls `listener` at each event of this name. A listener that throws harms nobody; it leaves a process warning.
   *
   * @throws {ConfigurationError} when there is no such event, or `listener` is not a function
   * @example
   * ```ts
   * provider.on('failure', ({ target, error, usableUntil }) => log.warn({ target, code: error.code, usableUntil }));
   * ```
   */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Calls `listener` at the next event of this name alone. Throws as {@link TokenProvider.on}. */
  once<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.once(name, listener);
    return this;
  }

  /** Takes a listener away again. Throws as {@link TokenProvider.on}. */
  off<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Stops all renewal, ends the requests under way, and rejects callers who wait, and later calls, with
   * {@link ProviderClosedError}. Resolves when nothing runs any more. May be called again.
   */
  close(): Promise<void> {
    this.#closed ??= this.#registry.close();
    return this.#closed;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #handle(target: TargetOptions | undefined): EntryHandle {
    return target === undefined ? this.#default : new EntryHandle(this.#registry, readTarget(target));
  }
}
