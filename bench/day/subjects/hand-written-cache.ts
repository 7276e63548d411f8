import type { Subject } from '../subject.js';

interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
}

/** What everybody writes first: renewed by the caller who finds less than 60 s left. The secret is read each time. */
export const subject: Subject = {
  name: 'hand-written cache',
  open({ tokenEndpoint, clientId, secret, fetch }) {
    let token = '';
    let expiresAt = 0;
    let pending: Promise<string> | undefined;

    async function getToken(): Promise<string> {
      if (Date.now() < expiresAt - 60_000) return token;
      pending ??= requestToken().finally(() => {
        pending = undefined;
      });
      return pending;
    }

    async function requestToken(): Promise<string> {
      const response = await fetch(tokenEndpoint, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${clientId}:${secret()}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`);
      const answer = (await response.json()) as TokenResponse;
      token = answer.access_token;
      expiresAt = Date.now() + answer.expires_in * 1_000;
      return token;
    }

    return { getToken };
  },
};
