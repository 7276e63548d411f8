import axios from 'axios';
import { createVerifier } from 'm2m-token-provider/verify';
import type { OpenSubject } from '../subject.js';

/** `verify()` of the built package, with its defaults. */
export const open: OpenSubject = ({ issuer, jwksUri, audience, algorithm, network: { fetch } }) => {
  const verifier = createVerifier({
    issuer,
    jwksUri,
    audience,
    algorithms: [algorithm],
    http: axios.create({ adapter: 'fetch', env: { fetch } }),
  });
  return { verify: (token) => verifier.verify(token), close: () => verifier.close() };
};
