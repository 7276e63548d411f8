import { type Instant, now, withDeadline } from '../clock.js';
import { TokenAttemptError, TokenEndpointError } from '../errors.js';
import type { Settings } from '../options/read-settings.js';
import { addressOf, type Target } from '../target.js';
import type { ClientSecretKeeper } from './client-secret.js';
import { isClientRefused, readError } from './error-response.js';
import { requestFailure, timeoutFailure } from './request-failure.js';
import { textCleaner } from './server-text.js';
import { buildTokenRequest } from './token-request.js';
import { type GrantedToken, readToken } from './token-response.js';
import { type HttpAnswer, Transport } from './transport.js';

/** A granted token, and the moment from which its lifetime counts. */
export interface TokenAnswer extends GrantedToken {
  /** When the request went out: the server cannot have issued the token earlier. */
  readonly sentAt: Instant;
}

/** A target, and what proves that it may have a token. */
export interface Client {
  readonly target: Target;
  readonly secret: ClientSecretKeeper;
}

/** Runs a request when its turn comes. Waiting for a secret is no part of that. */
export type InTurn = <T>(request: () => Promise<T>) => Promise<T>;

/** Asks token endpoints for tokens; knows no cache and no retry. */
export class TokenEndpoint {
  readonly #settings: Settings;
  readonly #transport: Transport;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#transport = new Transport(settings.http);
  }

  /**
   * Makes one attempt: one request, and a second one at once if the first was refused with a secret that has since
   * been rotated.
   * @throws {TokenAttemptError} when there is no token to show for it
   */
  async requestToken(
    { target, secret: keeper }: Client,
    signal: AbortSignal,
    inTurn: InTurn,
  ): Promise<TokenAnswer> {
    const { requestTimeoutMs } = this.#settings;
    const post = (secret: string): Promise<TokenAnswer> => inTurn(() => this.#post(target, secret, signal));
    const secret = await keeper.current(requestTimeoutMs, signal);
    try {
      return await post(secret);
    } catch (error) {
      if (!(error instanceof TokenEndpointError && isClientRefused(error))) throw error;
      const renewed = await keeper.renewed(requestTimeoutMs, signal).catch(() => secret);
      if (renewed === secret) throw error;
      return post(renewed);
    }
  }

  async #post(target: Target, secret: string, signal: AbortSignal): Promise<TokenAnswer> {
    const { defaultLifetimeMs } = this.#settings;
    const { tokenEndpoint } = target;
    const clean = textCleaner([secret]);
    const sentAt = now();
    const answer = await this.#send(target, secret, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof TokenAttemptError
        ? error
        : requestFailure(error, addressOf(tokenEndpoint), clean);
    });
    if (isSuccess(answer))
      return { ...readToken(answer, { tokenEndpoint, clean, defaultLifetimeMs }), sentAt };
    throw readError(answer, { tokenEndpoint, clean, wallMs: now().wall });
  }

  #send(target: Target, secret: string, signal: AbortSignal): Promise<HttpAnswer> {
    const timeoutMs = this.#settings.requestTimeoutMs;
    const request = buildTokenRequest(target, secret);
    return withDeadline((own) => this.#transport.send(request, own), {
      timeoutMs,
      signal,
      onTimeout: () => timeoutFailure(addressOf(target.tokenEndpoint), timeoutMs),
    });
  }
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}
