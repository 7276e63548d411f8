import { now, sleep } from '../ground/clock.js';
import { traceTokenRequest } from '../ground/diagnostics/token-request-channel.js';
import { TokenResponseError } from '../ground/errors.js';
import { summarize, type Target } from '../oauth/target.js';
import type { TokenEndpoint } from '../oauth/token-endpoint.js';
import type { Settings } from '../options/settings.js';
import { HeldToken } from '../token/held-token.js';
import { ROUNDING_MS } from '../token/repeated-token.js';
import type { TokenFacts } from '../token/token-facts.js';
import { scheduleToken } from '../token/token-schedule.js';
import type { TokenSlot } from '../token/token-slot.js';
import type { QueueSlot, RequestQueue, Turn } from './request-queue.js';

/** What the attempts of all targets of a provider share. */
export interface AttemptParts {
  readonly endpoint: Pick<TokenEndpoint, 'requestToken'>;
  readonly settings: Settings;
  readonly queue: RequestQueue;
  /** Whose requests these are, for those who listen to several providers. */
  readonly provider: object;
}

/** So often the server is asked again that gives a token once more which is just at its end. */
const MOST_LOOKS = 2;

/**
 * Makes one attempt to get a better token than the one in the slot. Where the server gives that one again although it is just at its
 * end, it is asked again a second later: lifetimes are rounded to seconds.
 * @throws {TokenAttemptError} when there is none to be had, or it is no better
 */
export async function fetchBetterToken(
  target: Target,
  parts: AttemptParts,
  slot: TokenSlot,
  turn: Omit<Turn, keyof QueueSlot>,
): Promise<HeldToken> {
  const place = queueSlotOf(target, slot);
  const about = () => ({ provider: parts.provider, target: summarize(target) });
  const inTurn = <T>(request: () => Promise<T>): Promise<T> =>
    parts.queue.run(() => traceTokenRequest(about, request), { ...turn, ...place });
  const ownTokens = () => (slot.last ? [slot.last.value] : []);
  const request = () => parts.endpoint.requestToken(target, turn.signal, inTurn, ownTokens);
  let held = hold(await request(), parts.settings);
  for (let looks = 0; looks < MOST_LOOKS && slot.isAtItsEnd(held, now()); looks += 1) {
    await sleep(ROUNDING_MS, turn.signal);
    held = hold(await request(), parts.settings);
  }
  const at = now();
  const fault = slot.faultOf(held, at);
  if (fault) throw new TokenResponseError(`The token that ${target.server.address} sent ${fault}.`);
  return slot.isRepeated(held, at) ? slot.repeat(held, at) : held;
}

function hold(facts: TokenFacts, settings: Settings): HeldToken {
  return new HeldToken(facts, scheduleToken(facts.lifetimeMs, settings, Math.random));
}

/** Where the attempts of a target wait for their turn: servers take turns. */
export function queueSlotOf({ server }: Target, owner: TokenSlot): QueueSlot {
  return { lane: server.id, owner };
}
