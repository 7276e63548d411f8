import type { TokenRequestDraft } from './client-authenticator.js';

/** The draft that an authenticator sees. Its signal is made when it is looked at: few methods do. */
export class RequestDraft implements TokenRequestDraft {
  readonly clientId: string;
  readonly tokenEndpoint: string;
  readonly timeoutMs: number;
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(clientId: string, tokenEndpoint: string, timeoutMs: number) {
    this.clientId = clientId;
    this.tokenEndpoint = tokenEndpoint;
    this.timeoutMs = timeoutMs;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended) this.#controller.abort(this.#ended.reason);
    return this.#controller.signal;
  }

  /** Nobody needs the proof any more. */
  end(reason: unknown): void {
    this.#ended = { reason };
    this.#controller?.abort(reason);
  }
}
