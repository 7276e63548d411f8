import { type Instant, now } from '../ground/clock.js';
import { type TokenProviderError, TokenUnavailableError } from '../ground/errors.js';
import type { RenewalView } from '../renewal/renewal.js';

/** For a caller for whom the next attempt comes too late. */
export const TOO_FAR = 'The next attempt comes later than this call may wait for (maxWaitMs).';

/** For a caller to whom no token came in time. */
export function tooLong({ maxWaitMs }: { readonly maxWaitMs: number }): string {
  return `No token came within ${maxWaitMs} ms (maxWaitMs).`;
}

/** Why a caller should not wait for the next attempt: waiting is of no use, or the attempt is too far off. */
export function objectionTo(
  maxWaitMs: number,
  renewal: RenewalView | undefined,
  at: Instant,
): TokenProviderError | undefined {
  if (renewal?.rememberedError) return renewal.rememberedError;
  const isTooFar = (renewal?.msToNextAttempt(at) ?? 0) > maxWaitMs;
  return isTooFar ? unavailable(TOO_FAR, renewal) : undefined;
}

/** Tells when the next attempt is, and what went wrong in the last one. */
export function unavailable(message: string, renewal: RenewalView | undefined): TokenUnavailableError {
  const at = now();
  const waitMs = renewal?.msToNextAttempt(at);
  const retryAt = waitMs === undefined ? undefined : Math.ceil(at.wall + waitMs);
  return new TokenUnavailableError(message, retryAt, renewal?.lastError);
}
