import { withDeadline } from '../ground/deadline.js';
import { TokenUnavailableError } from '../ground/errors.js';
import type { WaitOptions } from '../options/token-provider-options.js';
import {
  type AttachOptions,
  type AttachSettings,
  checkSource,
  readAttachOptions,
  type TargetOf,
  type TokenHandle,
  type TokenSource,
} from './attach-options.js';

/** One request of a client library, as the carrier needs to know it. */
export interface Exchange<Request, Answer, Result> {
  request(): Request;
  /** Whether a signal or a time of its own ends its waiting. */
  readonly isHurried: boolean;
  /** How long it may wait for a token, at this moment. */
  patience(): WaitOptions;
  readonly isReplayable: boolean;
  /** With this as the value of the header. */
  send(value: string): Promise<Answer>;
  /** Whether the API says that the token it was sent is no good. */
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
  #lastValue = { token: '', value: '' };

  constructor(source: TokenSource, options: AttachOptions<Request>, baseURL?: unknown) {
    checkSource(source);
    this.settings = readAttachOptions(options, baseURL);
    const { target } = this.settings;
    this.#source = source;
    this.#handle = typeof target === 'function' ? undefined : source.forClient(target);
  }

  /**
   * @throws {TokenProviderError} when there is no token; nothing is sent then
   */
  async exchange<Answer, Result>(exchange: Exchange<Request, Answer, Result>): Promise<Result> {
    const handle = this.#handle ?? (await this.#handleFor(exchange));
    // Asking without options costs next to nothing, and nobody waits while a token is held.
    const mayWait = exchange.isHurried && !handle.peek();
    const token = await (mayWait ? handle.getToken(exchange.patience()) : handle.getToken());
    const answer = await exchange.send(this.#valueWith(token));
    const isRejected = exchange.isRejected(answer);
    return exchange.give(isRejected ? await this.#replace(token, handle, exchange, answer) : answer);
  }

  async #replace<Answer>(
    token: string,
    handle: TokenHandle,
    exchange: Exchange<Request, Answer, unknown>,
    answer: Answer,
  ): Promise<Answer> {
    this.#source.invalidate(token);
    const canRetry = this.settings.retryRejected && exchange.isReplayable;
    const newer = canRetry ? await newerThan(token, handle, exchange.patience()) : undefined;
    if (newer === undefined) return answer;
    // Whatever is wrong with it, nobody wants it any more.
    await Promise.resolve(answer)
      .then((given) => exchange.discard(given))
      .catch(() => undefined);
    const next = await exchange.send(this.#valueWith(newer));
    if (exchange.isRejected(next)) this.#source.invalidate(newer);
    return next;
  }

  /** Joined once a token: whoever writes a new string must walk through all of it first. */
  #valueWith(token: string): string {
    if (this.#lastValue.token !== token) this.#lastValue = { token, value: this.settings.prefix + token };
    return this.#lastValue.value;
  }

  /** Telling the target counts as waiting, too. */
  async #handleFor(exchange: Asker<Request>): Promise<TokenHandle> {
    const { signal, maxWaitMs = MAX_WAIT_MS } = exchange.patience();
    const tell = this.settings.target as TargetOf<Request>;
    const target = await withDeadline(() => tell(exchange.request()), {
      timeoutMs: maxWaitMs,
      signal: signal ?? new AbortController().signal,
      onTimeout: () =>
        new TokenUnavailableError(`The target function gave no answer within ${maxWaitMs} ms.`),
    });
    return this.#source.forClient(target ?? {});
  }
}

/** Where the request has no time of its own: as `maxWaitMs` is, unless it is set. */
const MAX_WAIT_MS = 30_000;

/** `undefined` where there is none to be had: then the API's answer says more than our error. */
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
