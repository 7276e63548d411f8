import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import type { ServerMetadata } from '../server/authorization-server.js';

/** The draft that an authenticator sees. Its signal is made when it is looked at: few methods do. */
export class RequestDraft implements TokenRequestDraft {
  readonly clientId: string;
  readonly tokenEndpoint: string;
  readonly issuer: string | undefined;
  readonly timeoutMs: number;
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(clientId: string, { tokenEndpoint, issuer }: ServerMetadata, timeoutMs: number) {
    this.clientId = clientId;
    this.tokenEndpoint = tokenEndpoint;
    this.issuer = issuer;
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
