import type { IncomingHttpHeaders } from 'node:http';
import { authenticate, type ClientBook } from './presented-client.js';
import { Refusal } from './server-answer.js';
import type { TokenServerGrant } from './token-server-options.js';

/** A token request as it came. */
export interface TokenServerRequest {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What a token request asks for (RFC 6749 §4.4.2, RFC 8707).
 * @throws {Refusal} when there is anything wrong with it
 */
export function readTokenGrant(
  { method, headers, body }: TokenServerRequest,
  book: ClientBook,
): TokenServerGrant {
  if (method !== 'POST')
    throw new Refusal(405, 'invalid_request', 'The token endpoint takes POST alone.', { Allow: 'POST' });
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw invalidRequest('The body must be application/x-www-form-urlencoded.');
  const form = new URLSearchParams(body);
  // RFC 6749 §3.2. Resources alone may be several.
  const names = [...form.keys()].filter((name) => name !== 'resource');
  if (new Set(names).size < names.length) throw invalidRequest('A parameter is there more than once.');
  const clientId = authenticate(headers.authorization, form, book);
  const grant = form.get('grant_type');
  if (grant === null) throw invalidRequest('grant_type is missing.');
  if (grant !== 'client_credentials')
    throw new Refusal(400, 'unsupported_grant_type', 'This server knows client_credentials alone.');
  return { clientId, scope: form.get('scope') ?? undefined, resource: form.getAll('resource') };
}

function invalidRequest(description: string): Refusal {
  return new Refusal(400, 'invalid_request', description);
}
