import type { AnswerHeaders } from './answer-headers.js';
import type { RejectionRule } from './rejection-rule.js';

/** Makes the value of the header `DPoP` for a request, or for one hop of it: `redirect` is what the answer that led there had. */
export type Prove = (method: string, url: string, redirect?: AnswerHeaders) => string;

/** What one sending of a request carries, and how the answer to it is judged. */
export interface Credential {
  /** The value of the token's header. */
  readonly value: string;
  /** There for tokens that are bound to a key (RFC 9449 §7): each hop needs a proof of its own. */
  readonly prove: Prove | undefined;
  /** Whether the API wants a proof with a nonce that was not known (RFC 9449 §9). It says nothing of the token then. */
  readonly isNonceWanted: boolean;
  /** Whether the API says that what it was sent is no good. To be asked once for each answer. */
  isRejected(status: number, headers: AnswerHeaders): boolean;
}

/** A token that whoever holds it may use: the same for all requests. */
export class BearerCredential implements Credential {
  readonly value: string;
  readonly prove = undefined;
  readonly isNonceWanted = false;
  readonly #rule: RejectionRule;

  constructor(value: string, rule: RejectionRule) {
    this.value = value;
    this.#rule = rule;
  }

  isRejected(status: number, headers: AnswerHeaders): boolean {
    return this.#rule.isRejected(status, headers);
  }
}
