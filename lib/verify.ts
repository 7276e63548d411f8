import { Verifier } from './verify/verifier.js';
import type { VerifierOptions } from './verify/verifier-options.js';

export type { TokenVerificationErrorCode } from './ground/errors.js';
export type { RequestLike } from './verify/bearer-credentials.js';
export type {
  KeysExpireEvent,
  KeysFailureEvent,
  KeysRefreshEvent,
  KeysRetryEvent,
  VerifierEvents,
} from './verify/keys/key-events.js';
export type { VerifierStatus } from './verify/keys/key-status.js';
export type { ResponseLike, VerifierMiddleware } from './verify/middleware.js';
export type { VerifiedToken } from './verify/token-claims.js';
export { TokenVerificationError } from './verify/verification-error.js';
export type { VerifierOptions } from './verify/verifier-options.js';
export type { VerifyOptions } from './verify/verify-options.js';
export type { Verifier };

/**
 * Makes a verifier for the access tokens that callers send to an API. Asks for no keys yet.
 *
 * @throws {ConfigurationError} when an option is missing, malformed, or contradicts another
 * @example
 * ```ts
 * const verifier = createVerifier({ subdomain: 'acme', audience: 'https://api.example.com' });
 * const { claims, scope } = await verifier.verify(token);
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068 RFC 9068}
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new Verifier(options);
}
