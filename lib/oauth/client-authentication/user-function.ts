import { withDeadline } from '../../ground/deadline.js';
import { TokenRequestError } from '../../ground/errors.js';
import type { TokenRequestDraft } from '../../options/client-authenticator.js';

/** A function of the user's own, as errors speak of it. */
export interface UserFunction {
  /** Such as `the clientSecret function`. */
  readonly name: string;
  /** The `reason` of errors about it. */
  readonly reason: string;
}

/**
 * Calls a function of the user's own, which may throw, hang, or do both. Its own error stays out: it may hold what the function was
 * asked for, and says nothing of our request.
 * @throws {TokenRequestError} when it throws, or gives nothing in time
 */
export function callUserFunction<T>(
  of: UserFunction,
  work: () => T | Promise<T>,
  { timeoutMs, signal }: Pick<TokenRequestDraft, 'timeoutMs' | 'signal'>,
): Promise<T> {
  const supply = async (): Promise<T> => {
    try {
      return await work();
    } catch {
      throw userFunctionFailure(of, 'threw.');
    }
  };
  const onTimeout = () =>
    userFunctionFailure(of, `gave no answer within ${timeoutMs} ms (requestTimeoutMs).`);
  return withDeadline(supply, { timeoutMs, signal, onTimeout });
}

export function userFunctionFailure({ name, reason }: UserFunction, problem: string): TokenRequestError {
  return new TokenRequestError(`No token request was sent: ${name} ${problem}`, reason);
}
