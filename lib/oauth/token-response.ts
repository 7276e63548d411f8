import type { Instant } from '../ground/clock.js';
import { TokenResponseError } from '../ground/errors.js';
import { isArray, kindOf } from '../ground/value-kind.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import { type CleanText, cleanScope } from '../http/redaction/server-text.js';
import { readRetryAfter } from '../http/retry-after.js';
import type { HttpAnswer } from '../http/transport.js';
import { isBearerValue } from '../token/bearer-token.js';
import { decodeClaims } from '../token/claims.js';
import type { TokenFacts } from '../token/token-facts.js';
import { isSeconds, readLifetime } from '../token/token-lifetime.js';
import type { ProofKey } from './dpop/proof-key.js';
import { noteUnfitToken } from './failure-kinds.js';
import { OF_A_GATEWAY } from './remedies.js';
import { namedTokens } from './server/named-tokens.js';
import { acceptsType, type Target } from './target.js';

/** RFC 6749 §5.1 */
const WITHOUT_TOKEN =
  'Is this the OAuth token endpoint of the server? Look up its address, and which grant it takes, in its documentation.';
const OF_THE_SERVER = 'Whoever runs the server must mend that.';
const NO_SECONDS = `It has to be a number of seconds. ${OF_THE_SERVER}`;
const UNBOUND = 'Is DPoP switched on at the server, and for this client? Else leave the option dpop out.';
const OF_DPOP = 'The server binds it to a key: give dpop: true.';
const OF_ANOTHER_TYPE = 'If such tokens are sent as Bearer, name it in the option tokenType.';
const CUT_OFF = 'The answer was cut off on the way; it is asked for again.';

export interface ReadTokenOptions {
  /** How the server is named in errors. */
  readonly address: string;
  /** Whether this server has given a token before: then an answer without JSON comes from a gateway, and passes. */
  readonly hasGivenTokens: boolean;
  readonly clean: CleanText;
  readonly target: Pick<Target, 'proofKey' | 'tokenTypes'>;
  readonly defaultLifetimeMs: number;
  readonly sentAt: Instant;
  readonly wallMs: number;
}

/**
 * Reads a successful answer: generous in what servers say, strict in what callers get, who put it into a header.
 * @throws {TokenResponseError} when the answer has no token that can be used
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 §5.1}
 */
export function readToken(answer: HttpAnswer, options: ReadTokenOptions): TokenFacts {
  const { clean, target, defaultLifetimeMs, sentAt } = options;
  const malformed = (problem: string, remedy = ''): never => {
    throw responseError(answer, options, `, but ${problem}. ${remedy}`.trimEnd());
  };
  const fields = readJsonObject(answer.body);
  if (!fields) throw noTokenEndpoint(answer, options);
  const { access_token: value, token_type: tokenType, expires_in: expiresIn, scope } = fields;
  if (typeof value !== 'string' || value === '') return malformed('without an access_token', WITHOUT_TOKEN);
  const show = (odd: unknown) =>
    typeof odd === 'string' ? JSON.stringify(clean(odd, { tokens: namedTokens(fields) })) : kindOf(odd);
  if (/^\s*bearer\s/i.test(value))
    return malformed(
      "its access_token begins with 'Bearer ', which belongs into the header alone",
      OF_THE_SERVER,
    );
  if (!isBearerValue(value))
    return malformed('its access_token has characters that no header can carry', OF_THE_SERVER);
  const type = tokenType ?? 'Bearer';
  if (typeof type !== 'string' || !acceptsType(target, type)) throw unfitType(answer, options, show(type));
  if (isOfAnotherKey(value, target.proofKey)) throw unfitType(answer, options, 'DPoP, by another key');
  const lifetime = readLifetime(expiresIn, value, {
    answeredAt: answeredAt(answer, options.wallMs),
    defaultLifetimeMs,
  });
  if (!lifetime)
    return malformed(
      `names no lifetime that could be (expires_in is ${show(expiresIn)}; exp and iat of a JWT count, too)`,
      isSeconds(expiresIn) ? 'Are the clocks of the server and of this machine right?' : NO_SECONDS,
    );
  return Object.freeze({
    value,
    tokenType: type.trim(),
    scope: shownScope(scope, (text) => cleanScope(text, clean, namedTokens(fields))),
    lifetimeMs: lifetime.lifetimeMs,
    isLifetimeGuessed: lifetime.isLifetimeGuessed,
    sentAt,
  });
}

/** Some servers (Twitch) send a list in the place of a text. */
function shownScope(scope: unknown, show: (text: string) => string): string | undefined {
  const words = isArray(scope) && scope.every((word) => typeof word === 'string') ? scope.join(' ') : scope;
  return typeof words === 'string' ? show(words) : undefined;
}

/** A token that is not bound to the key stays so until somebody acts: the same request brings it again. */
function unfitType(answer: HttpAnswer, options: ReadTokenOptions, type: string): TokenResponseError {
  const { target } = options;
  const unbound = `its token is not bound to the key: its token_type is ${type}. ${UNBOUND}`;
  const mend = /^"dpop"$/i.test(type) ? OF_DPOP : OF_ANOTHER_TYPE;
  const words = target.proofKey ? unbound : `its token_type is ${type}, not Bearer. ${mend}`;
  const isLasting = target.proofKey !== undefined;
  return noteUnfitToken(responseError(answer, options, `, but ${words}`, isLasting));
}

/** Where the token says so itself (RFC 9449 §6.1). */
function isOfAnotherKey(token: string, key: ProofKey | undefined): boolean {
  const { jkt } = (key && (decodeClaims(token)?.cnf as { jkt?: unknown } | undefined)) ?? {};
  return jkt !== undefined && jkt !== key?.thumbprint;
}

/** JSON that was cut off is no sign of a wrong address. */
function noTokenEndpoint(answer: HttpAnswer, options: ReadTokenOptions) {
  const { hasGivenTokens } = options;
  const isCutOff = /^\s*\{/.test(answer.body);
  const remedy = hasGivenTokens
    ? OF_A_GATEWAY
    : 'A token endpoint answers with JSON. Check the path of the address; or a login page or portal of the network answers in its place.';
  const words = ` with ${describeBody(answer)}, not a token. ${isCutOff ? CUT_OFF : remedy}`;
  return responseError(answer, options, words, !hasGivenTokens && !isCutOff);
}

function responseError(
  { status, header }: HttpAnswer,
  { address, wallMs }: ReadTokenOptions,
  words: string,
  isPermanent = false,
): TokenResponseError {
  const retryAfterMs = readRetryAfter(header('retry-after'), header('date'), wallMs);
  return new TokenResponseError(`${address} answered ${status}${words}`, isPermanent, retryAfterMs);
}

/** By the server's own clock, where the answer shows it (RFC 9110 §6.6.1). */
function answeredAt({ header }: HttpAnswer, wallMs: number): number {
  const ms = Date.parse(header('date') ?? '');
  return Number.isNaN(ms) ? wallMs : ms;
}
