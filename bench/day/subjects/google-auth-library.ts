import { OAuth2Client } from 'google-auth-library';
import type { Subject } from '../subject.js';

interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
}

/**
 * `OAuth2Client.getAccessToken()` with a `refreshHandler`, which posts with the client's own transporter, retrying as
 * the library does for its own token requests. `eagerRefreshThresholdMillis` is left at 5 min. The handler reads the secret.
 */
export const subject: Subject = {
  name: 'google-auth-library',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    const client = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
    client.refreshHandler = async () => {
      const { data } = await client.transporter.request<TokenResponse>({
        url: tokenEndpoint,
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${clientId}:${secret()}`)}` },
        data: new URLSearchParams({ grant_type: 'client_credentials' }),
        responseType: 'json',
        retry: true,
        retryConfig: { httpMethodsToRetry: ['POST'] },
      });
      return { access_token: data.access_token, expiry_date: Date.now() + data.expires_in * 1_000 };
    };
    return {
      async getToken() {
        const { token } = await client.getAccessToken();
        if (!token) throw new Error('There is no access token.');
        return token;
      },
    };
  },
};
