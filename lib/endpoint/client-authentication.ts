import type { ClientAuthentication } from '../target.js';

/** What proves the client in one request: headers or form parameters, never both. */
export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

type Prove = (clientId: string, secret: string) => ClientProof;

const METHODS: Readonly<Record<ClientAuthentication, Prove>> = {
  // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
  basic: (clientId, secret) => basic(formEncode(clientId), formEncode(secret)),
  // Glewlwyd and LemonLDAP::NG do not decode what §2.3.1 encodes.
  'basic-raw': (clientId, secret) => basic(clientId, secret),
  post: (clientId, secret) => ({ headers: {}, parameters: { client_id: clientId, client_secret: secret } }),
};

export function proveClient(method: ClientAuthentication, clientId: string, secret: string): ClientProof {
  return METHODS[method](clientId, secret);
}

/** RFC 6749 Appendix B. */
export function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function basic(user: string, password: string): ClientProof {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  return { headers: { Authorization: `Basic ${credentials}` }, parameters: {} };
}
