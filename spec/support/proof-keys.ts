import { EmbeddedJWK, type JWTVerifyResult, jwtVerify } from 'jose';
import { readDpop } from '../../lib/oauth/dpop/dpop-option.js';
import type { ProofKey } from '../../lib/oauth/dpop/proof-key.js';

/** A new key that tokens are bound to. */
export function makeProofKey(alg = 'ES256'): ProofKey {
  return readDpop({ alg }, false) as ProofKey;
}

/** What is in a proof, whose signature and type another library has checked. */
export function verifyProof(proof = ''): Promise<JWTVerifyResult> {
  return jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' });
}

/** The claims of a proof, unchecked. */
export function claimsOf(proof = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
}
