import {
  type TokenAttemptError,
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
} from '../ground/errors.js';

/** The server does not take the client: `invalid_client` in its own words (RFC 6749 §5.2, and as servers misuse other codes). */
const OF_THE_CLIENT = new Set(['invalid_client', 'unauthorized_client', 'access_denied', 'invalid_grant']);
/** RFC 6749 §5.2, RFC 8707 §2: the client is taken, its request is not. */
const OF_THE_REQUEST = new Set([
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]);
/** RFC 6749 §4.1.2.1 and RFC 8628 §3.5, at any status. */
const PASSING = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);
const PASSING_STATUSES = new Set([408, 425, 429]);

/** Words by which servers say in a code of their own that they do not take the client. */
const CLIENT_WORDS = /client|credential|secret|unauthorized|unauthenticated/i;

type Refusal = Pick<TokenEndpointError, 'httpStatus' | 'error'>;

/** Whether the code is one of OAuth, so that an OAuth server has answered. */
export function isKnownCode(error: string | undefined): error is string {
  return error !== undefined && [OF_THE_CLIENT, OF_THE_REQUEST, PASSING].some((codes) => codes.has(error));
}

/** Whether the same request may succeed a little later, though nobody mends anything. */
export function isPassing({ httpStatus, error = '' }: Refusal): boolean {
  if (PASSING.has(error)) return true;
  const isOfStatus = httpStatus >= 500 || PASSING_STATUSES.has(httpStatus);
  const isMended = OF_THE_CLIENT.has(error) || (OF_THE_REQUEST.has(error) && error !== 'invalid_request');
  return isOfStatus && !isMended;
}

/** Whether the server does not take the client, in whatever words, or in none. */
export function isClientRefused({ httpStatus, error }: Refusal): boolean {
  if (isKnownCode(error)) return OF_THE_CLIENT.has(error);
  if (httpStatus === 401 || httpStatus === 403) return true;
  return error !== undefined && httpStatus < 500 && CLIENT_WORDS.test(error);
}

/**
 * Whether another secret might help. Wider than `isClientRefused`: some servers say `invalid_request`, or a word of their own, to a
 * wrong secret, and to ask for a newer one costs no request.
 */
export function mayNeedNewProof(refusal: Refusal): boolean {
  const { httpStatus, error } = refusal;
  return (
    isClientRefused(refusal) || (httpStatus === 400 && (!isKnownCode(error) || error === 'invalid_request'))
  );
}

/** Whether nothing of OAuth has answered: the address may be wrong, or its server not be there yet. */
export function isNoTokenEndpoint({ httpStatus, error }: Refusal): boolean {
  return (httpStatus === 404 || httpStatus === 405) && !isKnownCode(error);
}

/** Whether a permanent failure may only mean that a server is being rolled out. */
export function isDoubtfulAddress(error: TokenAttemptError): boolean {
  if (error instanceof TokenEndpointError) return isNoTokenEndpoint(error);
  if (error instanceof TokenRequestError) return error.reason === 'ENOTFOUND';
  return error instanceof TokenResponseError && error.permanent;
}
