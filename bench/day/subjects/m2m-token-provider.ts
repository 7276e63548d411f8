import axios from 'axios';
import { TokenProvider } from '../../../lib/index.js';
import type { Subject } from '../subject.js';

/** `TokenProvider.getToken()` with its defaults. The secret is a function. */
export const subject: Subject = {
  name: 'm2m-token-provider',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    const http = axios.create({ adapter: 'fetch', env: { fetch } });
    const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret: secret, http });
    return { getToken: () => provider.getToken(), close: () => provider.close() };
  },
};
