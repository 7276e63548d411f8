import { Configuration, Credentials, CredentialsMethod } from '@openfga/sdk';
import axios from 'axios';
import type { Subject } from '../subject.js';

/** `Credentials.getAccessTokenHeader()` with its defaults. The secret is a string in the configuration, for good. */
export const subject: Subject = {
  name: '@openfga/sdk',
  open({ tokenEndpoint, clientId, secret, fetch }) {
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
    const http = axios.create({ adapter: 'fetch', env: { fetch } });
    // Its types want the version of axios that it brings along.
    const credentials = Credentials.init(configuration, http as Parameters<typeof Credentials.init>[1]);
    return {
      async getToken() {
        const header = await credentials.getAccessTokenHeader();
        return `${header?.value}`.replace('Bearer ', '');
      },
    };
  },
};
