import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import type { ClientAuthenticator, TokenRequestDraft } from '../../options/client-authenticator.js';
import { readClientSecret } from '../../options/client-credentials.js';
import { readFields } from '../../options/option-fields.js';
import { readChoice } from '../../options/option-values.js';
import type { ClientSecret } from '../../options/token-provider-options.js';
import { SecretSource } from '../client-authentication/secret-source.js';
import type { Signer, SignerSource } from './assertion-authenticator.js';
import { AssertionAuthenticator } from './assertion-authenticator.js';
import { type AssertionOptions, readAssertionSettings } from './assertion-settings.js';

/** HMAC with SHA-2 (RFC 7518 §3.2). */
export type SecretAlgorithmName = 'HS256' | 'HS384' | 'HS512';

/** Options of {@link clientSecretJwt}. */
export interface ClientSecretJwtOptions extends AssertionOptions {
  /** The client's secret, or a function that fetches it: asked at the first need, and again whenever the server refuses the client (at most once in 5 s). */
  readonly secret: ClientSecret;
  /** What is signed by. Default `'HS256'`. */
  readonly alg?: SecretAlgorithmName | undefined;
}

const KNOWN: readonly (keyof ClientSecretJwtOptions)[] = ['secret', 'alg', 'audience', 'typ', 'lifetimeMs'];
const ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/**
 * Proves a client by a JWT that its secret signs, a new one for each request, so that the secret itself is never sent:
 * `client_secret_jwt` of OpenID Connect Core §9.
 *
 * @throws {ConfigurationError} when an option is malformed
 * @example
 * ```ts
 * const authentication = clientSecretJwt({ secret: () => secretManager.read('client-secret') });
 * const provider = new TokenProvider({ issuer: 'https://login.example.com', clientId, authentication });
 * ```
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication OpenID Connect Core §9}
 */
export function clientSecretJwt(options: ClientSecretJwtOptions): ClientAuthenticator {
  const { secret, alg = 'HS256', ...others } = readFields<ClientSecretJwtOptions>('options', options, KNOWN);
  const settings = readAssertionSettings(others);
  const supply = readClientSecret(secret, 'secret');
  const known = typeof secret === 'string' ? secret : undefined;
  const source = new SecretSource(supply, undefined, known);
  return new AssertionAuthenticator(new SecretSigners(source, readChoice('alg', alg, ALGORITHMS)), settings);
}

/** Signs by the secret of the moment. */
class SecretSigners implements SignerSource {
  readonly id = 'client_secret_jwt';
  readonly #source: SecretSource;
  readonly #alg: SecretAlgorithmName;
  readonly #secrets = new WeakMap<Signer, string>();

  constructor(source: SecretSource, alg: SecretAlgorithmName) {
    this.#source = source;
    this.#alg = alg;
  }

  async current(request: TokenRequestDraft): Promise<Signer> {
    const secret = this.#source.known ?? (await this.#source.ask(request));
    const hash = this.#alg.replace('HS', 'sha');
    const sign = (input: string) => nodeCrypto().createHmac(hash, secret).update(input).digest();
    const signer = { alg: this.#alg, kid: undefined, sign };
    this.#secrets.set(signer, secret);
    return signer;
  }

  /** Another target may have asked for the new secret since the refused request was made. */
  async renew(request: TokenRequestDraft, refused: Signer): Promise<boolean> {
    const used = this.#secrets.get(refused);
    return this.#source.known !== used || (await this.#source.ask(request)) !== used;
  }

  secrets(): readonly string[] {
    return this.#source.recent;
  }
}
