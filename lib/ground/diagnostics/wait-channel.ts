import { steadyNow } from '../clock.js';
import { TokenProviderError } from '../errors.js';
import type { TargetSummary } from '../events.js';
import { channelOf } from './event-channels.js';

/** What is told on the channel `m2m-token-provider:wait` of each caller who has waited for a token. */
export interface WaitMessage {
  /** The `TokenProvider` that was asked. */
  readonly provider: object;
  readonly target: TargetSummary;
  /** For how long the caller waited, in ms. */
  readonly durationMs: number;
  /** *served*: with a token. *failed*: with `error`. *aborted*: the caller's own signal ended the wait. */
  readonly outcome: 'served' | 'failed' | 'aborted';
  readonly error: TokenProviderError | undefined;
}

const channel = channelOf('wait');

/** Tells how the wait ends, if somebody listens when it begins. Gives the same promise: whoever awaits it notices nothing. */
export function watchWait<Held>(
  wait: Promise<Held>,
  about: () => Pick<WaitMessage, 'provider' | 'target'>,
): Promise<Held> {
  if (!channel.hasSubscribers) return wait;
  const since = steadyNow();
  const tell = (end: Pick<WaitMessage, 'outcome' | 'error'>): void =>
    channel.publish(Object.freeze({ ...about(), durationMs: steadyNow() - since, ...end }));
  wait.then(
    () => tell({ outcome: 'served', error: undefined }),
    (reason: unknown) =>
      tell(
        // The reason of a signal is the caller's own, and may hold anything.
        reason instanceof TokenProviderError
          ? { outcome: 'failed', error: reason }
          : { outcome: 'aborted', error: undefined },
      ),
  );
  return wait;
}
