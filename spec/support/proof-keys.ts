import { generateKeyPairSync } from 'node:crypto';
import { ProofKey } from '../../lib/oauth/dpop/proof-key.js';
import { SigningKey } from '../../lib/oauth/jwt/signing-key.js';

/** A new key for DPoP. */
export function makeProofKey(): ProofKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new ProofKey(SigningKey.read(privateKey, { option: 'key' }));
}
