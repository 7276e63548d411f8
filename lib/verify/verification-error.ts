import { TokenProviderError, type TokenVerificationErrorCode } from '../ground/errors.js';

/** How an error is answered (RFC 6750 §3.1): the status, and the `error` of the challenge. */
const ANSWERS: Readonly<
  Record<TokenVerificationErrorCode, readonly [status: 400 | 401 | 403 | 503, error?: string]>
> = {
  // Without `error`: whoever sent no token has done nothing wrong yet.
  ERR_TOKEN_MISSING: [401],
  ERR_REQUEST_MALFORMED: [400, 'invalid_request'],
  ERR_TOKEN_MALFORMED: [401, 'invalid_token'],
  ERR_TOKEN_ALGORITHM: [401, 'invalid_token'],
  ERR_TOKEN_KEY: [401, 'invalid_token'],
  ERR_TOKEN_SIGNATURE: [401, 'invalid_token'],
  ERR_TOKEN_EXPIRED: [401, 'invalid_token'],
  ERR_TOKEN_NOT_YET_VALID: [401, 'invalid_token'],
  ERR_TOKEN_ISSUER: [401, 'invalid_token'],
  ERR_TOKEN_AUDIENCE: [401, 'invalid_token'],
  ERR_TOKEN_CLAIMS: [401, 'invalid_token'],
  ERR_TOKEN_BOUND: [401, 'invalid_token'],
  ERR_TOKEN_SCOPE: [403, 'insufficient_scope'],
  ERR_KEYS_UNAVAILABLE: [503],
};

/** What an error is made of, besides its words. */
interface VerificationFailure {
  /** The scope that is needed. */
  readonly scope?: readonly string[];
  readonly retryAfterMs?: number | undefined;
  readonly cause?: Error | undefined;
}

/**
 * A token is not accepted, or cannot be judged now. Holds nothing of the token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750 §3}
 * @example
 * ```ts
 * catch (error) {
 *   if (!(error instanceof TokenVerificationError)) throw error;
 *   return new Response(null, { status: error.httpStatus, headers: error.headers });
 * }
 * ```
 */
export class TokenVerificationError extends TokenProviderError {
  static {
    TokenVerificationError.prototype.name = 'TokenVerificationError';
  }

  readonly code: TokenVerificationErrorCode;
  /** The status to answer with: 401, 403 for a scope that is missing, 400 for an odd request, 503 where keys cannot be had. */
  readonly httpStatus: 400 | 401 | 403 | 503;
  /** The value of `WWW-Authenticate` to answer with; `undefined` at 503. */
  readonly challenge: string | undefined;
  /** When another try may be of use, in ms; only at 503. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: TokenVerificationErrorCode,
    message: string,
    { scope, retryAfterMs, cause }: VerificationFailure = {},
  ) {
    super(message, cause && { cause });
    const [httpStatus, error] = ANSWERS[code];
    this.code = code;
    this.httpStatus = httpStatus;
    this.challenge = httpStatus === 503 ? undefined : challengeOf(error, message, scope);
    this.retryAfterMs = retryAfterMs;
  }

  /** The headers to answer with. */
  get headers(): Record<string, string> {
    if (this.challenge !== undefined) return { 'WWW-Authenticate': this.challenge };
    return { 'Retry-After': String(Math.max(1, Math.ceil((this.retryAfterMs ?? 1_000) / 1_000))) };
  }
}

/** Messages that get into it are this package's own words: nothing of the token does. */
function challengeOf(error: string | undefined, message: string, scope: readonly string[] = []): string {
  if (error === undefined) return 'Bearer';
  const needed = scope.length > 0 ? `, scope="${scope.join(' ')}"` : '';
  return `Bearer error="${error}", error_description="${message.replace(/["\\]/g, "'")}"${needed}`;
}
