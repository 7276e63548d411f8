import { ConfidentialClientApplication, type INetworkModule, ProtocolMode } from '@azure/msal-node';
import type { Subject, Surroundings } from '../subject.js';

/**
 * `acquireTokenByClientCredential()` with its defaults and its cache in memory, against an authority of the OIDC mode
 * whose metadata are given. The secret is a string among the options, for good.
 */
export const subject: Subject = {
  name: '@azure/msal-node',
  open(surroundings) {
    const application = openApplication(surroundings);
    return {
      async getToken() {
        const result = await application.acquireTokenByClientCredential({ scopes: ['api'] });
        if (!result) throw new Error('There is no result.');
        return result.accessToken;
      },
    };
  },
};

/** With one cache, whatever it is asked for. */
export function openApplication({
  tokenEndpoint,
  clientId,
  secret,
  fetch,
}: Surroundings): ConfidentialClientApplication {
  const { origin, host } = new URL(tokenEndpoint);
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret: secret(),
      authority: origin,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: tokenEndpoint,
        jwks_uri: `${origin}/keys`,
      }),
    },
    system: { networkClient: makeNetwork(fetch), protocolMode: ProtocolMode.OIDC },
  });
}

function makeNetwork(fetch: typeof globalThis.fetch): INetworkModule {
  const send = async <T>(url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    const headers = Object.fromEntries(response.headers);
    return { headers, body: (await response.json()) as T, status: response.status };
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, { method: 'GET', headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
  };
}
