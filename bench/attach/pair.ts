import type { TokenEndpoint } from '../hot-path/token-endpoint.js';

/** One request, and how many of all so far have carried a token, as the API says. */
export type Send = () => Promise<number>;

/** The same requests by the same client library, without and with the token attached. */
export interface Pair {
  /** Another one each time, with a connection of its own. */
  readonly makePlain: () => Send;
  readonly attached: Send;
}

/** Makes both, for an API at this origin. */
export type OpenPair = (origin: string, endpoint: TokenEndpoint) => Pair | Promise<Pair>;

export const COUNT_HEADER = 'x-carried';
