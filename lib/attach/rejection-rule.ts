import { ConfigurationError } from '../ground/errors.js';
import { warnProcess } from '../ground/process-warning.js';
import { kindOf } from '../ground/value-kind.js';
import { type AnswerHeaders, toStandardHeaders } from './answer-headers.js';
import { isTokenRejected } from './challenge.js';

/** What `isRejected` is told of an API's answer, alike for axios, fetch and undici. */
export interface ApiAnswer {
  readonly status: number;
  /** A copy: changing it changes nothing. */
  readonly headers: Headers;
}

export type IsRejected = (answer: ApiAnswer) => boolean;

/** Decides whether an API's answer rejects the token that the request carried. */
export class RejectionRule {
  readonly #isRejected: IsRejected | undefined;
  #hasWarned = false;

  /**
   * @param isRejected of the options: decides in place of the default
   * @throws {ConfigurationError} when it is not a function
   */
  constructor(isRejected: unknown) {
    if (isRejected !== undefined && typeof isRejected !== 'function') {
      const mend = 'must be a function like (answer) => answer.status === 419';
      throw new ConfigurationError('isRejected', `${mend}; got ${kindOf(isRejected)}.`);
    }
    this.#isRejected = isRejected as IsRejected | undefined;
  }

  /** Reads the headers only when the decision hangs on them. */
  isRejected(status: number, headers: AnswerHeaders): boolean {
    const decided = this.#isRejected && this.#ask(this.#isRejected, status, headers);
    return decided ?? isTokenRejected(status, headers);
  }

  /** `undefined` when the user's function throws, or gives something else than a boolean: then the default decides. */
  #ask(isRejected: IsRejected, status: number, headers: AnswerHeaders): boolean | undefined {
    try {
      const decided: unknown = isRejected(answerOf(status, headers));
      if (typeof decided === 'boolean') return decided;
      // An async function may fail later, and nobody else listens to it.
      Promise.resolve(decided).catch(() => undefined);
      this.#warn(new TypeError(`isRejected must give true or false; it gave ${kindOf(decided)}.`));
    } catch (error) {
      this.#warn(error);
    }
    return undefined;
  }

  /** Once for each attachment: a function that fails does so for every answer. */
  #warn(thrown: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    warnProcess({
      code: 'TOKEN_PROVIDER_IS_REJECTED',
      message: 'The option isRejected failed. The default decides which answers reject a token.',
      thrown,
    });
  }
}

function answerOf(status: number, headers: AnswerHeaders): ApiAnswer {
  let standard: Headers | undefined;
  return {
    status,
    get headers() {
      standard ??= toStandardHeaders(headers);
      return standard;
    },
  };
}
