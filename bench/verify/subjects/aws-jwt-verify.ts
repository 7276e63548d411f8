import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { OpenSubject } from '../subject.js';

/**
 * `verify()` of a `JwtVerifier`. Its own fetcher asks https alone: here it has another, as its documentation allows. The
 * algorithm is that of the key.
 */
export const open: OpenSubject = ({ issuer, jwksUri, audience, network }) => {
  const fetcher = {
    async fetch(uri: string): Promise<ArrayBuffer> {
      const response = await network.fetch(uri);
      if (response.status !== 200) throw new Error(`Status code is ${response.status}, expected 200`);
      return response.arrayBuffer();
    },
  };
  const verifier = JwtVerifier.create(
    { issuer, audience, jwksUri },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return { verify: (token) => verifier.verify(token) };
};
