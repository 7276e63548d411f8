/** The stable `code` of each error class: safe to compare, to log, and to alert on. */
export type TokenProviderErrorCode =
  | 'ERR_CONFIGURATION'
  | 'ERR_TOKEN_ENDPOINT'
  | 'ERR_TOKEN_RESPONSE'
  | 'ERR_TOKEN_REQUEST'
  | 'ERR_TOKEN_UNAVAILABLE'
  | 'ERR_TOKEN_STORE'
  | 'ERR_PROVIDER_CLOSED'
  | TokenVerificationErrorCode;

/** Why a token is not accepted. */
export type TokenVerificationErrorCode =
  | 'ERR_TOKEN_MISSING'
  | 'ERR_REQUEST_MALFORMED'
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_ALGORITHM'
  | 'ERR_TOKEN_KEY'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_NOT_YET_VALID'
  | 'ERR_TOKEN_ISSUER'
  | 'ERR_TOKEN_AUDIENCE'
  | 'ERR_TOKEN_CLAIMS'
  | 'ERR_TOKEN_BOUND'
  | 'ERR_TOKEN_SCOPE'
  | 'ERR_KEYS_UNAVAILABLE';

/**
 * The base of all errors of this package. None of them holds a secret or a token, nor a property `status`, `statusCode` or `expose`:
 * web frameworks would answer their own users with it.
 *
 * @example
 * ```ts
 * catch (error) {
 *   if (error instanceof TokenProviderError) reply.code(503).send({ error: 'no token', code: error.code });
 * }
 * ```
 */
export abstract class TokenProviderError extends Error {
  /** Tells the classes apart, also across copies of this package. */
  abstract readonly code: TokenProviderErrorCode;
}

/**
 * An option is missing, malformed, or contradicts another. The message names the option and says how to fix it. It never quotes
 * the given value, which may be a secret in the wrong place.
 */
export class ConfigurationError extends TokenProviderError {
  static {
    ConfigurationError.prototype.name = 'ConfigurationError';
  }

  readonly code = 'ERR_CONFIGURATION';
  /** The name of the wrong option, such as `retry.retries`; its position, such as `regions[1]`, if the name may be a secret. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.option = option;
  }
}

/** The base of the errors of one attempt to get a token. */
export abstract class TokenAttemptError extends TokenProviderError {
  /**
   * Whether the same request is expected to fail again until somebody fixes the cause. The failure is then remembered for a while
   * instead of being retried at once.
   */
  abstract readonly permanent: boolean;
  /** How long the server asks to be left alone (`Retry-After`, RFC 9110 §10.2.3), in ms; at most an hour. */
  declare readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** What a {@link TokenEndpointError} is made of. */
export interface TokenEndpointFailure {
  readonly httpStatus: number;
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  readonly permanent: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The token endpoint has refused. `permanent` tells whether somebody must mend something first.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749 §5.2}
 */
export class TokenEndpointError extends TokenAttemptError {
  static {
    TokenEndpointError.prototype.name = 'TokenEndpointError';
  }

  readonly code = 'ERR_TOKEN_ENDPOINT';
  readonly permanent: boolean;
  /** The HTTP status of the token endpoint's answer. */
  readonly httpStatus: number;
  /** The OAuth error code, such as `invalid_client`, where the answer had one. */
  readonly error: string | undefined;
  /** The server's own words, shortened, without control characters, secrets or tokens. */
  readonly errorDescription: string | undefined;

  constructor(message: string, failure: TokenEndpointFailure) {
    super(message, failure.retryAfterMs);
    this.permanent = failure.permanent;
    this.httpStatus = failure.httpStatus;
    this.error = failure.error;
    this.errorDescription = failure.errorDescription;
  }
}

/** The token endpoint reported success, but sent nothing that can be used as a token (RFC 6749 §5.1). */
export class TokenResponseError extends TokenAttemptError {
  static {
    TokenResponseError.prototype.name = 'TokenResponseError';
  }

  readonly code = 'ERR_TOKEN_RESPONSE';
  readonly permanent: boolean;

  constructor(message: string, permanent = false, retryAfterMs?: number) {
    super(message, retryAfterMs);
    this.permanent = permanent;
  }
}

/** There was no complete answer, because of the network, TLS or a timeout; or no request was sent, for want of a secret. */
export class TokenRequestError extends TokenAttemptError {
  static {
    TokenRequestError.prototype.name = 'TokenRequestError';
  }

  readonly code = 'ERR_TOKEN_REQUEST';
  readonly permanent: boolean;
  /** The system's own code, such as `ECONNRESET`, `ETIMEDOUT` or `CERT_HAS_EXPIRED`. */
  readonly reason: string;

  constructor(message: string, reason: string, permanent = false, retryAfterMs?: number) {
    super(message, retryAfterMs);
    this.reason = reason;
    this.permanent = permanent;
  }
}

/** No usable token can be had in the time that the caller allows. `cause` is the last {@link TokenAttemptError}, if there was one. */
export class TokenUnavailableError extends TokenProviderError {
  static {
    TokenUnavailableError.prototype.name = 'TokenUnavailableError';
  }

  readonly code = 'ERR_TOKEN_UNAVAILABLE';
  /** When the next attempt is made, ms since the epoch; `undefined` while one is under way. */
  readonly retryAt: number | undefined;

  constructor(message: string, retryAt?: number, cause?: TokenProviderError) {
    super(cause ? `${message} Last failure: ${cause.message}` : message, cause && { cause });
    this.retryAt = retryAt;
  }
}

/** The shared store failed, or holds a record that cannot be used. No caller gets this error: it is in `degrade` events alone. */
export class TokenStoreError extends TokenProviderError {
  static {
    TokenStoreError.prototype.name = 'TokenStoreError';
  }

  readonly code = 'ERR_TOKEN_STORE';
  /** The store's own code, such as `ECONNREFUSED`, `READONLY` or `OOM`; `ETIMEDOUT` when the store gave no answer in time. */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

/** The provider, or verifier, has been closed; make a new one. */
export class ProviderClosedError extends TokenProviderError {
  static {
    ProviderClosedError.prototype.name = 'ProviderClosedError';
  }

  readonly code = 'ERR_PROVIDER_CLOSED';

  constructor(message = 'This TokenProvider is closed. Create a new one to get tokens again.') {
    super(message);
  }
}
