import type { AbortWatch } from '../ground/abort-watch.js';
import type { EventEmitter } from '../ground/event-emitter.js';
import type { Target } from '../oauth/target.js';
import type { RenewerParts } from './renewer.js';

/** Who can be told that an API has rejected the token that it holds. */
export interface TokenHolder {
  invalidate(token: string): void;
}

/** What the entries of a provider share. */
export interface EntryParts extends RenewerParts {
  readonly events: EventEmitter;
  /** One for all callers who wait: a signal may be that of very many calls. */
  readonly aborts: AbortWatch;
  /** Where an entry tells which token it holds. */
  readonly tokens: {
    replace(holder: TokenHolder, before: string | undefined, after: string | undefined): void;
  };
  /** Told after each flight: the callers who waited for it wait no more. */
  readonly onFlightEnded: (target: Target) => void;
}
