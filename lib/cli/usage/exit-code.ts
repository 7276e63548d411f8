import {
  ConfigurationError,
  TokenAttemptError,
  TokenProviderError,
  TokenRequestError,
  TokenUnavailableError,
} from '../../index.js';
import { CommandError } from './command-error.js';
import { UsageError } from './usage-error.js';

export const EXIT = { done: 0, usage: 2, permanent: 3, passing: 4 } as const;

/** What the exit codes mean. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, 'done'],
  [EXIT.usage, 'wrong usage or settings'],
  [EXIT.permanent, 'it fails until somebody acts'],
  [EXIT.passing, 'it may pass by itself'],
];

/** What users are told as it is. */
export type TellableError = TokenProviderError | UsageError | CommandError;

/** The exit code for an error: whether it is the caller's, stays until somebody acts, or passes by itself. */
export function exitCodeOf(error: TellableError): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof UsageError || error instanceof ConfigurationError) return EXIT.usage;
  // Of those that wait for a token or for keys: why these do not come.
  const attempt = error.cause ?? error;
  if (attempt instanceof TokenAttemptError) return exitCodeOfAttempt(attempt);
  const isPassing = error instanceof TokenUnavailableError || error.code === 'ERR_KEYS_UNAVAILABLE';
  return isPassing ? EXIT.passing : EXIT.permanent;
}

function exitCodeOfAttempt(attempt: TokenAttemptError): number {
  if (attempt instanceof TokenRequestError) {
    // A service waits for a file to be replaced as a whole. Here it is a setting that is wrong.
    if (attempt.reason.startsWith('ERR_CLIENT_')) return EXIT.usage;
    // The name server knows of no such host. Where it gives no answer, that is EAI_AGAIN.
    if (attempt.reason === 'ENOTFOUND') return EXIT.permanent;
  }
  return attempt.permanent ? EXIT.permanent : EXIT.passing;
}

export function isTellable(error: unknown): error is TellableError {
  return [TokenProviderError, UsageError, CommandError].some((kind) => error instanceof kind);
}
