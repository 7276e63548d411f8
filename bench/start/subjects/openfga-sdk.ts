import { Configuration, Credentials, CredentialsMethod } from '@openfga/sdk';
import type { Subject } from '../../day/subject.js';

/** With the axios that it brings along. */
export const subject: Subject = {
  name: '@openfga/sdk',
  open({ tokenEndpoint, clientId, secret }) {
    const configuration = new Configuration({
      apiUrl: 'https://api.example.com',
      credentials: {
        method: CredentialsMethod.ClientCredentials,
        config: {
          clientId,
          clientSecret: secret(),
          apiTokenIssuer: tokenEndpoint,
          apiAudience: 'https://api.example.com/',
        },
      },
    });
    const credentials = Credentials.init(configuration);
    return {
      async getToken() {
        const header = await credentials.getAccessTokenHeader();
        return `${header?.value}`.replace('Bearer ', '');
      },
    };
  },
};
