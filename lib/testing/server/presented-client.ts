import { Refusal } from './server-answer.js';
import type { TokenServerAuthentication } from './token-server-options.js';

/** What a request says of its client. */
interface PresentedClient {
  readonly by: TokenServerAuthentication;
  readonly clientId: string;
  readonly clientSecret: string;
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="token server"' };

/** What knows the clients of a server. */
export interface ClientBook {
  readonly authentication: readonly TokenServerAuthentication[];
  secretOf(clientId: string): string | undefined;
}

/**
 * The id of the client that a request comes from (RFC 6749 §2.3.1).
 * @throws {Refusal} unless it proves to be that client, in a way that the server takes
 */
export function authenticate(
  authorization: string | undefined,
  form: URLSearchParams,
  book: ClientBook,
): string {
  const { by, clientId, clientSecret } = readClient(authorization, form, book.authentication);
  if (!book.authentication.includes(by)) {
    const [way] = book.authentication;
    throw invalidClient(`The client authenticates by ${by}; this server takes ${way} alone.`);
  }
  const secret = book.secretOf(clientId);
  if (secret === undefined) throw invalidClient('There is no such client.');
  if (secret !== clientSecret) throw invalidClient('The client secret is wrong.');
  return clientId;
}

function readClient(
  authorization: string | undefined,
  form: URLSearchParams,
  ways: readonly TokenServerAuthentication[],
): PresentedClient {
  const [clientSecret, inBody] = [given(form, 'client_secret'), given(form, 'client_id')];
  const used = [authorization, clientSecret, given(form, 'client_assertion')];
  if (used.filter((way) => way !== undefined).length > 1)
    throw invalidRequest('The client authenticates in two ways (RFC 6749 §2.3).');
  if (authorization === undefined) {
    if (clientSecret === undefined) throw invalidClient('The request has no credentials.');
    return { by: 'post', clientId: inBody ?? '', clientSecret };
  }
  const client = readBasic(authorization, ways.includes('basic-raw'));
  // RFC 6749 §3.2.1 lets the same one be there, too.
  if (inBody !== undefined && inBody !== client.clientId)
    throw invalidRequest('client_id is another than that of the Authorization header (RFC 6749 §2.3).');
  return client;
}

/** RFC 6749 §3.2 has parameters without a value count as omitted. */
function given(form: URLSearchParams, name: string): string | undefined {
  return form.get(name) || undefined;
}

function readBasic(authorization: string, isRaw: boolean): PresentedClient {
  const [, credentials = ''] = /^basic +([a-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const text = Buffer.from(credentials, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) throw invalidClient('The Authorization header holds no credentials by Basic.');
  const [clientId, clientSecret] = [text.slice(0, colon), text.slice(colon + 1)];
  if (isRaw) return { by: 'basic-raw', clientId, clientSecret };
  return { by: 'basic', clientId: formDecode(clientId), clientSecret: formDecode(clientSecret) };
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidClient('The credentials are not form-encoded (RFC 6749 §2.3.1).');
  }
}

function invalidRequest(description: string): Refusal {
  return new Refusal(400, 'invalid_request', description);
}

function invalidClient(description: string): Refusal {
  return new Refusal(401, 'invalid_client', description, CHALLENGE);
}
