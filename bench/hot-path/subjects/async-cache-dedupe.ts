import { createCache } from 'async-cache-dedupe';
import type { Room, Way } from '../way.js';
import { AHEAD_S, requestToken, type TokenResponse } from './token-request.js';

export function open({ endpoint, held, asked }: Room): Way {
  const cache = createCache({
    ttl: (answer) => (answer as TokenResponse).expires_in - AHEAD_S,
    storage: { type: 'memory', options: { size: held } },
  }).define('token', (_client: string) => requestToken(endpoint));
  const clients = asked.map((place) => `client-${place}`);
  return {
    async ask(place) {
      const { access_token } = await cache.token(clients[place] as string);
      return access_token;
    },
  };
}
