import { generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);
const rsa = (modulusLength = 2_048) => generate('rsa', { modulusLength });
const ec = (namedCurve: string) => generate('ec', { namedCurve });

/** The keys of an authorization server, and two that are not its own: `stranger` and `attacker`. */
export interface Keys {
  readonly rsa: KeyPair;
  readonly second: KeyPair;
  /** In the key set, but never to verify with. */
  readonly encryption: KeyPair;
  /** In the key set with its private part. */
  readonly leaked: KeyPair;
  readonly weak: KeyPair;
  readonly p256: KeyPair;
  readonly p384: KeyPair;
  readonly ed25519: KeyPair;
  /** In the key set beside another key with the same `kid`; signs nothing. */
  readonly stranger: KeyPair;
  readonly attacker: KeyPair;
}

export async function makeKeys(): Promise<Keys> {
  const [rsa1, second, encryption, leaked, stranger, attacker, weak, p256, p384, ed25519] = await Promise.all(
    [rsa(), rsa(), rsa(), rsa(), rsa(), rsa(), rsa(1_024), ec('P-256'), ec('P-384'), generate('ed25519', {})],
  );
  return { rsa: rsa1, second, encryption, leaked, stranger, attacker, weak, p256, p384, ed25519 };
}

export function publicJwk({ publicKey }: KeyPair, members: object = {}): JsonWebKey {
  return { ...publicKey.export({ format: 'jwk' }), ...members };
}

/** Key sets (RFC 7517 §5) of servers, by name. */
export const KEY_SETS = {
  /** All that a server may publish beside the one key that it signs with. */
  usual: (keys: Keys): unknown[] => [
    { kty: 'oct', kid: 'rsa', alg: 'RS256', k: 'c2VjcmV0' },
    publicJwk(keys.rsa, { kid: 'rsa', alg: 'RS256', use: 'sig' }),
    publicJwk(keys.second, { kid: 'no alg' }),
    publicJwk(keys.second, { kid: 'verify alone', key_ops: ['verify'] }),
    publicJwk(keys.second, { kid: 'PS256 alone', alg: 'PS256', use: 'sig' }),
    publicJwk(keys.second, { kid: '__proto__', use: 'sig' }),
    publicJwk(keys.stranger, { kid: 'twin', use: 'sig' }),
    publicJwk(keys.second, { kid: 'twin', use: 'sig' }),
    publicJwk(keys.encryption, { kid: 'enc', use: 'enc' }),
    publicJwk(keys.encryption, { kid: 'RSA-OAEP', alg: 'RSA-OAEP-256' }),
    publicJwk(keys.encryption, { kid: 'wrapKey', key_ops: ['wrapKey'] }),
    { ...keys.leaked.privateKey.export({ format: 'jwk' }), kid: 'private' },
    publicJwk(keys.weak, { kid: 'weak' }),
    publicJwk(keys.p256, { kid: 'P-256' }),
    publicJwk(keys.p384, { kid: 'P-384' }),
    publicJwk(keys.ed25519, { kid: 'Ed25519' }),
    { kty: 'oct', kid: 'oct', alg: 'HS256', k: 'c2VjcmV0' },
  ],
  'one key': (keys: Keys): unknown[] => [publicJwk(keys.rsa, { kid: 'rsa' })],
  'one key without kid': (keys: Keys): unknown[] => [publicJwk(keys.rsa, { use: 'sig' })],
  'among nonsense': (keys: Keys): unknown[] => [
    null,
    5,
    'rsa',
    [],
    {},
    { kty: 'RSA', kid: 'rsa' },
    { kty: 'RSA', kid: 'rsa', n: 5, e: {} },
    { kty: 'RSA', kid: 'rsa', n: '!', e: '' },
    { kty: ['RSA'], kid: 'rsa' },
    { kty: 'EC', kid: 'rsa', crv: 'P-257', x: 'AA', y: 'AA' },
    { kty: 'from the future', kid: 'rsa' },
    publicJwk(keys.rsa, { kid: 'rsa' }),
  ],
} satisfies Readonly<Record<string, (keys: Keys) => unknown[]>>;

export type KeySetName = keyof typeof KEY_SETS;
