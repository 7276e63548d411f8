import { createVerifier, type DecodedJwt } from 'fast-jwt';
import buildGetJwks from 'get-jwks';
import type { OpenSubject } from '../subject.js';

/** The verifier below @fastify/jwt, remembering 1,000 verified tokens, with keys of get-jwks as that documents it. */
export const open: OpenSubject = ({ issuer, audience, algorithm }) => {
  // It asks by the global fetch.
  const keys = buildGetJwks({ issuersWhitelist: [issuer] });
  const verify = createVerifier({
    key: ({ header }: DecodedJwt) => keys.getPublicKey({ kid: header.kid, alg: header.alg, domain: issuer }),
    allowedIss: issuer,
    allowedAud: audience,
    algorithms: [algorithm],
    cache: true,
  });
  return { verify: async (token) => verify(token) };
};
