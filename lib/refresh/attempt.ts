import { now } from '../clock.js';
import type { TokenEndpoint } from '../endpoint/token-endpoint.js';
import { TokenResponseError } from '../errors.js';
import type { Settings } from '../options/read-settings.js';
import type { TargetSummary } from '../target.js';
import { HeldToken } from './held-token.js';
import type { Holding } from './holding.js';
import { scheduleToken } from './schedule.js';

export interface AttemptParts {
  readonly target: TargetSummary;
  readonly endpoint: Pick<TokenEndpoint, 'requestToken'>;
  readonly settings: Settings;
}

/**
 * Makes one attempt to get a better token than the one held.
 * @throws {TokenAttemptError} when there is none to be had, or it is no better
 */
export async function fetchBetter(
  parts: AttemptParts,
  holding: Holding,
  signal: AbortSignal,
): Promise<HeldToken> {
  const answer = await parts.endpoint.requestToken(signal);
  const held = new HeldToken(answer, scheduleToken(answer.lifetimeMs, parts.settings, Math.random));
  const fault = holding.faultOf(held, now());
  if (fault) throw new TokenResponseError(`The token that ${parts.target.tokenEndpoint} sent ${fault}.`);
  return held;
}
