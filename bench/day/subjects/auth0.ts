import { TokenProvider } from 'auth0';
import type { Subject } from '../subject.js';

/** `TokenProvider.getAccessToken()` with its defaults. The secret is a string among the options, for good. */
export const subject: Subject = {
  name: 'auth0',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    const provider = new TokenProvider({
      domain: new URL(tokenEndpoint).host,
      clientId,
      clientSecret: secret(),
      audience: 'https://api.example.com/',
      fetch,
    });
    return { getToken: () => provider.getAccessToken() };
  },
};
