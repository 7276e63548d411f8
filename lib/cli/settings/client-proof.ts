import type { ClientSecret } from '../../client-auth.js';
import { ConfigurationError, type TokenProviderOptions } from '../../index.js';
import type { GivenSettings } from './given-settings.js';
import { isProofMethod, type ProofMethod } from './proof-methods.js';
import type { Setting } from './setting-names.js';

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

/** The library's names of what is read of a file, and the setting that gives it. */
const NAMES: readonly (readonly [option: RegExp, setting: Setting['option']])[] = [
  [/^(key|passphrase|keyFile)\b/, 'keyFile'],
  [/^kid$/, 'keyId'],
  [/^file$/, 'assertionFile'],
  [/^certFile$/, 'certFile'],
  [/^secret$/, 'clientSecret'],
];

const ENCRYPTED =
  'the key is encrypted, and this program asks for no passphrase. Decrypt it into a file that this user alone may read: ' +
  'umask 077; openssl pkey -in KEY -out DECRYPTED.';

/** The same error, by the name of the flag or variable that it is about. */
function inFlags(error: ConfigurationError, given: GivenSettings): ConfigurationError {
  const { option, message } = error;
  const setting = NAMES.find(([names]) => names.test(option))?.[1];
  const found =
    setting && (given.get(setting) ?? (setting === 'clientSecret' ? given.get('secretFile') : undefined));
  if (!found) return error;
  const problem = message.slice(`${option}: `.length);
  const isEncrypted =
    setting === 'keyFile' && (option === 'passphrase' || problem.startsWith('is encrypted'));
  return new ConfigurationError(found.from, isEncrypted ? ENCRYPTED : problem);
}

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
    try {
      return { authentication: MAKERS[method](door, text, secret ?? '') };
    } catch (error) {
      throw error instanceof ConfigurationError ? inFlags(error, given) : error;
    }
  }
  return { clientSecret: secret, ...(method !== undefined && { authentication: method as 'basic' }) };
}
