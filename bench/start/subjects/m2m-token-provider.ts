import { TokenProvider } from 'm2m-token-provider';
import type { Subject } from '../../day/subject.js';

export const subject: Subject = {
  name: 'm2m-token-provider',
  open({ tokenEndpoint, clientId, secret }) {
    const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret: secret });
    return { getToken: () => provider.getToken() };
  },
};
