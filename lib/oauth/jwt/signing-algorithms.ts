import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';

/** What signs by one of the algorithms of RFC 7518 §3.1, RFC 8037 and RFC 9864. */
export interface SigningAlgorithm {
  /** The hash function by its name in Node.js; `null` where the key's own rules name it. */
  readonly hash: string | null;
  options(): Omit<SignKeyObjectInput, 'key'>;
  /** Whether this key can sign so. */
  fits(key: KeyObject): boolean;
}

const CURVES = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const;

const rsa = (bits: number): SigningAlgorithm => ({
  hash: `sha${bits}`,
  options: () => ({ padding: nodeCrypto().constants.RSA_PKCS1_PADDING }),
  fits: isRsa,
});

const rsaPss = (bits: number): SigningAlgorithm => ({
  hash: `sha${bits}`,
  options() {
    const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = nodeCrypto().constants;
    return { padding, saltLength };
  },
  fits: isRsa,
});

const ecdsa = (name: keyof typeof CURVES): SigningAlgorithm => ({
  hash: name.replace('ES', 'sha'),
  // RFC 7518 §3.4: both numbers after each other, and not as ASN.1.
  options: () => ({ dsaEncoding: 'ieee-p1363' }),
  fits: ({ asymmetricKeyDetails: details }) => details?.namedCurve === CURVES[name],
});

const eddsa: SigningAlgorithm = {
  hash: null,
  options: () => ({}),
  fits: (key) => key.asymmetricKeyType === 'ed25519',
};

/** The algorithms that a private key may sign by, by their JWA names. */
export type SigningAlgorithmName =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** The first that fits a key is its default. `none` and HMAC are not among them. */
export const SIGNING_ALGORITHMS: Readonly<Record<SigningAlgorithmName, SigningAlgorithm>> = {
  RS256: rsa(256),
  PS256: rsaPss(256),
  ES256: ecdsa('ES256'),
  EdDSA: eddsa,
  Ed25519: eddsa,
  RS384: rsa(384),
  RS512: rsa(512),
  PS384: rsaPss(384),
  PS512: rsaPss(512),
  ES384: ecdsa('ES384'),
  ES512: ecdsa('ES512'),
};

export const SIGNING_ALGORITHM_NAMES = Object.keys(SIGNING_ALGORITHMS) as SigningAlgorithmName[];

/** Keys for RSASSA-PSS alone have no form as JWK. */
function isRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa';
}
