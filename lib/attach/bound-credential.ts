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
  /** Where the last proof was for: the answer is that of its last hop. */
  #url: string | undefined;

  constructor(bound: Bound) {
    this.#bound = bound;
    this.value = `DPoP ${bound.token}`;
    this.prove = (method, url) => {
      this.#url = url;
      return bound.prover.prove({ method, url, token: bound.token });
    };
  }

  isRejected(status: number, headers: AnswerHeaders): boolean {
    const { prover, rule } = this.#bound;
    const isNew = this.#url !== undefined && prover.noteNonce(this.#url, headerIn(headers, 'dpop-nonce'));
    this.isNonceWanted = isNew && status === 401 && dpopError(headers) === 'usedpopnonce';
    return this.isNonceWanted || rule.isRejected(status, headers);
  }
}
