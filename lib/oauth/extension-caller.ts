import { withDeadline } from '../ground/deadline.js';
import { TokenRequestError } from '../ground/errors.js';
import { isPromise } from '../ground/value-kind.js';

export type Answer<T> = T | Promise<T>;

export interface ExtensionCall<T> {
  readonly work: () => Answer<T>;
  readonly signal: AbortSignal;
  /** Told when the answer is no longer waited for. */
  readonly draft?: { end(reason: unknown): void };
  /** Whether an error is of this package, and speaks of this server: then it is passed on. */
  readonly isOurs?: (error: unknown) => boolean;
}

/** Calls authenticators, grants and servers. They may be the user's own code, which throws or hangs. */
export class ExtensionCaller {
  readonly #timeoutMs: number;

  /** Each answer may take `timeoutMs`. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Where the answer is there at once, as it nearly always is, nothing is waited for.
   * @throws {TokenRequestError} when the extension throws, or gives no answer in time; its own error may hold a secret
   */
  call<T>(what: string, call: ExtensionCall<T>): Answer<T> {
    call.signal.throwIfAborted();
    try {
      const answer = call.work();
      return isPromise(answer) ? this.#waitFor(answer, what, call) : answer;
    } catch (error) {
      throw asFailure(error, what, call);
    }
  }

  async #waitFor<T>(answer: Promise<T>, what: string, call: ExtensionCall<T>): Promise<T> {
    const { signal, draft } = call;
    const timeoutMs = this.#timeoutMs;
    const onTimeout = () =>
      extensionFailure(what, `gave no answer within ${timeoutMs} ms (requestTimeoutMs).`);
    const wait = (own: AbortSignal): Promise<T> => {
      own.addEventListener('abort', () => draft?.end(own.reason), { once: true });
      return answer;
    };
    try {
      return await withDeadline(wait, { timeoutMs, signal, onTimeout });
    } catch (error) {
      throw asFailure(error, what, call);
    }
  }
}

export function extensionFailure(what: string, problem: string): TokenRequestError {
  return new TokenRequestError(
    `No token request was sent: ${what} ${problem}`,
    'ERR_TOKEN_REQUEST_PREPARATION',
  );
}

function asFailure<T>(
  error: unknown,
  what: string,
  { signal, isOurs = isOwnFault }: ExtensionCall<T>,
): unknown {
  signal.throwIfAborted();
  return isOurs(error) ? error : extensionFailure(what, 'threw.');
}

/** An error of another provider, which an authenticator may ask, says nothing of this server. */
function isOwnFault(error: unknown): boolean {
  return error instanceof TokenRequestError && /^ERR_(CLIENT_|TOKEN_REQUEST_PREPARATION$)/.test(error.reason);
}
