import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import type { Subject } from '../subject.js';

/** `OAuth2Fetch.getAccessToken()` with its defaults; `getNewToken` makes a client with the secret as it is by then. */
export const subject: Subject = {
  name: '@badgateway/oauth2-client',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    const connect = () => new OAuth2Client({ tokenEndpoint, clientId, clientSecret: secret(), fetch });
    const tokens = new OAuth2Fetch({
      client: connect(),
      getNewToken: () => connect().clientCredentials(),
    });
    return { getToken: () => tokens.getAccessToken() };
  },
};
