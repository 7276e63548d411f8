import { IamRequestBasedTokenManager } from 'ibm-cloud-sdk-core';
import type { Subject } from '../../day/subject.js';

class ClientCredentialsTokenManager extends IamRequestBasedTokenManager {
  override formData = { grant_type: 'client_credentials' };
}

/** With the axios that it brings along. */
export const subject: Subject = {
  name: 'ibm-cloud-sdk-core',
  open({ tokenEndpoint, clientId, secret }) {
    const manager = new ClientCredentialsTokenManager({
      url: new URL(tokenEndpoint).origin,
      clientId,
      clientSecret: secret(),
    });
    return { getToken: () => manager.getToken() };
  },
};
