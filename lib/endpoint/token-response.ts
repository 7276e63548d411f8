import { TokenResponseError } from '../errors.js';
import { kindOf } from '../options/check.js';
import { addressOf } from '../target.js';
import { describeBody, readJsonObject } from './answer-body.js';
import { type CleanText, cleanScope } from './server-text.js';
import { readLifetime, type TokenLifetime } from './token-lifetime.js';
import type { HttpAnswer } from './transport.js';

/** RFC 6750 §2.1: what can stand behind `Bearer` in a header. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether it can be presented as a Bearer token. */
export function isBearerToken(value: string, tokenType: string): boolean {
  return B64TOKEN.test(value) && isBearer(tokenType);
}

function isBearer(tokenType: string): boolean {
  return tokenType.toLowerCase() === 'bearer';
}

/** A token as the token endpoint gave it. */
export interface GrantedToken extends TokenLifetime {
  readonly value: string;
  readonly tokenType: string;
  readonly scope: string | undefined;
}

export interface ReadTokenOptions {
  readonly tokenEndpoint: string;
  readonly clean: CleanText;
  readonly defaultLifetimeMs: number;
}

/**
 * Reads a successful answer, strictly: what is not surely a Bearer token is not handed to callers.
 * @throws {TokenResponseError} when the answer has no token that can be used
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 §5.1}
 */
export function readToken(
  answer: HttpAnswer,
  { tokenEndpoint, clean, defaultLifetimeMs }: ReadTokenOptions,
): GrantedToken {
  const malformed = (problem: string): never => {
    throw new TokenResponseError(`${addressOf(tokenEndpoint)} answered ${answer.status}, but ${problem}.`);
  };
  const fields = readJsonObject(answer.body);
  if (answer.status !== 200 || !fields) {
    const mend = ' Is the path of the token endpoint right?';
    throw new TokenResponseError(
      `${addressOf(tokenEndpoint)} answered ${answer.status} with ${describeBody(answer)}, not a token.${mend}`,
    );
  }
  const { access_token: value, token_type: tokenType, expires_in: expiresIn, scope } = fields;
  if (typeof value !== 'string' || value === '') return malformed('without an access_token');
  const show = (odd: unknown) =>
    typeof odd === 'string' ? JSON.stringify(clean(odd, { token: value })) : kindOf(odd);
  if (!B64TOKEN.test(value))
    return malformed('its access_token has characters that RFC 6750 §2.1 does not allow');
  if (typeof tokenType !== 'string' || !isBearer(tokenType)) {
    return malformed(`its token_type is ${show(tokenType)}, not Bearer`);
  }
  const lifetime = readLifetime(expiresIn, value, defaultLifetimeMs);
  if (!lifetime) return malformed(`names no lifetime that could be (expires_in is ${show(expiresIn)})`);
  const granted = typeof scope === 'string' ? cleanScope(scope, clean, value) : undefined;
  return { value, tokenType, scope: granted, ...lifetime };
}
