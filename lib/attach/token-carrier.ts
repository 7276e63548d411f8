import { withDeadline } from '../clock.js';
import { TokenUnavailableError } from '../errors.js';
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
export interface Exchange<Request, Answer> {
  readonly request: () => Request;
  /** How long it may wait for a token, at this moment. */
  readonly patience: () => WaitOptions;
  readonly isReplayable: boolean;
  /** With this as the value of the header. */
  readonly send: (value: string) => Promise<Answer>;
  /** Whether the API says that the token it was sent is no good. */
  readonly isRejected: (answer: Answer) => boolean;
  /** Frees what an answer holds that nobody will read. */
  readonly discard: (answer: Answer) => unknown;
}

/** Sends requests with a token, and once more with a newer one where the API rejects it. */
export class TokenCarrier<Request> {
  readonly settings: AttachSettings<Request>;
  readonly #source: TokenSource;
  /** Where the target is the same for all requests. */
  readonly #handle: TokenHandle | undefined;

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
  async exchange<Answer>(exchange: Exchange<Request, Answer>): Promise<Answer> {
    const { request, patience, isRejected, discard } = exchange;
    const send = (token: string): Promise<Answer> => exchange.send(this.settings.prefix + token);
    const handle = this.#handle ?? (await this.#handleFor(request, patience()));
    // Asking without options costs next to nothing, and nobody waits while a token is held.
    const token = await (handle.peek() ? handle.getToken() : handle.getToken(patience()));
    const answer = await send(token);
    if (!isRejected(answer)) return answer;
    this.#source.invalidate(token);
    const canRetry = this.settings.retryRejected && exchange.isReplayable;
    const newer = canRetry ? await newerThan(token, handle, patience()) : undefined;
    if (newer === undefined) return answer;
    // Whatever is wrong with it, nobody wants it any more.
    await Promise.resolve(answer)
      .then(discard)
      .catch(() => undefined);
    const next = await send(newer);
    if (isRejected(next)) this.#source.invalidate(newer);
    return next;
  }

  /** Telling the target counts as waiting, too. */
  async #handleFor(
    request: () => Request,
    { signal, maxWaitMs = MAX_WAIT_MS }: WaitOptions,
  ): Promise<TokenHandle> {
    const tell = this.settings.target as TargetOf<Request>;
    const target = await withDeadline(() => tell(request()), {
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
