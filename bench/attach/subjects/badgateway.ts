import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import type { OpenPair } from '../pair.js';
import { sendBy } from './fetch.js';

export const open: OpenPair = (origin, endpoint) => {
  const client = new OAuth2Client({
    tokenEndpoint: 'https://auth.example.com/oauth/token',
    clientId: 'bench',
    clientSecret: 'secret',
    fetch: endpoint.fetch,
  });
  const wrapper = new OAuth2Fetch({ client, getNewToken: () => client.clientCredentials() });
  const attached = ((input: string) => wrapper.fetch(input)) as typeof globalThis.fetch;
  return { makePlain: () => sendBy(fetch, origin), attached: sendBy(attached, origin) };
};
