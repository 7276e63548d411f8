import pMemoize from 'p-memoize';
import type { Room, Way } from '../way.js';
import { AHEAD_S, requestToken, type TokenResponse } from './token-request.js';

/** It leaves it to its cache when something ends. */
class EndingTokens extends Map<string, TokenResponse> {
  readonly #ends = new Map<string, number>();

  override has(client: string): boolean {
    return Date.now() < (this.#ends.get(client) ?? 0);
  }

  override set(client: string, answer: TokenResponse): this {
    this.#ends.set(client, Date.now() + (answer.expires_in - AHEAD_S) * 1_000);
    return super.set(client, answer);
  }
}

export function open({ endpoint, asked }: Room): Way {
  const memoized = pMemoize((_client: string) => requestToken(endpoint), { cache: new EndingTokens() });
  const clients = asked.map((place) => `client-${place}`);
  return {
    async ask(place) {
      const { access_token } = await memoized(clients[place] as string);
      return access_token;
    },
  };
}
