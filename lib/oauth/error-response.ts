import { TokenEndpointError } from '../ground/errors.js';
import { describeBody, isPage, readJsonObject } from '../http/answer-body.js';
import { certificateRemedy, isCertificatePage } from '../http/mutual-tls/certificate-remedy.js';
import type { CleanText } from '../http/redaction/server-text.js';
import { shownLocation } from '../http/redaction/shown-address.js';
import { readRetryAfter } from '../http/retry-after.js';
import { WANTS_CERTIFICATE } from '../http/tls-failure.js';
import type { HttpAnswer } from '../http/transport.js';
import { isBearerValue } from '../token/bearer-token.js';
import { isKnownCode, isNoTokenEndpoint, isPassing, judgeByRawWords } from './failure-kinds.js';
import { findRemedy, OF_A_FIREWALL, OF_A_GATEWAY, type RefusedRequest } from './remedies.js';
import { namedTokens } from './server/named-tokens.js';
import { readServerWords } from './server/server-words.js';

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
  const isOfGateway =
    hasGivenTokens && (isNoTokenEndpoint(raw) || (!isPassing(raw) && isPageOfOthers(answer)));
  const remedy = isOfGateway
    ? OF_A_GATEWAY
    : (findRedirect(answer, clean) ??
      findCertificateRefusal(answer, options) ??
      findRemedy(raw, { ...options, clockAheadMs: clockAhead(answer, wallMs) }));
  const sentences = [`${address} answered ${httpStatus} ${said}${words}.`, remedy, findGateway(answer)];
  const message = sentences.filter(Boolean).join(' ');
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
export function hasOAuthError({ body }: HttpAnswer): boolean {
  // Nearly all answers are tokens, and need not be parsed twice.
  if (!/"error/i.test(body)) return false;
  const { access_token: token } = readJsonObject(body) ?? {};
  const isUsable = typeof token === 'string' && isBearerValue(token);
  return !isUsable && readServerWords(body).code !== undefined;
}

function readOAuthError({ status, body }: HttpAnswer, clean: CleanText) {
  const { code, description } = readServerWords(body);
  const tokens = namedTokens(readJsonObject(body));
  const read = (text: string | undefined) => text && clean(text, { tokens });
  return {
    raw: { httpStatus: status, error: code },
    // A code that is known is judged and shown as it is, though a secret may be a part of it.
    error: isKnownCode(code) ? code : read(code),
    errorDescription: read(description),
  };
}

function clockAhead({ header }: HttpAnswer, wallMs: number): number | undefined {
  const aheadMs = wallMs - Date.parse(header('date') ?? '');
  return Number.isNaN(aheadMs) ? undefined : aheadMs;
}

/** A page is no answer of OAuth's; but some servers refuse a client by one, and gateways a certificate. */
function isPageOfOthers(answer: HttpAnswer): boolean {
  const { status, body } = answer;
  const isOfClient = status === 401 || status === 403 || isCertificatePage(status, body);
  return status >= 400 && !isOfClient && isPage(answer);
}

/** What refuses with a page of its own may stand in front of the server. */
function findGateway(answer: HttpAnswer): string | undefined {
  const isRefused = answer.status === 401 || answer.status === 403;
  return isRefused && isPage(answer) ? OF_A_FIREWALL : undefined;
}

/** By the page of a gateway that looks at certificates. */
function findCertificateRefusal(
  { status, body }: HttpAnswer,
  { certificate }: RefusedRequest,
): string | undefined {
  if (!isCertificatePage(status, body)) return undefined;
  return certificate ? certificateRemedy(body.toLowerCase(), certificate) : WANTS_CERTIFICATE;
}

function findRedirect({ status, header }: HttpAnswer, clean: CleanText): string | undefined {
  if (status < 300 || status >= 400) return undefined;
  const location = header('location');
  if (!location)
    return 'That is a redirect to nowhere; a token endpoint has none. Check the path of the address.';
  const goal = shownLocation(location, clean);
  return `It redirects to ${goal}, which is not followed, since the secret would go along. Give the final address.`;
}
