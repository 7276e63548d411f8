import { now } from '../clock.js';
import type { Client, InTurn, TokenEndpoint } from '../endpoint/token-endpoint.js';
import { TokenResponseError } from '../errors.js';
import type { Settings } from '../options/read-settings.js';
import { addressOf } from '../target.js';
import { HeldToken } from './held-token.js';
import type { Holding } from './holding.js';
import type { Place, RequestQueue, Turn } from './request-queue.js';
import { scheduleToken } from './schedule.js';

/** What all entries of a provider work with. */
export interface AttemptParts {
  readonly endpoint: Pick<TokenEndpoint, 'requestToken'>;
  readonly settings: Settings;
  readonly queue: RequestQueue;
}

/**
 * Makes one attempt to get a better token than the one held.
 * @throws {TokenAttemptError} when there is none to be had, or it is no better
 */
export async function fetchBetter(
  client: Client,
  parts: AttemptParts,
  holding: Holding,
  turn: Omit<Turn, keyof Place>,
): Promise<HeldToken> {
  const place = placeOf(client, holding);
  const inTurn: InTurn = (request) => parts.queue.run(request, { ...turn, ...place });
  const answer = await parts.endpoint.requestToken(client, turn.signal, inTurn);
  const held = new HeldToken(answer, scheduleToken(answer.lifetimeMs, parts.settings, Math.random));
  const fault = holding.faultOf(held, now());
  if (fault) {
    const address = addressOf(client.target.tokenEndpoint);
    throw new TokenResponseError(`The token that ${address} sent ${fault}.`);
  }
  return held;
}

/** Where an attempt waits for its turn. */
export function placeOf({ target }: Client, owner: Holding): Place {
  return { lane: target.tokenEndpoint, owner };
}
