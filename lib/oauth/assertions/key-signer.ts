import type { SigningKey } from '../jwt/signing-key.js';
import type { Signer } from './signer.js';

/** Signs by a key that is in this process. */
export function keySigner(key: SigningKey, kid: string | undefined): Signer {
  return { alg: key.alg, kid: kid ?? key.kid, sign: (input) => key.sign(input) };
}
