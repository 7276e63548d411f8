import type { ClientSecret } from '../../client-auth.js';
import type { TokenProviderOptions } from '../../index.js';
import type { GivenSettings } from './given-settings.js';
import { isProofMethod, type ProofMethod } from './proof-methods.js';

/** How the client proves itself, as options of a provider. */
export type ClientProofOptions = Pick<TokenProviderOptions, 'clientSecret' | 'authentication'>;

type ClientAuth = typeof import('../../client-auth.js');
type Text = (option: 'keyFile' | 'keyId' | 'assertionFile' | 'certFile') => string | undefined;

/** One line for each method, whose needs are known to be met. */
const MAKERS: Readonly<
  Record<
    ProofMethod,
    (door: ClientAuth, text: Text, secret: ClientSecret) => ClientProofOptions['authentication']
  >
> = {
  private_key_jwt: (door, text) =>
    door.privateKeyJwt({ key: { file: text('keyFile') ?? '' }, kid: text('keyId') }),
  client_secret_jwt: (door, _, secret) => door.clientSecretJwt({ secret }),
  client_assertion: (door, text) => door.clientAssertion({ file: text('assertionFile') ?? '' }),
  tls_client_auth: (door, text) =>
    door.tlsClient({ certFile: text('certFile') ?? '', keyFile: text('keyFile') ?? '' }),
};

/**
 * What the settings say of the client's proof.
 * @throws {ConfigurationError} when a file of it cannot be read, or holds what it should not
 */
export async function clientProof(
  given: GivenSettings,
  secret: ClientSecret | undefined,
): Promise<ClientProofOptions> {
  const method = given.get('authentication')?.value.toString();
  if (isProofMethod(method)) {
    const door = await import('../../client-auth.js');
    const text: Text = (option) => given.get(option)?.value.toString();
    return { authentication: MAKERS[method](door, text, secret ?? '') };
  }
  // The provider checks the method, and names what it can be.
  return { clientSecret: secret, ...(method !== undefined && { authentication: method as 'basic' }) };
}
