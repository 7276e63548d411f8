import { now } from '../ground/clock.js';
import { withDeadline } from '../ground/deadline.js';
import { TokenAttemptError, TokenEndpointError } from '../ground/errors.js';
import { textCleaner } from '../http/redaction/server-text.js';
import { requestFailure, timeoutFailure } from '../http/request-failure.js';
import { type HttpAnswer, type HttpRequest, Transport } from '../http/transport.js';
import type { Settings } from '../options/settings.js';
import type { TokenFacts } from '../token/token-facts.js';
import { isClientRefused, readError } from './error-response.js';
import { type ReadyRequest, RequestPreparation } from './request-preparation.js';
import type { Target } from './target.js';
import { readToken } from './token-response.js';

/** Runs a request when its turn comes. What a request needs beforehand (discovery, a secret) takes no turn. */
export type InTurn = <T>(request: () => Promise<T>) => Promise<T>;

/** Asks token endpoints for tokens; knows no cache and no retry. */
export class TokenEndpoint {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #preparation: RequestPreparation;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#transport = new Transport(settings.http);
    this.#preparation = new RequestPreparation(settings.requestTimeoutMs);
  }

  /**
   * Makes one attempt: one request, and a second one at once if the client was refused and has something new to prove itself by,
   * such as a rotated secret.
   * @throws {TokenAttemptError} when there is no token to show for it
   */
  async requestToken(target: Target, signal: AbortSignal, inTurn: InTurn): Promise<TokenFacts> {
    const send = (ready: ReadyRequest) => inTurn(() => this.#post(target, ready, signal));
    const ready = await this.#preparation.prepare(target, signal);
    try {
      return await send(ready);
    } catch (error) {
      const isRefused = error instanceof TokenEndpointError && isClientRefused(error);
      if (!isRefused || !(await this.#preparation.renewProof(target, ready.proof, signal))) throw error;
      return send(await this.#preparation.prepare(target, signal));
    }
  }

  async #post(
    { server }: Target,
    { request, secrets }: ReadyRequest,
    signal: AbortSignal,
  ): Promise<TokenFacts> {
    const { address } = server;
    const clean = textCleaner(secrets);
    const sentAt = now();
    const answer = await this.#send(request, address, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof TokenAttemptError ? error : requestFailure(error, address, clean);
    });
    if (!isSuccess(answer))
      throw readError(answer, { address, tokenEndpoint: request.url, clean, wallMs: now().wall });
    return readToken(answer, {
      address,
      clean,
      defaultLifetimeMs: this.#settings.defaultLifetimeMs,
      sentAt,
    });
  }

  #send(request: HttpRequest, address: string, signal: AbortSignal): Promise<HttpAnswer> {
    const timeoutMs = this.#settings.requestTimeoutMs;
    return withDeadline((own) => this.#transport.send(request, own), {
      timeoutMs,
      signal,
      onTimeout: () => timeoutFailure(address, timeoutMs),
    });
  }
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}
