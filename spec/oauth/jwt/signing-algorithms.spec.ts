import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { compactVerify } from 'jose';
import { signingInput, withSignature } from '../../../lib/oauth/jwt/signed-jwt.js';
import { SIGNING_ALGORITHM_NAMES, SIGNING_ALGORITHMS } from '../../../lib/oauth/jwt/signing-algorithms.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';

const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const KEYS: Readonly<Record<string, KeyObject>> = {
  rsa,
  'rsa-pss': generateKeyPairSync('rsa-pss' as 'rsa', {
    modulusLength: 2_048,
  }).privateKey,
  'P-256': ec('prime256v1'),
  'P-384': ec('secp384r1'),
  'P-521': ec('secp521r1'),
  secp256k1: ec('secp256k1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
  Ed448: generateKeyPairSync('ed448' as 'ed25519').privateKey,
  X25519: generateKeyPairSync('x25519').privateKey,
};

/** Which key signs by which algorithm. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'PS256', 'RS384', 'RS512', 'PS384', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
};

describe('SIGNING_ALGORITHMS', () => {
  for (const [kind, key] of Object.entries(KEYS)) {
    it(`fit a key of ${kind} as the standards say`, () => {
      const fitting = SIGNING_ALGORITHM_NAMES.filter((name) => SIGNING_ALGORITHMS[name].fits(key));
      expect(fitting).to.deep.equal(FITTING[kind] ?? []);
    });

    for (const alg of FITTING[kind] ?? []) {
      it(`sign by a key of ${kind} and ${alg} what jose takes`, async () => {
        const signer = SigningKey.read(key, { option: 'key', alg });
        const input = signingInput({ alg }, { iss: 'me' });
        const jwt = withSignature(input, signer.sign(input));
        const verified = await compactVerify(jwt, createPublicKey(key));
        expect(verified.protectedHeader).to.deep.equal({ alg });
      });
    }
  }
});
