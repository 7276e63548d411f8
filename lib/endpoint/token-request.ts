import type { Target } from '../target.js';
import { proveClient } from './client-authentication.js';

/** A token request, ready to be sent (RFC 6749 §4.4.2). */
export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function buildTokenRequest(target: Target, secret: string): TokenRequest {
  const proof = proveClient(target.authentication, target.clientId, secret);
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...proof.parameters });
  if (target.scope.length > 0) form.append('scope', target.scope.join(' '));
  for (const uri of target.resource) form.append('resource', uri);
  for (const [name, value] of target.parameters) form.append(name, value);
  return {
    url: target.tokenEndpoint,
    headers: {
      ...proof.headers,
      'Content-Type': 'application/x-www-form-urlencoded',
      // OneLogin words its errors in HTML unless JSON is asked for.
      Accept: 'application/json',
      'User-Agent': 'm2m-token-provider',
    },
    body: form.toString(),
  };
}
