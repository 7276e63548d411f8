import { type HttpRequest, OWN_HEADERS } from '../http/transport.js';
import type { ClientProof } from '../options/client-authenticator.js';
import type { TokenRequestSettings } from '../options/token-request-settings.js';

/** What the parts of a token request have to say. */
export interface TokenRequestParts {
  readonly tokenEndpoint: string;
  readonly grant: Readonly<Record<string, string>>;
  readonly proof: ClientProof;
  readonly asked: Omit<TokenRequestSettings, 'tokenTypes'>;
}

/** A token request, ready to be sent (RFC 6749 §4.4.2). */
export function buildTokenRequest({ tokenEndpoint, grant, proof, asked }: TokenRequestParts): HttpRequest {
  const form = new URLSearchParams({ ...grant, ...proof.parameters });
  if (asked.scope.length > 0) form.append('scope', asked.scope.join(' '));
  for (const resource of asked.resource) form.append('resource', resource);
  for (const [name, value] of asked.parameters) form.append(name, value);
  return {
    url: tokenEndpoint,
    headers: {
      ...proof.headers,
      'Content-Type': 'application/x-www-form-urlencoded',
      ...OWN_HEADERS,
    },
    body: form.toString(),
    ...(proof.certificate && { certificate: proof.certificate }),
  };
}
