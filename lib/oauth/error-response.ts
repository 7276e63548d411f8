import { TokenEndpointError } from '../ground/errors.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import type { CleanText } from '../http/redaction/server-text.js';
import { readRetryAfter } from '../http/retry-after.js';
import type { HttpAnswer } from '../http/transport.js';
import { isFirstGeneration } from './server/onelogin.js';

const WRONG_CLIENT =
  'The usual causes: a wrong or rotated clientSecret; an app set to POST where authentication is basic, or the ' +
  'reverse; the subdomain of another account.';

const INVALID_REQUEST = 'invalid_request';

/** What to do about each error of RFC 6749 §5.2 and RFC 8707 §2. All but one stay until somebody does it. */
const REMEDIES: ReadonlyMap<string | undefined, string> = new Map([
  ['invalid_client', WRONG_CLIENT],
  ['unauthorized_client', 'Allow this client the client credentials grant, at the server.'],
  [
    'unsupported_grant_type',
    'This token endpoint does not offer the client credentials grant. Is it the right address?',
  ],
  ['invalid_scope', 'Ask for a scope that is granted to this client.'],
  ['invalid_target', 'Ask for a resource that is set up for this client.'],
  [INVALID_REQUEST, 'The server does not understand the request. Check authentication and parameters.'],
]);

const PASSING_STATUSES = new Set([408, 425, 429]);

export interface ReadErrorOptions {
  /** How the server is named. */
  readonly address: string;
  /** The full address that the request went to. */
  readonly tokenEndpoint: string;
  readonly clean: CleanText;
  readonly wallMs: number;
}

/** Reads an answer that is not a success. Judged by `error` and status, never by the description. */
export function readError(answer: HttpAnswer, options: ReadErrorOptions): TokenEndpointError {
  const { status } = answer;
  const { error, errorDescription } = readOAuthError(answer.body, options.clean);
  const said = error ?? `with ${describeBody(answer)}`;
  const words = errorDescription ? ` ("${errorDescription}")` : '';
  return new TokenEndpointError(
    [`${options.address} answered ${status} ${said}${words}.`, findMend(answer, error, options)]
      .join(' ')
      .trim(),
    {
      httpStatus: status,
      error,
      errorDescription,
      permanent: isPermanent(status, error),
      retryAfterMs: readRetryAfter(answer.header('retry-after'), answer.header('date'), options.wallMs),
    },
  );
}

/** Whether somebody must mend something before the same request can succeed. */
function isPermanent(status: number, error: string | undefined): boolean {
  if (REMEDIES.has(error) && error !== INVALID_REQUEST) return true;
  return status < 500 && !PASSING_STATUSES.has(status);
}

function readOAuthError(body: string, clean: CleanText) {
  const { error, error_description: errorDescription, access_token: token } = readJsonObject(body) ?? {};
  const options = typeof token === 'string' ? { token } : {};
  const read = (value: unknown) =>
    typeof value === 'string' && value !== '' ? clean(value, options) : undefined;
  // A code that is known is judged and shown as it is, though a secret may be a part of it.
  const isKnown = typeof error === 'string' && REMEDIES.has(error);
  return { error: isKnown ? error : read(error), errorDescription: read(errorDescription) };
}

function findMend(
  answer: HttpAnswer,
  error: string | undefined,
  { tokenEndpoint, clean }: ReadErrorOptions,
): string {
  const { status } = answer;
  if (status === 410 && isFirstGeneration(tokenEndpoint)) {
    return "OneLogin has switched off its regional addresses: use the option subdomain: 'acme' instead of region.";
  }
  if (status >= 300 && status < 400) {
    const goal = clean(answer.header('location') ?? 'nowhere');
    return `It redirects to ${goal}, which is not followed, since the secret would go along. Give the final address.`;
  }
  return REMEDIES.get(error) ?? (isClientRefused({ httpStatus: status, error }) ? WRONG_CLIENT : '');
}

/** Some servers do not say `invalid_client`, but give a bare 401 or 403. */
export function isClientRefused({
  httpStatus,
  error,
}: Pick<TokenEndpointError, 'httpStatus' | 'error'>): boolean {
  return error === undefined ? httpStatus === 401 || httpStatus === 403 : error === 'invalid_client';
}
