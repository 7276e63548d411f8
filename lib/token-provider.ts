import type { AccessToken } from './access-token.js';
import { ClientDirectory } from './clients/client-directory.js';
import type { ClientHandle } from './clients/client-handle.js';
import { Clients } from './clients/clients.js';
import { ConfigurationError } from './errors.js';
import { type EventName, Events, type Listener } from './events.js';
import { kindOf } from './options/check.js';
import { readGetTokenOptions, readOptionNames, readSettings } from './options/read-settings.js';
import { readTarget } from './options/read-target.js';
import type {
  GetTokenOptions,
  TargetOptions,
  TokenProviderOptions,
} from './options/token-provider-options.js';
import { withoutSecret } from './options/without-secret.js';
import type { EntryStatus } from './refresh/entry-status.js';

/** Of calls that name no target. */
const PLAIN = readTarget();

/**
 * Holds access tokens, one for each client and region, got with the OAuth 2.0 client credentials grant, and renews them
 * in the background ahead of their end.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.4 RFC 6749 §4.4}
 */
export class TokenProvider implements AsyncDisposable {
  readonly #events = new Events();
  readonly #clients: Clients;
  readonly #plain: ClientHandle;
  #closed: Promise<void> | undefined;

  /**
   * Checks all options; asks for no token yet.
   * @throws {ConfigurationError} when an option is missing, malformed, or contradicts another
   */
  constructor(options: TokenProviderOptions) {
    const given = withoutSecret(options, () => readOptionNames(options));
    const { settings, directory } = withoutSecret(given, () => {
      const settings = readSettings(given);
      return { settings, directory: new ClientDirectory(given, settings.requestTimeoutMs) };
    });
    this.#clients = new Clients(directory, settings, this.#events);
    if (directory.hasDefault) this.#clients.find(PLAIN);
    this.#plain = this.#clients.handle(PLAIN);
  }

  /** How long a caller waits who does not say it: the option of that name. ms. */
  get maxWaitMs(): number {
    return this.#clients.settings.maxWaitMs;
  }

  /**
   * The access token: at once while a usable one is held, which is nearly always.
   * @throws {TokenUnavailableError} when none can be had within `maxWaitMs`
   * @throws {TokenEndpointError} when the server refuses for good, such as `invalid_client`
   * @throws {TokenRequestError} when the server's certificate is not trusted
   * @throws {ProviderClosedError} after `close()`
   * @throws {ConfigurationError} when an option of this call is malformed
   * @throws the signal's reason, when `signal` is aborted
   */
  getToken(options?: GetTokenOptions): Promise<string> {
    if (options === undefined) return this.#plain.getToken();
    return this.#clients.handleOf(options)?.getToken() ?? this.#getTokenFor(options);
  }

  /**
   * A handle for one target, whose calls need not look it up. It stays good when its entry is evicted.
   * @throws {ConfigurationError} when something of the target is malformed
   */
  forClient(target: TargetOptions): ClientHandle {
    return this.#clients.handle(readTarget(target));
  }

  /**
   * The token held and usable now, with its times and claims; `undefined` if there is none. Asks nobody.
   * @throws {ConfigurationError} when something of the target is malformed
   */
  peek(target?: TargetOptions): AccessToken | undefined {
    return this.#handle(target).peek();
  }

  /**
   * Renews the token now, or joins the renewal under way. After a failure it waits for the next attempt's time.
   * Callers of `getToken()` are served from the old token meanwhile.
   * @throws the same as {@link TokenProvider.getToken}
   */
  async refresh(target?: TargetOptions): Promise<AccessToken> {
    return this.#handle(target).refresh();
  }

  /**
   * Tells that an API answered 401 to exactly this token. It is replaced at once, or after some seconds when new tokens
   * are rejected again and again; until then, and while fetching has failed and waits, it goes on being handed out. Does
   * nothing for any other token than the one held.
   * @throws {ConfigurationError} when `token` is not a string
   */
  invalidate(token: string): void {
    if (typeof token !== 'string') {
      throw new ConfigurationError(
        'token',
        `must be the rejected token itself, a string; got ${kindOf(token)}.`,
      );
    }
    this.#clients.invalidate(token);
  }

  /** How each target stands, for health checks. No secret and no token in it. */
  status(): readonly EntryStatus[] {
    return Object.freeze(Array.from(this.#clients.entries(), (entry) => entry.status()));
  }

  /**
   * Calls `listener` at each event of this name. One that throws harms nobody, but leaves a process warning.
   * @throws {ConfigurationError} when there is no such event, or `listener` is not a function
   */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Calls `listener` at the next event of this name alone. */
  once<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.once(name, listener);
    return this;
  }

  /** Takes a listener away again. */
  off<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Stops all renewal, ends requests under way, and rejects whoever waits with {@link ProviderClosedError}. Resolves
   * when nothing runs any more. Calling it again does no harm.
   */
  close(): Promise<void> {
    this.#closed ??= this.#clients.close();
    return this.#closed;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #handle(target: TargetOptions | undefined): ClientHandle {
    return target === undefined ? this.#plain : this.#clients.handle(readTarget(target));
  }

  async #getTokenFor(options: GetTokenOptions): Promise<string> {
    const { query, wish } = readGetTokenOptions(options, this.#clients.settings);
    return this.#clients.handle(query).getTokenFor(wish);
  }
}
