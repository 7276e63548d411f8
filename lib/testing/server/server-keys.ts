import { type ED25519KeyPairOptions, generateKeyPair } from 'node:crypto';
import { signingInput, withSignature } from '../../oauth/jwt/signed-jwt.js';
import { SigningKey } from '../../oauth/jwt/signing-key.js';

/** How a server for tests can sign. */
export type KeyAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** By way of PEM: Node.js 20 may wait for itself forever when it exports a key that it has just generated. */
const PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

const KINDS: Readonly<Record<KeyAlgorithm, readonly [type: string, options: object]>> = {
  RS256: ['rsa', { modulusLength: 2_048 }],
  PS256: ['rsa', { modulusLength: 2_048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
};

export const KEY_ALGORITHMS = Object.keys(KINDS) as readonly KeyAlgorithm[];

/** The first key of all servers of this process: making one takes as long as many a test. */
const firstKeys = new Map<KeyAlgorithm, Promise<SigningKey>>();

/** The keys that a server signs with, and has signed with. */
export class ServerKeys {
  readonly #alg: KeyAlgorithm;
  #keys: readonly SigningKey[];

  private constructor(alg: KeyAlgorithm, key: SigningKey) {
    this.#alg = alg;
    this.#keys = [key];
  }

  static async make(alg: KeyAlgorithm): Promise<ServerKeys> {
    const key = firstKeys.get(alg) ?? makeKey(alg);
    firstKeys.set(alg, key);
    return new ServerKeys(alg, await key);
  }

  /** What the server publishes (RFC 7517 §5): the key that it signs with, and the one before. */
  get jwks(): { readonly keys: readonly object[] } {
    const keys = this.#keys.map(({ jwk, thumbprint: kid, alg }) => ({ ...jwk, kid, alg, use: 'sig' }));
    return { keys };
  }

  async rotate(): Promise<void> {
    const next = await makeKey(this.#alg);
    this.#keys = [next, ...this.#keys.slice(0, 1)];
  }

  /** A JWT with these claims (RFC 9068). */
  sign(claims: object): string {
    const [key] = this.#keys as readonly [SigningKey];
    const input = signingInput({ alg: key.alg, kid: key.thumbprint, typ: 'at+jwt' }, claims);
    return withSignature(input, key.sign(input));
  }
}

async function makeKey(alg: KeyAlgorithm): Promise<SigningKey> {
  const [type, options] = KINDS[alg];
  const pem = await new Promise<string>((resolve, reject) => {
    // The types have another signature for each kind of key: the options of these are all that is needed here.
    const all = { ...options, ...PEM } as ED25519KeyPairOptions<'pem', 'pem'>;
    generateKeyPair(type as 'ed25519', all, (error, _, privateKey) =>
      error ? reject(error) : resolve(privateKey),
    );
  });
  return SigningKey.read(pem, { option: 'key', alg });
}
