import type { ClientProof } from '../../options/client-authenticator.js';

/** RFC 7523 §2.2. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The parameters that carry an assertion. RFC 7521 §4.2 does not ask for `client_id`, but Microsoft Entra ID and others do. */
export function assertionProof(clientId: string, assertion: string, type = JWT_BEARER): ClientProof {
  return {
    parameters: { client_id: clientId, client_assertion_type: type, client_assertion: assertion },
  };
}
