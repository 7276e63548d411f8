import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import type { OpenSubject } from '../subject.js';

/** `jwtVerify()` with a remote key set, with its defaults. */
export const open: OpenSubject = ({ issuer, jwksUri, audience, algorithm, network: { fetch } }) => {
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: fetch });
  const options = { issuer, audience, algorithms: [algorithm], requiredClaims: ['exp'] };
  return { verify: (token) => jwtVerify(token, keys, options) };
};
