import { TokenEndpointError } from '../ground/errors.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import type { CleanText } from '../http/redaction/server-text.js';
import { readRetryAfter } from '../http/retry-after.js';
import type { HttpAnswer } from '../http/transport.js';
import { isBearerValue } from '../token/bearer-token.js';
import { isKnownCode, isNoTokenEndpoint, isPassing, judgeByRawWords } from './failure-kinds.js';
import { findRemedy, OF_A_GATEWAY, type RefusedRequest } from './remedies.js';

export interface ReadErrorOptions extends RefusedRequest {
  /** How the server is named. */
  readonly address: string;
  /** Whether this server has given a token before: then an answer that is not of OAuth comes from a gateway, and passes. */
  readonly hasGivenTokens: boolean;
  readonly clean: CleanText;
  readonly wallMs: number;
}

/** Reads an answer that is not a success. Judged by `error`, as the server wrote it, and status, never by the description. */
export function readError(answer: HttpAnswer, options: ReadErrorOptions): TokenEndpointError {
  const { status: httpStatus } = answer;
  const { address, hasGivenTokens, clean, wallMs } = options;
  const { raw, error, errorDescription } = readOAuthError(answer, clean);
  const said = error ?? `with ${describeBody(answer)}`;
  const words = errorDescription ? ` ("${errorDescription}")` : '';
  const isOfGateway = hasGivenTokens && isNoTokenEndpoint(raw);
  const remedy = isOfGateway ? OF_A_GATEWAY : (findRedirect(answer, clean) ?? findRemedy(raw, options));
  const message = `${address} answered ${httpStatus} ${said}${words}. ${remedy}`.trim();
  const failure = new TokenEndpointError(message, {
    httpStatus,
    error,
    errorDescription,
    permanent: !isOfGateway && !isPassing(raw),
    retryAfterMs: readRetryAfter(answer.header('retry-after'), answer.header('date'), wallMs),
  });
  return judgeByRawWords(failure, raw);
}

/** Whether an answer with a status of success says no all the same. */
export function hasOAuthError(answer: HttpAnswer): boolean {
  // Nearly all answers are tokens, and need not be parsed twice.
  if (!answer.body.includes('"error"')) return false;
  const { error, access_token: token } = readJsonObject(answer.body) ?? {};
  const isUsable = typeof token === 'string' && isBearerValue(token);
  return typeof error === 'string' && error !== '' && !isUsable;
}

function readOAuthError({ status, body }: HttpAnswer, clean: CleanText) {
  const { error, error_description: errorDescription, access_token: token } = readJsonObject(body) ?? {};
  const raw = { httpStatus: status, error: typeof error === 'string' && error !== '' ? error : undefined };
  const options = typeof token === 'string' ? { token } : {};
  const read = (value: unknown) =>
    typeof value === 'string' && value !== '' ? clean(value, options) : undefined;
  // A code that is known is judged and shown as it is, though a secret may be a part of it.
  const isKnown = typeof error === 'string' && isKnownCode(error);
  return { raw, error: isKnown ? error : read(error), errorDescription: read(errorDescription) };
}

function findRedirect({ status, header }: HttpAnswer, clean: CleanText): string | undefined {
  if (status < 300 || status >= 400) return undefined;
  const goal = clean(header('location') ?? 'nowhere');
  return `It redirects to ${goal}, which is not followed, since the secret would go along. Give the final address.`;
}
