import { ConfigurationError } from '../../ground/errors.js';
import { isPlainObject } from '../../ground/value-kind.js';
import type { ClientAuthenticator } from '../../options/client-authenticator.js';
import { readable, readFields } from '../../options/option-fields.js';
import type { PrivateKeyInput } from '../../options/token-provider-options.js';
import type { SigningAlgorithmName } from '../jwt/signing-algorithms.js';
import { SigningKey } from '../jwt/signing-key.js';
import type { SignerSource } from './assertion-authenticator.js';
import { AssertionAuthenticator } from './assertion-authenticator.js';
import { type AssertionOptions, readAssertionSettings, readText } from './assertion-settings.js';
import { KeyFile, type KeyOptions } from './key-file.js';
import { type RemoteKey, RemoteSigner } from './remote-signer.js';

/** A private key in a file: a path, or a URL of the scheme `file:`. */
export interface KeyFileReference {
  readonly file: string | URL;
}

/** Options of {@link privateKeyJwt}. */
export interface PrivateKeyJwtOptions extends AssertionOptions {
  /**
   * The private key: PEM, JWK (an object, or its JSON), `KeyObject` or `CryptoKey`; `{ file }`, PEM or JWK, which is read again for
   * each request; or `{ sign, alg }` for a key that never leaves its service.
   */
  readonly key: PrivateKeyInput | KeyFileReference | RemoteKey;
  /** What is signed by. Default the `alg` of the JWK, else `RS256`, `ES256`, `ES384`, `ES512` or `EdDSA`, by the kind of key. */
  readonly alg?: SigningAlgorithmName | undefined;
  /** The header `kid`. Default that of the JWK, else none. */
  readonly kid?: string | undefined;
}

const KNOWN: readonly (keyof PrivateKeyJwtOptions)[] = ['key', 'alg', 'kid', 'audience', 'typ', 'lifetimeMs'];

/**
 * Proves clients by a JWT that their private key signs, a new one for each request: `private_key_jwt` of OpenID Connect Core §9. One
 * of them may serve many clients.
 *
 * @throws {ConfigurationError} when an option is malformed, or the key cannot be read or used; nothing of it is repeated
 * @example
 * ```ts
 * const authentication = privateKeyJwt({ key: { file: '/etc/keys/client.pem' }, kid: 'client-1' });
 * const provider = new TokenProvider({ issuer: 'https://login.example.com', clientId, authentication });
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.2 RFC 7523 §2.2}
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthenticator {
  const { key, alg, kid, ...others } = readFields<PrivateKeyJwtOptions>('options', options, KNOWN);
  const settings = readAssertionSettings(others);
  return new AssertionAuthenticator(openKey(key, { alg, kid: readText('kid', kid) }), settings);
}

function openKey(key: unknown, options: KeyOptions): SignerSource {
  if (has(key, 'sign')) {
    if (options.alg === undefined) return new RemoteSigner(key, options.kid);
    throw new ConfigurationError('alg', 'belongs into key, beside sign.');
  }
  if (has(key, 'file')) return new KeyFile(readFields<KeyFileReference>('key', key, ['file']).file, options);
  if (key === undefined) throw new ConfigurationError('key', `is missing. Give ${FORMS}.`);
  if (isPathLike(key)) throw new ConfigurationError('key', `is neither PEM nor JWK. Give ${FORMS}.`);
  const signer = SigningKey.read(key, { option: 'key', ...options });
  return { id: `private_key_jwt ${signer.thumbprint}`, current: () => signer };
}

const FORMS = 'a PEM text, a JWK, a KeyObject or a CryptoKey; { file } for a path; or { sign, alg }';

/** Whether it is a text of none of those forms: a path, most likely. */
function isPathLike(key: unknown): boolean {
  return typeof key === 'string' && !/-----BEGIN|^\s*\{/.test(key);
}

function has(key: unknown, name: 'sign' | 'file'): key is object {
  return isPlainObject(key) && readable('key', () => name in key);
}
