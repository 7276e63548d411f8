import axios from 'axios';
import { privateKeyJwt } from '../../../../lib/client-auth.js';
import { TokenProvider, type TokenProviderOptions, type TokenStore } from '../../../../lib/index.js';
import { ModelKey } from './model-key.js';

/** The key in which a neighbour differs. */
export type NeighboursKey = 'authentication' | 'dpop';

const KEY = new ModelKey('neighbour').privateKey;

/** A provider of another process, with the same store, that differs from ours in one key. Its own server gives it this token. */
export function makeNeighbour(
  { authentication, dpop }: Partial<TokenProviderOptions>,
  store: TokenStore,
  token: string,
  key: NeighboursKey,
): TokenProvider {
  const isBound = dpop !== undefined || key === 'dpop';
  const answer = { access_token: token, token_type: isBound ? 'DPoP' : 'Bearer', expires_in: 600 };
  const data = JSON.stringify(answer);
  const http = axios.create({
    adapter: async (config) => ({ status: 200, data, headers: {}, statusText: '', config }),
  });
  const sameClient =
    typeof authentication === 'object' ? { authentication: named(authentication.id) } : SECRET;
  return new TokenProvider({
    tokenEndpoint: 'https://as.example/token',
    clientId: 'acme',
    http,
    store,
    ...(key === 'dpop' ? sameClient : { authentication: privateKeyJwt({ key: KEY }) }),
    ...(isBound && { dpop: key === 'dpop' ? { key: KEY } : dpop }),
  });
}

const SECRET = { authentication: 'post' as const, clientSecret: 'own' };

/** The key of ours, which is never out of reach for a neighbour. */
function named(id: string) {
  return { id, authenticate: () => ({}), secrets: () => [] };
}
