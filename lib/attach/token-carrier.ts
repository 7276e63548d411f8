import { AbortWatch } from '../ground/abort-watch.js';
import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { withDeadline } from '../ground/deadline.js';
import { ConfigurationError, TokenUnavailableError } from '../ground/errors.js';
import { isPromise, kindOf } from '../ground/value-kind.js';
import type { RequestProver } from '../oauth/dpop/request-prover.js';
import type { TargetOptions, WaitOptions } from '../options/token-provider-options.js';
import {
  type AttachOptions,
  type AttachSettings,
  checkSource,
  readAttachOptions,
  type TargetOf,
  type TokenHandle,
  type TokenSource,
} from './attach-options.js';
import { BoundCredential } from './bound-credential.js';
import { BearerCredential, type Credential } from './credential.js';
import { WithheldNotice } from './withheld-notice.js';

/** One request of a client library, as the carrier needs to know it. */
export interface Exchange<Request, Answer, Result> {
  request(): Request;
  /** Whether a signal or a time of its own ends its waiting. */
  readonly isHurried: boolean;
  /** How long it may wait for a token, at this moment. The provider's `maxWaitMs` holds as well. */
  patience(): WaitOptions;
  readonly isReplayable: boolean;
  /** Once, with what is carried. */
  send(credential: Credential): Promise<Answer>;
  /** Whether the API says that what it was sent is no good: as the credential of the last sending judges the answer. */
  isRejected(answer: Answer): boolean;
  /** Frees what an answer holds that nobody will read. */
  discard(answer: Answer): unknown;
  /** What the caller gets for it, or throws. */
  give(answer: Answer): Result;
}

type Asker<Request> = Pick<Exchange<Request, never, unknown>, 'request' | 'patience'>;

/** Sends requests with a token, and once more with a newer one where the API rejects it. */
export class TokenCarrier<Request> {
  readonly settings: AttachSettings<Request>;
  readonly #source: TokenSource;
  /** Where the target is the same for all requests. */
  readonly #handle: TokenHandle | undefined;
  readonly #notice: WithheldNotice;
  readonly #prover: RequestProver | undefined;
  readonly #aborts = new AbortWatch();
  #bearer: { readonly token: string; readonly credential: Credential } | undefined;
  #lastAsked: { readonly asked: Promise<string>; readonly token: string } | undefined;

  constructor(source: TokenSource, options: AttachOptions<Request>, baseURL?: unknown) {
    checkSource(source);
    const { prover } = source;
    this.#prover = prover;
    this.settings = readAttachOptions(options, baseURL, prover !== undefined);
    const { target, origins } = this.settings;
    this.#source = source;
    this.#notice = new WithheldNotice(origins);
    this.#handle = typeof target === 'function' ? undefined : source.forClient(target);
  }

  /**
   * Whether a request to this address, which has no credentials of its own in its headers, may carry the token. A process
   * warning tells of the first address that may not, unless a token was carried before.
   */
  mayCarryTo(address: string): boolean {
    const mayCarry = this.settings.origins.hasAddress(address);
    if (!mayCarry) this.#notice.tell(address);
    return mayCarry;
  }

  /**
   * @throws {TokenProviderError} when there is no token; nothing is sent then
   */
  async exchange<Answer, Result>(exchange: Exchange<Request, Answer, Result>): Promise<Result> {
    const since = this.#handle ? undefined : now();
    const handle = this.#handle ?? (await this.#handleFor(exchange));
    // Asking without options costs next to nothing, and nobody waits while a token is held.
    const mayWait = (exchange.isHurried || since !== undefined) && !handle.peek();
    const asked = mayWait ? handle.getToken(this.#patience(exchange, since)) : handle.getToken();
    // A token that is held is the same promise each time: no need to wait for what is known.
    const known = this.#lastAsked;
    const token = known && known.asked === asked ? known.token : await this.#learn(asked);
    this.#notice.close();
    const credential = this.#credentialWith(token);
    const answer = await exchange.send(credential);
    if (!exchange.isRejected(answer)) return exchange.give(answer);
    if (credential.isNonceWanted) return exchange.give(await this.#addNonce(token, handle, exchange, answer));
    return exchange.give(await this.#replace(token, handle, exchange, answer));
  }

  /** The server wants a nonce in the proof, which is known now (RFC 9449 §9). The token is as good as before. */
  async #addNonce<Answer>(
    token: string,
    handle: TokenHandle,
    exchange: Exchange<Request, Answer, unknown>,
    answer: Answer,
  ): Promise<Answer> {
    if (!exchange.isReplayable) return answer;
    await discard(answer, exchange);
    const credential = this.#credentialWith(token);
    const next = await exchange.send(credential);
    if (!exchange.isRejected(next) || credential.isNonceWanted) return next;
    return this.#replace(token, handle, exchange, next);
  }

  async #replace<Answer>(
    token: string,
    handle: TokenHandle,
    exchange: Exchange<Request, Answer, unknown>,
    answer: Answer,
  ): Promise<Answer> {
    this.#source.invalidate(token);
    const canRetry = this.settings.retryRejected && exchange.isReplayable;
    if (!canRetry) return answer;
    const newer = await newerThan(token, handle, this.#patience(exchange)).catch(async (error: unknown) => {
      // The caller has given up, and nobody gets the answer that was held for him.
      await discard(answer, exchange);
      throw error;
    });
    if (newer === undefined) return answer;
    await discard(answer, exchange);
    const credential = this.#credentialWith(newer);
    const next = await exchange.send(credential);
    if (exchange.isRejected(next) && !credential.isNonceWanted) this.#source.invalidate(newer);
    return next;
  }

  async #learn(asked: Promise<string>): Promise<string> {
    const token: unknown = await asked;
    if (typeof token !== 'string' || token === '')
      throw new ConfigurationError('provider', `gave no token: its getToken() gave ${kindOf(token)}.`);
    this.#lastAsked = { asked, token };
    return token;
  }

  /** A bearer token's is made once: whoever writes a new string must walk through all of it first. */
  #credentialWith(token: string): Credential {
    const { prefix, rejectionRule } = this.settings;
    if (this.#prover) return new BoundCredential({ token, prover: this.#prover, rule: rejectionRule });
    if (this.#bearer?.token !== token)
      this.#bearer = { token, credential: new BearerCredential(prefix + token, rejectionRule) };
    return this.#bearer.credential;
  }

  /** The wait for a target function counts as waiting for a token, too: `since` is when it was asked. */
  #patience(exchange: Asker<Request>, since?: Instant): WaitOptions {
    const patience = exchange.patience();
    const { maxWaitMs: providersMs = Number.POSITIVE_INFINITY } = this.#source;
    const leftMs = since ? Math.max(0, providersMs - elapsedMs(since)) : providersMs;
    const maxWaitMs = Math.min(patience.maxWaitMs ?? Number.POSITIVE_INFINITY, leftMs);
    return Number.isFinite(maxWaitMs) ? { ...patience, maxWaitMs } : patience;
  }

  async #handleFor(exchange: Asker<Request>): Promise<TokenHandle> {
    const told = (this.settings.target as TargetOf<Request>)(exchange.request());
    const target = isPromise(told) ? await this.#waitFor(Promise.resolve(told), exchange) : told;
    return this.#source.forClient(target ?? {});
  }

  async #waitFor(target: Promise<Target>, exchange: Asker<Request>): Promise<Target> {
    const { signal, maxWaitMs: timeoutMs = Number.POSITIVE_INFINITY } = this.#patience(exchange);
    // Where the request is aborted already, nobody else listens to it.
    target.catch(() => undefined);
    const own = new AbortController();
    const abort = (): void => own.abort(signal?.reason);
    if (signal?.aborted) abort();
    else if (signal) this.#aborts.add(signal, abort);
    try {
      return await withDeadline(() => target, {
        timeoutMs,
        signal: own.signal,
        onTimeout: () =>
          new TokenUnavailableError(`The target function gave no answer within ${Math.round(timeoutMs)} ms.`),
        keepsAlive: true,
      });
    } finally {
      if (signal) this.#aborts.delete(signal, abort);
    }
  }
}

/** Whatever is wrong with it, nobody wants it any more. */
async function discard<Answer>(
  answer: Answer,
  exchange: Pick<Exchange<unknown, Answer, unknown>, 'discard'>,
): Promise<void> {
  await Promise.resolve(answer)
    .then((given) => exchange.discard(given))
    .catch(() => undefined);
}

type Target = TargetOptions | undefined;

/** `undefined` if there is no newer token: then the caller gets the API's answer, which says more than our error. */
async function newerThan(
  token: string,
  handle: TokenHandle,
  patience: WaitOptions,
): Promise<string | undefined> {
  try {
    const newer = await handle.getToken(patience);
    return newer === token ? undefined : newer;
  } catch (error) {
    if (patience.signal?.aborted) throw error;
    return undefined;
  }
}
