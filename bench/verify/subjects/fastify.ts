import fastifyJwt, { type FastifyJWTOptions } from '@fastify/jwt';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import buildGetJwks from 'get-jwks';
import type { Client, Surroundings } from '../subject.js';

interface Decoded {
  readonly header: { readonly kid: string; readonly alg: string };
  readonly payload: { readonly iss: string };
}

/**
 * `request.jwtVerify()` of @fastify/jwt with keys of get-jwks, as the documentation of both has it. Called on a request
 * that is held, so that nothing else of Fastify is measured.
 */
export async function openFastify(
  { issuer, audience, algorithm }: Surroundings,
  options: FastifyJWTOptions['verify'] = {},
): Promise<Client> {
  // It asks by the global fetch.
  const keys = buildGetJwks({ issuersWhitelist: [issuer] });
  const app: FastifyInstance = Fastify();
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (_request: unknown, token: unknown) => {
      const { header, payload } = token as Decoded;
      return keys.getPublicKey({ kid: header.kid, domain: payload.iss, alg: header.alg });
    },
    verify: { allowedIss: issuer, allowedAud: audience, algorithms: [algorithm], ...options },
  });
  const request = await takeRequest(app);
  return {
    verify: (token) => {
      request.raw.headers.authorization = `Bearer ${token}`;
      return request.jwtVerify();
    },
    close: () => app.close(),
  };
}

async function takeRequest(app: FastifyInstance): Promise<FastifyRequest> {
  let taken: FastifyRequest | undefined;
  app.get('/', async (request) => {
    taken = request;
    return '';
  });
  await app.inject('/');
  if (!taken) throw new Error('There is no request.');
  return taken;
}
