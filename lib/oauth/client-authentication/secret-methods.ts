import { formEncode } from '../../http/form-encoding.js';
import type { ClientProof } from '../../options/client-authenticator.js';
import type { ClientAuthentication } from '../../options/token-provider-options.js';

/** A way to prove the client by a secret. */
export interface SecretMethod {
  readonly id: string;
  /** What is wrong with a client id for this method, if anything. */
  problemOf?(clientId: string): string | undefined;
  prove(clientId: string, secret: string): ClientProof;
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
const basic: SecretMethod = {
  id: 'basic',
  prove: (clientId, secret) => basicHeader(formEncode(clientId), formEncode(secret)),
};

/** Glewlwyd and LemonLDAP::NG do not decode what §2.3.1 encodes. */
const basicRaw: SecretMethod = {
  id: 'basic-raw',
  // RFC 7617 §2: the first colon ends the user id.
  problemOf: (clientId) =>
    clientId.includes(':')
      ? "contains a colon, which authentication 'basic-raw' cannot send (RFC 7617 §2). Use 'basic' or 'post'."
      : undefined,
  prove: (clientId, secret) => basicHeader(clientId, secret),
};

/** The credentials in the body, which RFC 6749 §2.3.1 allows as well. */
const post: SecretMethod = {
  id: 'post',
  prove: (clientId, secret) => ({ parameters: { client_id: clientId, client_secret: secret } }),
};

/** By the names that the option `authentication` takes. */
export const SECRET_METHODS: Readonly<Record<ClientAuthentication, SecretMethod>> = {
  basic,
  'basic-raw': basicRaw,
  post,
};

function basicHeader(user: string, password: string): ClientProof {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  return { headers: { Authorization: `Basic ${credentials}` } };
}
