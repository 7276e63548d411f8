import type { Surroundings } from '../day/subject.js';
import type { TokenEndpoint } from './token-endpoint.js';

/** The same as the peers have in a day of traffic, but for the clock. */
export function surroundingsOf({ fetch }: TokenEndpoint): Surroundings {
  return {
    tokenEndpoint: 'https://auth.example.com/oauth/token',
    clientId: 'hot-path',
    secret: () => 'secret',
    fetch,
  };
}
