import { Nonces } from './nonces.js';
import type { ProofKey } from './proof-key.js';

/** Proves that requests come from whom their token was given to (DPoP, RFC 9449). */
export interface RequestProver {
  /**
   * The value of the header `DPoP` for one sending of one request.
   * @throws {TypeError} when `url` is not absolute
   */
  prove(request: { readonly method: string; readonly url: string; readonly token: string }): string;
  /** What the server of this address wants repeated, if it does: the next proof holds it (RFC 9449 §9). */
  nonceOf(url: string): string | undefined;
  /** Takes what an answer said in `DPoP-Nonce`, for the next proofs for its origin. */
  noteNonce(url: string, nonce: string | null | undefined): void;
}

/** Proofs for APIs. Token endpoints have nonces of their own (RFC 9449 §9). */
export class ApiProver implements RequestProver {
  readonly #key: ProofKey;
  readonly #nonces = new Nonces();

  constructor(key: ProofKey) {
    this.#key = key;
  }

  prove({ method, url, token }: Parameters<RequestProver['prove']>[0]): string {
    return this.#key.prove({ method, url, token, nonce: this.nonceOf(url) });
  }

  nonceOf(url: string): string | undefined {
    return this.#nonces.of(url);
  }

  noteNonce(url: string, nonce: string | null | undefined): void {
    this.#nonces.note(url, nonce);
  }
}
