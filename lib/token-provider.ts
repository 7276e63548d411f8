import type { AccessToken } from './access-token.js';
import { TokenEndpoint } from './endpoint/token-endpoint.js';
import { locateTokenEndpoint } from './endpoint/whereabouts.js';
import { ConfigurationError } from './errors.js';
import { type EventName, Events, type Listener } from './events.js';
import { kindOf } from './options/check.js';
import { readClient, readClientSecret } from './options/read-client.js';
import { readOptionNames, readSettings, readWish, type Settings } from './options/read-settings.js';
import type { GetTokenOptions, TokenProviderOptions } from './options/token-provider-options.js';
import { withoutSecret } from './options/without-secret.js';
import { Entry } from './refresh/entry.js';
import type { EntryStatus } from './refresh/entry-status.js';
import { summarize } from './target.js';

/**
 * Holds an access token for a client, got with the OAuth 2.0 client credentials grant, and renews it in the background
 * ahead of its end.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.4 RFC 6749 §4.4}
 */
export class TokenProvider implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #events = new Events();
  readonly #entry: Entry;
  #closed: Promise<void> | undefined;

  /**
   * Checks all options; asks for no token yet.
   * @throws {ConfigurationError} when an option is missing, malformed, or contradicts another
   */
  constructor(options: TokenProviderOptions) {
    const given = readOptionNames(options);
    const { settings, secret, target } = withoutSecret(given, () => ({
      settings: readSettings(given),
      secret: readClientSecret(given.clientSecret),
      target: { tokenEndpoint: locateTokenEndpoint(given), ...readClient(given) },
    }));
    this.#settings = settings;
    this.#entry = new Entry({
      target: summarize(target),
      endpoint: new TokenEndpoint(target, secret, settings),
      settings,
      events: this.#events,
    });
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
    return options === undefined ? this.#entry.getToken() : this.#getTokenFor(options);
  }

  /** The token held and usable now, with its times and claims; `undefined` if there is none. Asks nobody. */
  peek(): AccessToken | undefined {
    return this.#entry.peek();
  }

  /**
   * Renews the token now, or joins the renewal under way. After a failure it waits for the next attempt's time.
   * Callers of `getToken()` are served from the old token meanwhile.
   * @throws the same as {@link TokenProvider.getToken}
   */
  refresh(): Promise<AccessToken> {
    return this.#entry.refresh();
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
    this.#entry.invalidate(token);
  }

  /** How each target stands, for health checks. No secret and no token in it. */
  status(): readonly EntryStatus[] {
    return Object.freeze([this.#entry.status()]);
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
    this.#closed ??= this.#entry.close();
    return this.#closed;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #getTokenFor(options: GetTokenOptions): Promise<string> {
    return this.#entry.getTokenFor(readWish(options, this.#settings));
  }
}
