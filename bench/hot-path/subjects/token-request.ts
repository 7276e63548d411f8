import { surroundingsOf } from '../surroundings.js';
import type { TokenEndpoint } from '../token-endpoint.js';

export interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
}

/** Renewed so long before their end, like those of the hand-written cache. */
export const AHEAD_S = 60;

/** What the generic caches are put around. */
export async function requestToken(endpoint: TokenEndpoint): Promise<TokenResponse> {
  const { tokenEndpoint, clientId, secret, fetch } = surroundingsOf(endpoint);
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${clientId}:${secret()}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`);
  return (await response.json()) as TokenResponse;
}
