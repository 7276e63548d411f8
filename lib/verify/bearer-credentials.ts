import { ConfigurationError } from '../ground/errors.js';
import { TokenVerificationError } from './verification-error.js';

/** A request of fetch, or of Node.js. */
export interface RequestLike {
  readonly headers:
    | { get(name: string): string | null }
    | Readonly<Record<string, string | string[] | undefined>>;
  /** Of Node.js: all headers as they came, which tells whether one came twice. */
  readonly rawHeaders?: readonly string[];
}

/** RFC 6750 §2.1, with the scheme in any case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/**
 * The token of a request, out of its `Authorization` header alone: in a URL it would be logged, and a body is for others to read.
 * @throws {TokenVerificationError} when there is none, or more than one
 * @throws {ConfigurationError} when this is no request
 */
export function readBearer(request: RequestLike): string {
  const headers: unknown = request?.headers;
  if (typeof headers !== 'object' || headers === null)
    throw new ConfigurationError('request', 'must be a Request of fetch, or a request of Node.js.');
  const values = authorizationOf(request);
  if (values.length > 1) throw odd('has several Authorization headers');
  const [value = ''] = values;
  if (!/^Bearer(\s|$)/i.test(value))
    throw new TokenVerificationError('ERR_TOKEN_MISSING', 'The request has no bearer token.');
  const [, token] = BEARER.exec(value) ?? [];
  if (token === undefined) throw odd('has an Authorization header that holds not one token');
  return token;
}

function authorizationOf({ headers, rawHeaders }: RequestLike): string[] {
  if (typeof headers.get === 'function') return [headers.get('authorization') ?? []].flat();
  // Node.js keeps the first of several, and forgets that there were more.
  const raw = rawHeaders?.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  if (raw && raw.length > 1) return raw;
  const { authorization = [] } = headers as Readonly<Record<string, string | string[] | undefined>>;
  return [authorization].flat();
}

function odd(problem: string): TokenVerificationError {
  return new TokenVerificationError('ERR_REQUEST_MALFORMED', `The request ${problem}.`);
}
