import {
  ConfigurationError,
  TokenAttemptError,
  TokenProviderError,
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
  const attempt = error instanceof TokenUnavailableError ? error.cause : error;
  if (attempt instanceof TokenAttemptError) return attempt.permanent ? EXIT.permanent : EXIT.passing;
  if (error instanceof TokenUnavailableError) return EXIT.passing;
  // Of all others, only a verifier without keys says that another try may help.
  return error.code === 'ERR_KEYS_UNAVAILABLE' ? EXIT.passing : EXIT.permanent;
}

export function isTellable(error: unknown): error is TellableError {
  return [TokenProviderError, UsageError, CommandError].some((kind) => error instanceof kind);
}
