import type { RequestProver } from '../oauth/dpop/request-prover.js';
import { type AnswerHeaders, headerIn } from './answer-headers.js';
import { dpopError } from './challenge.js';
import type { Credential, Prove } from './credential.js';
import type { RejectionRule } from './rejection-rule.js';

/** What a proof is made by, and what it is made for. */
export interface Bound {
  readonly token: string;
  readonly prover: RequestProver;
  readonly rule: RejectionRule;
}

/** A token that is bound to a key (DPoP, RFC 9449), for one sending. */
export class BoundCredential implements Credential {
  readonly value: string;
  readonly prove: Prove;
  isNonceWanted = false;
  readonly #bound: Bound;
  /** Where the last proof was for, and what nonce it had: the answer is that of its last hop. */
  #proved: { readonly url: string; readonly nonce: string | undefined } | undefined;

  constructor(bound: Bound) {
    this.#bound = bound;
    this.value = `DPoP ${bound.token}`;
    this.prove = (method, url, redirect) => {
      if (redirect) this.#learnNonce(redirect);
      this.#proved = { url, nonce: bound.prover.nonceOf(url) };
      return bound.prover.prove({ method, url, token: bound.token });
    };
  }

  isRejected(status: number, headers: AnswerHeaders): boolean {
    const hasOther = this.#learnNonce(headers);
    this.isNonceWanted = hasOther && status === 401 && dpopError(headers) === 'usedpopnonce';
    return this.isNonceWanted || this.#bound.rule.isRejected(status, headers);
  }

  /** Whether the next proof has another nonce than the last one, also if the answer to another request brought it meanwhile. */
  #learnNonce(headers: AnswerHeaders): boolean {
    if (!this.#proved) return false;
    const { url, nonce } = this.#proved;
    const { prover } = this.#bound;
    prover.noteNonce(url, headerIn(headers, 'dpop-nonce'));
    return prover.nonceOf(url) !== nonce;
  }
}
