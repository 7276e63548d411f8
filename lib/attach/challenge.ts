/** RFC 9110 §11.6.1: a scheme, perhaps with parameters, or a parameter of the challenge before. */
const PART = /([!#$%&'*+.^`|~\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[!#$%&'*+.^`|~\w-]+))?/g;
/** Longer ones are not read to their end. */
const MAX_LENGTH = 8_192;

/**
 * Whether an API's answer says that the token is no good (RFC 6750 §3.1): 401, unless it names another reason than
 * `invalid_token`. Many say nothing but 401.
 */
export function isTokenRejected(status: number, challenges: () => string | undefined): boolean {
  if (status !== 401) return false;
  const error = bearerError(challenges() ?? '');
  return error === undefined || error === 'invalid_token';
}

/** The `error` of the Bearer challenge. */
function bearerError(challenges: string): string | undefined {
  let scheme = '';
  for (const [, name = '', value] of challenges.slice(0, MAX_LENGTH).matchAll(PART)) {
    if (value === undefined) scheme = name.toLowerCase();
    else if (scheme === 'bearer' && name.toLowerCase() === 'error') return unquote(value);
  }
  return undefined;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
