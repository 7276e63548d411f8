import { type AnswerHeaders, challengeIn } from './answer-headers.js';

/** RFC 9110 §11.6.1: a scheme, perhaps with parameters, or a parameter of the challenge before. */
const PART = /([!#$%&'*+.^`|~\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[!#$%&'*+.^`|~\w-]+))?/g;
/** Longer ones are not read to their end. */
const MAX_LENGTH = 8_192;

/**
 * Whether an API's answer says that the token is no good (RFC 6750 §3.1): any 401, unless its challenge says that the
 * token is good and something else is missing (`insufficient_scope`, RFC 9470's `insufficient_user_authentication`) or wrong
 * (RFC 9449's `invalid_dpop_proof` and `use_dpop_nonce`); and any other 4xx whose challenge says `invalid_token`. Many APIs say nothing but
 * 401, or have words of their own.
 */
export function isTokenRejected(status: number, headers: AnswerHeaders): boolean {
  if (status < 400 || status >= 500) return false;
  const error = errorOf(['bearer', 'dpop'], headers);
  return status === 401 ? !/^insufficient|dpop/.test(error) : error === 'invalidtoken';
}

/** What a DPoP challenge says, as one word: `use_dpop_nonce` is `usedpopnonce`. */
export function dpopError(headers: AnswerHeaders): string {
  return errorOf(['dpop'], headers);
}

/** The first `error` in a challenge of these schemes; empty where there is none. */
function errorOf(schemes: readonly string[], headers: AnswerHeaders): string {
  const challenges = challengeIn(headers);
  let scheme = '';
  for (const [, name = '', value] of challenges.slice(0, MAX_LENGTH).matchAll(PART)) {
    if (value === undefined) scheme = name.toLowerCase();
    else if (schemes.includes(scheme) && name.toLowerCase() === 'error') return wordIn(unquote(value));
  }
  return '';
}

/** `InvalidToken`, `invalid-token` and `INVALID TOKEN` are `invalid_token`. */
function wordIn(error: string): string {
  return error.toLowerCase().replace(/[^a-z]/g, '');
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
