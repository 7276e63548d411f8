import { LRUCache } from 'lru-cache';
import type { Room, Way } from '../way.js';
import { AHEAD_S, requestToken } from './token-request.js';

/** `fetch()`, which shares a request under way. */
export function open({ endpoint, held, asked }: Room): Way {
  const tokens = new LRUCache<string, string>({
    max: held,
    async fetchMethod(_client, _old, { options }) {
      const answer = await requestToken(endpoint);
      options.ttl = (answer.expires_in - AHEAD_S) * 1_000;
      return answer.access_token;
    },
  });
  const clients = asked.map((place) => `client-${place}`);
  return {
    async ask(place) {
      const token = await tokens.fetch(clients[place] as string);
      if (token === undefined) throw new Error('There is no token.');
      return token;
    },
  };
}
