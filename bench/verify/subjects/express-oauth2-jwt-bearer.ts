import { auth } from 'express-oauth2-jwt-bearer';
import type { OpenSubject } from '../subject.js';

type Middleware = (request: object, response: object, next: (error?: unknown) => void) => unknown;

/** The middleware of `auth()`, with its defaults, for a request that has what it reads of one of Express. */
export const open: OpenSubject = ({ issuer, jwksUri, audience, algorithm, network: { agent } }) => {
  const middleware = auth({ issuer, jwksUri, audience, tokenSigningAlg: algorithm, agent }) as Middleware;
  return {
    verify: (token) =>
      new Promise((resolve, reject) => {
        const next = (error?: unknown) => (error ? reject(error) : resolve(undefined));
        middleware(makeRequest(token), {}, next);
      }),
  };
};

const headersRead: Readonly<Record<string, string>> = { Host: 'api.example.com' };

function makeRequest(token: string): object {
  return {
    method: 'GET',
    protocol: 'https',
    originalUrl: '/orders',
    headers: { host: 'api.example.com', authorization: `Bearer ${token}` },
    query: {},
    get: (name: string) => headersRead[name],
    is: () => false,
  };
}
