import { ProviderClosedError } from '../ground/errors.js';
import { abortReason } from '../ground/runtime/abort-signal.js';
import type { Patience } from '../renewal/waiting-room.js';
import { type RequestLike, readBearer } from './bearer-credentials.js';
import { KeyEvents, type VerifierEvents } from './keys/key-events.js';
import { KeySet } from './keys/key-set.js';
import { describeKeys, type VerifierStatus } from './keys/key-status.js';
import { makeMiddleware, type VerifierMiddleware } from './middleware.js';
import type { VerifiedToken } from './token-claims.js';
import { TokenJudge } from './token-judge.js';
import { TokenVerificationError } from './verification-error.js';
import { readVerifierOptions, type VerifierOptions, type VerifierSettings } from './verifier-options.js';
import { readScopeOption, readVerifyOptions, type VerifyOptions } from './verify-options.js';

/**
 * Verifies access tokens that are signed JWTs, without a call for each: the keys of the server are fetched once, and renewed in the
 * background.
 */
export class Verifier implements AsyncDisposable {
  readonly #settings: VerifierSettings;
  readonly #keys: KeySet;
  readonly #events: KeyEvents;
  readonly #judge: TokenJudge;
  /** Of calls that say nothing of how to wait. */
  readonly #patience: Patience;
  #closed: Promise<void> | undefined;

  /** @throws {ConfigurationError} when an option is missing, malformed, or contradicts another */
  constructor(options: VerifierOptions) {
    this.#settings = readVerifierOptions(options);
    this.#events = new KeyEvents(this.#settings.issuer);
    this.#keys = new KeySet(this.#settings, (step) => this.#events.tell(step));
    this.#patience = { maxWaitMs: this.#settings.maxWaitMs, signal: undefined };
    this.#judge = new TokenJudge(this.#settings, this.#keys);
  }

  /**
   * Verifies a token: its signature, `iss`, `aud` and times, and the scope that is asked for. One that was verified before, and whose key
   * is still there, is known by its digest.
   *
   * @throws {TokenVerificationError} when it is not accepted, or keys cannot be had
   * @throws {ProviderClosedError} when the verifier is closed
   * @throws the signal's reason, when `signal` is aborted
   * @example
   * ```ts
   * const { claims, scope } = await verifier.verify(token, { scope: 'read' });
   * ```
   */
  verify(token: string, options?: VerifyOptions): Promise<VerifiedToken> {
    if (options !== undefined || this.#closed) return this.#verifyFor(token, options);
    return this.#judge.verify(token, this.#patience);
  }

  /**
   * Verifies the bearer token of a request: one of fetch (Hono, Next, workers), or of Node.js.
   *
   * @throws the same as {@link Verifier.verify}
   */
  async verifyRequest(request: RequestLike, options?: VerifyOptions): Promise<VerifiedToken> {
    return this.verify(readBearer(request), options);
  }

  /**
   * A middleware that lets requests with a good token pass, and answers the others: 401, 403, 400 or 503, with `WWW-Authenticate` or
   * `Retry-After`. `request.auth` holds what was verified.
   *
   * @throws {ConfigurationError} when the scope is malformed
   * @example
   * ```ts
   * app.use('/orders', verifier.middleware({ scope: 'orders:read' }));
   * ```
   */
  middleware(options: Pick<VerifyOptions, 'scope'> = {}): VerifierMiddleware {
    const scope = readScopeOption(options);
    return makeMiddleware((request) => this.verifyRequest(request, scope && { scope }));
  }

  /** How the key set is, for health checks and dashboards. */
  status(): VerifierStatus {
    return describeKeys(this.#settings.issuer, this.#keys.document);
  }

  /**
   * Calls `listener` at each event of the key set of this name.
   *
   * @throws {ConfigurationError} when there is no such event, or `listener` is not a function
   */
  on<Name extends keyof VerifierEvents>(
    name: Name,
    listener: (event: VerifierEvents[Name]) => unknown,
  ): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Calls `listener` at the next event of this name alone. */
  once<Name extends keyof VerifierEvents>(
    name: Name,
    listener: (event: VerifierEvents[Name]) => unknown,
  ): this {
    this.#events.once(name, listener);
    return this;
  }

  /** Takes a listener away again. */
  off<Name extends keyof VerifierEvents>(
    name: Name,
    listener: (event: VerifierEvents[Name]) => unknown,
  ): this {
    this.#events.off(name, listener);
    return this;
  }

  /** Stops all renewal, and rejects callers who wait, and later calls, with {@link ProviderClosedError}. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#keys.close(closed());
    return this.#closed;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #verifyFor(token: string, options: VerifyOptions | undefined): Promise<VerifiedToken> {
    const { scope, ...patience } = readVerifyOptions(options, this.#settings.maxWaitMs);
    if (this.#closed) throw closed();
    if (patience.signal?.aborted) throw abortReason(patience.signal);
    const verified = await this.#judge.verify(token, patience);
    const missing = scope.filter((one) => !verified.scope.includes(one));
    if (missing.length === 0) return verified;
    throw new TokenVerificationError('ERR_TOKEN_SCOPE', 'The token does not allow this.', { scope });
  }
}

function closed(): ProviderClosedError {
  return new ProviderClosedError('This verifier is closed. Create a new one to verify tokens again.');
}
