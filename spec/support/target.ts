import { SecretAuthenticator } from '../../lib/oauth/client-authentication/secret-authenticator.js';
import { SECRET_METHODS } from '../../lib/oauth/client-authentication/secret-methods.js';
import { SecretSource } from '../../lib/oauth/client-authentication/secret-source.js';
import { clientCredentials } from '../../lib/oauth/grant.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import type { Target } from '../../lib/oauth/target.js';
import type { ClientAuthentication } from '../../lib/options/token-provider-options.js';

/** Proves the client by this secret, or by what this function gives. */
export function authenticatorOf(
  secret: string | (() => string | Promise<string>) = 's3cret',
  method: ClientAuthentication = 'basic',
): SecretAuthenticator {
  const supply = typeof secret === 'function' ? secret : () => secret;
  return new SecretAuthenticator(SECRET_METHODS[method], new SecretSource(supply));
}

/** For specs to which all targets are the same. */
export const target: Target = {
  server: new KnownTokenEndpoint('https://as.example/token?tenant=1'),
  grant: clientCredentials,
  clientId: 'acme',
  authenticator: authenticatorOf(),
  proofKey: undefined,
  scope: [],
  resource: [],
  parameters: [],
  tokenTypes: [],
};
