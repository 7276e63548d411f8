import { TokenEndpointError } from '../ground/errors.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import type { CleanText } from '../http/redaction/server-text.js';
import { readRetryAfter } from '../http/retry-after.js';
import type { HttpAnswer } from '../http/transport.js';
import { isKnownCode, isNoTokenEndpoint, isPassing } from './failure-kinds.js';
import { findRemedy, type RefusedRequest } from './remedies.js';

export interface ReadErrorOptions extends RefusedRequest {
  /** How the server is named. */
  readonly address: string;
  /** Whether this server has given a token before: then an answer that is not of OAuth comes from a gateway, and passes. */
  readonly hasGivenTokens: boolean;
  readonly clean: CleanText;
  readonly wallMs: number;
}

/** Reads an answer that is not a success. Judged by `error` and status, never by the description. */
export function readError(answer: HttpAnswer, options: ReadErrorOptions): TokenEndpointError {
  const { status: httpStatus } = answer;
  const { address, hasGivenTokens, clean, wallMs } = options;
  const { error, errorDescription } = readOAuthError(answer.body, clean);
  const said = error ?? `with ${describeBody(answer)}`;
  const words = errorDescription ? ` ("${errorDescription}")` : '';
  const remedy = findRedirect(answer, clean) ?? findRemedy(answer, error, options);
  const isOfGateway = hasGivenTokens && isNoTokenEndpoint({ httpStatus, error });
  return new TokenEndpointError(`${address} answered ${httpStatus} ${said}${words}. ${remedy}`.trim(), {
    httpStatus,
    error,
    errorDescription,
    permanent: !isOfGateway && !isPassing({ httpStatus, error }),
    retryAfterMs: readRetryAfter(answer.header('retry-after'), answer.header('date'), wallMs),
  });
}

/** Whether an answer with a status of success says no all the same. */
export function hasOAuthError(answer: HttpAnswer): boolean {
  const { error, access_token: token } = readJsonObject(answer.body) ?? {};
  return typeof error === 'string' && error !== '' && (typeof token !== 'string' || token === '');
}

function readOAuthError(body: string, clean: CleanText) {
  const { error, error_description: errorDescription, access_token: token } = readJsonObject(body) ?? {};
  const options = typeof token === 'string' ? { token } : {};
  const read = (value: unknown) =>
    typeof value === 'string' && value !== '' ? clean(value, options) : undefined;
  // A code that is known is judged and shown as it is, though a secret may be a part of it.
  const isKnown = typeof error === 'string' && isKnownCode(error);
  return { error: isKnown ? error : read(error), errorDescription: read(errorDescription) };
}

function findRedirect({ status, header }: HttpAnswer, clean: CleanText): string | undefined {
  if (status < 300 || status >= 400) return undefined;
  const goal = clean(header('location') ?? 'nowhere');
  return `It redirects to ${goal}, which is not followed, since the secret would go along. Give the final address.`;
}
