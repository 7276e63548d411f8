import type { Instant } from '../ground/clock.js';
import { TokenResponseError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import { type CleanText, cleanScope } from '../http/redaction/server-text.js';
import type { HttpAnswer } from '../http/transport.js';
import { isBearerType, isBearerValue } from '../token/bearer-token.js';
import type { TokenFacts } from '../token/token-facts.js';
import { readLifetime } from '../token/token-lifetime.js';

export interface ReadTokenOptions {
  /** How the server is named in errors. */
  readonly address: string;
  readonly clean: CleanText;
  readonly defaultLifetimeMs: number;
  readonly sentAt: Instant;
}

/**
 * Reads a successful answer, strictly: what is not surely a Bearer token is not handed to callers.
 * @throws {TokenResponseError} when the answer has no token that can be used
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 §5.1}
 */
export function readToken(
  answer: HttpAnswer,
  { address, clean, defaultLifetimeMs, sentAt }: ReadTokenOptions,
): TokenFacts {
  const malformed = (problem: string): never => {
    throw new TokenResponseError(`${address} answered ${answer.status}, but ${problem}.`);
  };
  const fields = readJsonObject(answer.body);
  if (answer.status !== 200 || !fields) {
    const mend = ' Is the path of the token endpoint right?';
    throw new TokenResponseError(
      `${address} answered ${answer.status} with ${describeBody(answer)}, not a token.${mend}`,
    );
  }
  const { access_token: value, token_type: tokenType, expires_in: expiresIn, scope } = fields;
  if (typeof value !== 'string' || value === '') return malformed('without an access_token');
  const show = (odd: unknown) =>
    typeof odd === 'string' ? JSON.stringify(clean(odd, { token: value })) : kindOf(odd);
  if (!isBearerValue(value))
    return malformed('its access_token has characters that RFC 6750 §2.1 does not allow');
  if (typeof tokenType !== 'string' || !isBearerType(tokenType)) {
    return malformed(`its token_type is ${show(tokenType)}, not Bearer`);
  }
  const lifetime = readLifetime(expiresIn, value, defaultLifetimeMs);
  if (!lifetime) return malformed(`names no lifetime that could be (expires_in is ${show(expiresIn)})`);
  return Object.freeze({
    value,
    tokenType,
    scope: typeof scope === 'string' ? cleanScope(scope, clean, value) : undefined,
    lifetimeMs: lifetime.lifetimeMs,
    isLifetimeGuessed: lifetime.isLifetimeGuessed,
    sentAt,
  });
}
