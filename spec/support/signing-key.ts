import {
  createPrivateKey,
  createPublicKey,
  type ED25519KeyPairOptions,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;

/** By way of PEM: Node.js 20 hangs now and then when it exports a key that it has just made. */
const AS_PEM: ED25519KeyPairOptions<'pem', 'pem'> = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
};

const MAKERS = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048, ...AS_PEM }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048, ...AS_PEM }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256', ...AS_PEM }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384', ...AS_PEM }),
  EdDSA: () => generateKeyPairSync('ed25519', AS_PEM),
  Ed25519: () => generateKeyPairSync('ed25519', AS_PEM),
} as const;

export type SigningAlgorithm = keyof typeof MAKERS;

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A key of an issuer, which signs tokens. By default of an elliptic curve: those are made at once. */
export class SigningKey {
  /** What the issuer publishes of it. */
  readonly jwk: Members;
  /** All of it. */
  readonly privateJwk: Members;
  readonly #key: KeyObject;
  readonly #alg: SigningAlgorithm;

  constructor(kid: string | undefined, alg: SigningAlgorithm = 'ES256', members: Members = {}) {
    const pem = MAKERS[alg]();
    const privateKey = createPrivateKey(pem.privateKey);
    const publicKey = createPublicKey(pem.publicKey);
    this.#key = privateKey;
    this.#alg = alg;
    const named = { ...(kid === undefined ? {} : { kid }), ...members };
    this.jwk = { ...publicKey.export({ format: 'jwk' }), ...named };
    this.privateJwk = { ...privateKey.export({ format: 'jwk' }), ...named };
  }

  /** A token with this payload, by whatever the header says. Both may be text that is no JSON. */
  sign(payload: Members | string, header: Members | string = {}): string {
    const { kid } = this.jwk;
    const own = typeof header === 'string' ? header : { alg: this.#alg, kid, ...header };
    const text = `${part(own)}.${part(payload)}`;
    return `${text}.${this.#signatureOf(text).toString('base64url')}`;
  }

  #signatureOf(text: string): Buffer {
    const data = Buffer.from(text);
    if (this.#alg === 'EdDSA' || this.#alg === 'Ed25519') return sign(null, data, this.#key);
    const hash = `sha${this.#alg.slice(2)}`;
    if (this.#alg === 'PS256') return sign(hash, data, { key: this.#key, padding: 6, saltLength: 32 });
    return sign(hash, data, { key: this.#key, dsaEncoding: 'ieee-p1363' });
  }
}
