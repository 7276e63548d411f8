import type { HttpAnswer } from '../http/transport.js';
import { isClientRefused, isNoTokenEndpoint } from './failure-kinds.js';
import { isFirstGeneration } from './server/onelogin.js';

const WRONG_CLIENT =
  'The usual causes: a wrong or rotated clientSecret; an app set to POST where authentication is basic, or the ' +
  'reverse; the subdomain of another account.';

/** What to do about each code of RFC 6749 §5.2 and RFC 8707 §2. */
const BY_CODE: ReadonlyMap<string | undefined, string> = new Map([
  ['invalid_client', WRONG_CLIENT],
  ['unauthorized_client', `${WRONG_CLIENT} Or the client may not use the client credentials grant.`],
  ['access_denied', `${WRONG_CLIENT} Or the client may not have what it asks for.`],
  ['invalid_grant', WRONG_CLIENT],
  [
    'unsupported_grant_type',
    'This token endpoint does not offer the client credentials grant. Is it the right address?',
  ],
  ['invalid_scope', 'Ask for a scope that is granted to this client.'],
  ['invalid_target', 'Ask for a resource that is set up for this client.'],
  ['invalid_request', 'The server does not understand the request. Check authentication and parameters.'],
]);

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [404, 'There is no token endpoint at this address. Check its path, or the subdomain.'],
  [405, 'This address takes no token requests (POST). Check its path.'],
  [
    407,
    'A proxy on the way wants a login. Give it in the address of the proxy, or as proxy.auth of the http option.',
  ],
  [413, 'A gateway in front of the server takes only smaller requests. Ask its operators about the limit.'],
  [415, 'This address does not take forms, as every token endpoint does (RFC 6749 §4.4.2). Check its path.'],
]);

/** What is known of a request that was refused. */
export interface RefusedRequest {
  /** The full address that it went to. */
  readonly tokenEndpoint: string;
  /** How the client proved itself. */
  readonly authentication: string;
  /** Whether its credentials have characters that form-encoding changes. */
  readonly isEncodingVisible: boolean;
}

/** Tells, in a sentence or two, what to do about an answer that is no token. */
export function findRemedy(
  answer: Pick<HttpAnswer, 'status' | 'body'>,
  error: string | undefined,
  request: RefusedRequest,
): string {
  const { status, body } = answer;
  const refusal = { httpStatus: status, error };
  if (status === 410 && isFirstGeneration(request.tokenEndpoint))
    return "OneLogin has switched off its regional addresses: use the option subdomain: 'acme' instead of region.";
  if (/plain HTTP request.*HTTPS port|HTTP request to an HTTPS server/is.test(body))
    return 'This is plain http to a port of https. Begin the address with https.';
  const byCode = BY_CODE.get(error) ?? (isClientRefused(refusal) ? WRONG_CLIENT : undefined);
  const remedy = isNoTokenEndpoint(refusal) ? BY_STATUS.get(status) : (byCode ?? BY_STATUS.get(status));
  const mayBeEncoding = isClientRefused(refusal) || error === 'invalid_request';
  return [remedy, mayBeEncoding ? encodingHint(request) : undefined].filter(Boolean).join(' ');
}

/** RFC 6749 §2.3.1 wants form-encoding in Basic authentication; a good part of all servers does not decode it. */
function encodingHint({ authentication, isEncodingVisible }: RefusedRequest): string | undefined {
  if (!isEncodingVisible) return undefined;
  const other = new Map([
    ['basic', 'basic-raw'],
    ['basic-raw', 'basic'],
  ]).get(authentication);
  if (other === undefined) return undefined;
  return `The credentials have characters that form-encoding changes (RFC 6749 §2.3.1): try authentication: '${other}'.`;
}
