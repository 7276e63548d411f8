import { type Instant, now, withDeadline } from '../clock.js';
import { TokenAttemptError, TokenEndpointError } from '../errors.js';
import type { SecretSupplier } from '../options/read-client.js';
import type { Settings } from '../options/read-settings.js';
import { addressOf, type Target } from '../target.js';
import { ClientSecretKeeper } from './client-secret.js';
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

/** Asks one token endpoint for the token of one target; knows no cache and no retry. */
export class TokenEndpoint {
  readonly #target: Target;
  readonly #settings: Settings;
  readonly #secret: ClientSecretKeeper;
  readonly #transport: Transport;
  readonly #address: string;

  constructor(target: Target, secret: SecretSupplier, settings: Settings) {
    this.#target = target;
    this.#settings = settings;
    this.#secret = new ClientSecretKeeper(secret, settings.requestTimeoutMs);
    this.#transport = new Transport(settings.http);
    this.#address = addressOf(target.tokenEndpoint);
  }

  /**
   * Makes one attempt: one request, and a second one at once if the first was refused with a secret that has since
   * been rotated.
   * @throws {TokenAttemptError} when there is no token to show for it
   */
  async requestToken(signal: AbortSignal): Promise<TokenAnswer> {
    const secret = await this.#secret.current(signal);
    try {
      return await this.#post(secret, signal);
    } catch (error) {
      if (!(error instanceof TokenEndpointError && isClientRefused(error))) throw error;
      const renewed = await this.#secret.renewed(signal).catch(() => secret);
      if (renewed === secret) throw error;
      return this.#post(renewed, signal);
    }
  }

  async #post(secret: string, signal: AbortSignal): Promise<TokenAnswer> {
    const { defaultLifetimeMs } = this.#settings;
    const { clientId, tokenEndpoint } = this.#target;
    const address = this.#address;
    const clean = textCleaner(clientId, secret);
    const sentAt = now();
    const answer = await this.#send(secret, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof TokenAttemptError ? error : requestFailure(error, address, clean);
    });
    if (isSuccess(answer)) return { ...readToken(answer, { address, clean, defaultLifetimeMs }), sentAt };
    throw readError(answer, { address, clean, tokenEndpoint, wallMs: now().wall });
  }

  #send(secret: string, signal: AbortSignal): Promise<HttpAnswer> {
    const timeoutMs = this.#settings.requestTimeoutMs;
    const request = buildTokenRequest(this.#target, secret);
    return withDeadline((own) => this.#transport.send(request, own), {
      timeoutMs,
      signal,
      onTimeout: () => timeoutFailure(this.#address, timeoutMs),
    });
  }
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}
