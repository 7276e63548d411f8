import * as diagnostics from 'node:diagnostics_channel';
import type { TokenAttemptError } from '../errors.js';
import type { TargetSummary } from '../events.js';
import { CHANNEL_PREFIX } from './event-channels.js';

/** What is told of a token request on the channels of `tracingChannel('m2m-token-provider:token-request')`: one object for all of them. */
export interface TokenRequestMessage {
  /** The `TokenProvider` that asks. */
  readonly provider: object;
  readonly target: TargetSummary;
  /** Why there is no token; on `error` and on what follows. */
  readonly error?: TokenAttemptError;
}

const NAME = `${CHANNEL_PREFIX}token-request`;

/** `undefined` in runtimes that imitate Node.js without its tracing channels. */
const tracing =
  typeof diagnostics.tracingChannel === 'function'
    ? diagnostics.tracingChannel<unknown, object>(NAME)
    : undefined;

/** Node.js 20.19 does not tell of a tracing channel as a whole whether somebody listens. */
function isHeard({ start, end, asyncStart, asyncEnd, error }: diagnostics.TracingChannel<unknown>): boolean {
  return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers);
}

/** Makes the request, and tells of it where somebody listens: only then is there a message. */
export async function traceTokenRequest<Answer>(
  makeMessage: () => TokenRequestMessage,
  request: () => Promise<Answer>,
): Promise<Answer> {
  if (!tracing || !isHeard(tracing)) return request();
  const answer: { is?: Answer } = {};
  // Node.js puts what this resolves to into the message: nothing, since the answer holds the token.
  await tracing.tracePromise(async () => {
    answer.is = await request();
  }, makeMessage());
  return answer.is as Answer;
}
