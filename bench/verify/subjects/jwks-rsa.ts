import jwt, { type GetPublicKeyOrSecret } from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import type { OpenSubject } from '../subject.js';

/** `verify()` of jsonwebtoken with keys of a `JwksClient`, which has its defaults. */
export const open: OpenSubject = ({ issuer, jwksUri, audience, algorithm, network: { agent } }) => {
  const client = new JwksClient({ jwksUri, requestAgent: agent });
  const options = { issuer, audience, algorithms: [algorithm] };
  const getKey: GetPublicKeyOrSecret = ({ kid }, callback) => {
    client.getSigningKey(kid, (error, key) => callback(error, key?.getPublicKey()));
  };
  return {
    verify: (token) =>
      new Promise((resolve, reject) => {
        jwt.verify(token, getKey, options, (error, claims) => (error ? reject(error) : resolve(claims)));
      }),
  };
};
