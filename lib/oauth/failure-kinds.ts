import {
  type TokenAttemptError,
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
} from '../ground/errors.js';

/** The server refuses the client (RFC 6749 §5.2; servers use the last two for a wrong secret, too). */
const OF_THE_CLIENT = new Set(['invalid_client', 'unauthorized_client', 'access_denied', 'invalid_grant']);
/** RFC 6749 §5.2, RFC 8707 §2: the server accepts the client, but not its request. */
const OF_THE_REQUEST = new Set([
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]);
/** RFC 6749 §4.1.2.1, RFC 8628 §3.5 and RFC 9449 §8, at any status. */
const PASSING = new Set(['temporarily_unavailable', 'server_error', 'slow_down', 'use_dpop_nonce']);
/** RFC 6749 §5.2, RFC 8707 §2: these stay until somebody acts, also at a status that passes. */
const LASTING = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]);
const PASSING_STATUSES = new Set([408, 425, 429]);

/** In codes of a server's own. */
const PASSING_WORDS =
  /too_many_requests|rate_?limit|limit_exceeded|quota_?exceeded|resource_exhausted|throttl|unavailable|internal_(server_)?(error|failure)|backend_error|temporary_error|maintenance|overload|server_busy|timed?_?out|try_(again|later)/;
const CLIENT_WORDS =
  /client|credential|secret|password|un_?authori[sz]ed|not_authori[sz]ed|authenticat|access_denied|forbidden/;

/** No code is as long. */
const MAX_CODE_LENGTH = 200;

/** An answer that refuses: its status, and the OAuth error code that it has. */
export type Refusal = Pick<TokenEndpointError, 'httpStatus' | 'error'>;

/** What the server said, word for word. An error holds these words cleaned: a secret may be a part of them. */
const rawRefusals = new WeakMap<Refusal, Refusal>();

/** Has the error judged by the server's own words from now on, which nobody else gets to see. */
export function judgeByRawWords(error: TokenEndpointError, raw: Refusal): TokenEndpointError {
  rawRefusals.set(error, raw);
  return error;
}

/** Answers with a token that cannot be used. */
const unfitTokens = new WeakSet<TokenResponseError>();

/** A token endpoint has answered, if not as it should: nobody is to look for it elsewhere. */
export function noteUnfitToken(error: TokenResponseError): TokenResponseError {
  unfitTokens.add(error);
  return error;
}

/** Whether the code is one of OAuth, letter for letter. */
export function isKnownCode(error: string | undefined): error is string {
  return error !== undefined && [OF_THE_CLIENT, OF_THE_REQUEST, PASSING].some((codes) => codes.has(error));
}

/** The code in the spelling of RFC 6749: servers also write `InvalidClient` and `INVALID CLIENT`. Empty where there is none. */
export function codeOf({ error = '' }: Refusal): string {
  return error
    .slice(0, MAX_CODE_LENGTH)
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

/** Whether the same request may succeed a little later without any change. */
export function isPassing(refusal: Refusal): boolean {
  const { httpStatus, code } = read(refusal);
  if (PASSING.has(code)) return true;
  const isOfStatus = httpStatus >= 500 || PASSING_STATUSES.has(httpStatus);
  return isOfStatus ? !LASTING.has(code) : !isKnownCode(code) && PASSING_WORDS.test(code);
}

/** Whether the server refuses the client, in whatever words, or in none. */
export function isClientRefused(refusal: Refusal): boolean {
  const { httpStatus, code } = read(refusal);
  if (isPassing(refusal)) return false;
  if (isKnownCode(code)) return OF_THE_CLIENT.has(code);
  return httpStatus === 401 || httpStatus === 403 || isAboutClient(refusal);
}

/**
 * Whether another secret might help. Wider than `isClientRefused`: some servers answer a wrong secret with `invalid_request` or a
 * code of their own, and asking for a newer secret costs no request.
 */
export function mayNeedNewProof(refusal: Refusal): boolean {
  const { httpStatus, code } = read(refusal);
  if (isClientRefused(refusal)) return true;
  if (isPassing(refusal) || isNoTokenEndpoint(refusal) || isRedirect(httpStatus)) return false;
  if (code === '') return httpStatus === 400;
  return code === 'invalid_request' || !isKnownCode(code);
}

/** Whether the answer does not come from an OAuth server: the address may be wrong, or its server not yet deployed. */
export function isNoTokenEndpoint(refusal: Refusal): boolean {
  const { httpStatus, code } = read(refusal);
  return isNotFound(httpStatus) && !isKnownCode(code) && !isAboutClient(refusal);
}

/** Whether a permanent failure may only mean that a server is being rolled out. */
export function isDoubtfulAddress(error: TokenAttemptError): boolean {
  if (error instanceof TokenEndpointError) return isNoTokenEndpoint(error);
  if (error instanceof TokenRequestError) return error.reason === 'ENOTFOUND';
  return error instanceof TokenResponseError && error.permanent && !unfitTokens.has(error);
}

function read(refusal: Refusal): { httpStatus: number; code: string } {
  const raw = rawRefusals.get(refusal) ?? refusal;
  const code = codeOf(raw);
  // Some gateways answer 200, and put the status into the body.
  const isToldAsNumber = raw.httpStatus < 300 && /^[345]\d\d$/.test(code);
  return { httpStatus: isToldAsNumber ? Number(code) : raw.httpStatus, code };
}

/** Whether an unknown code speaks of the client. A gateway's 404 says in a sentence what was not found: that is no code. */
function isAboutClient(refusal: Refusal): boolean {
  const { httpStatus, error = '' } = rawRefusals.get(refusal) ?? refusal;
  if (isRedirect(httpStatus) || (isNotFound(httpStatus) && /\s/.test(error.trim()))) return false;
  return CLIENT_WORDS.test(read(refusal).code);
}

function isNotFound(httpStatus: number): boolean {
  return httpStatus === 404 || httpStatus === 405;
}

function isRedirect(httpStatus: number): boolean {
  return httpStatus >= 300 && httpStatus < 400;
}
