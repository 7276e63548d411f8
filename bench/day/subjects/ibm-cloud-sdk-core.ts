import { IamRequestBasedTokenManager } from 'ibm-cloud-sdk-core';
import type { Subject } from '../subject.js';

/** As the base class says, it is to be extended: here with the form of a client credentials grant. */
class ClientCredentialsTokenManager extends IamRequestBasedTokenManager {
  override formData = { grant_type: 'client_credentials' };
}

/** `getToken()` of a token manager extended for this grant, with its defaults. `setClientIdAndSecret()` tells of a new secret. */
export const subject: Subject = {
  name: 'ibm-cloud-sdk-core',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    const manager = new ClientCredentialsTokenManager({
      url: new URL(tokenEndpoint).origin,
      clientId,
      clientSecret: secret(),
      adapter: 'fetch',
      env: { fetch },
    });
    return {
      getToken: () => manager.getToken(),
      useSecret: (next) => manager.setClientIdAndSecret(clientId, next),
    };
  },
};
