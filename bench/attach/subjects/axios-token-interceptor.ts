import { createRequire } from 'node:module';
import type { InternalAxiosRequestConfig } from 'axios';
import type { OpenPair } from '../pair.js';
import { makeInstance, sendBy } from './axios.js';

interface Body {
  readonly access_token: string;
  readonly expires_in: number;
}

type Interceptor = (config: InternalAxiosRequestConfig) => Promise<InternalAxiosRequestConfig>;

interface TokenInterceptor {
  (options: { getToken: () => Promise<Body>; headerFormatter: (body: Body) => string }): Interceptor;
  tokenCache(get: () => Promise<Body>, options: { getMaxAge: (body: Body) => number }): () => Promise<Body>;
}

const tokenInterceptor = createRequire(import.meta.url)('axios-token-interceptor') as TokenInterceptor;

/** With its own cache, as its documentation has it. */
export const open: OpenPair = (origin, endpoint) => {
  const attached = makeInstance(origin);
  const fetchToken = async (): Promise<Body> =>
    (await endpoint.fetch('https://auth.example.com/')).json() as Promise<Body>;
  const getToken = tokenInterceptor.tokenCache(fetchToken, { getMaxAge: (body) => body.expires_in * 1_000 });
  const headerFormatter = (body: Body): string => `Bearer ${body.access_token}`;
  attached.interceptors.request.use(tokenInterceptor({ getToken, headerFormatter }));
  return { makePlain: () => sendBy(makeInstance(origin)), attached: sendBy(attached) };
};
