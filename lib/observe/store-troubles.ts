import type { StoreTrouble, TargetSummary } from '../ground/events.js';
import { type EventSource, hear } from './observed-provider.js';
import { type Stop, startAll } from './start-all.js';

/** Knows whether the shared store is out of order, from the events that tell of it since this began to listen. */
export class StoreTroubles {
  readonly #troubles = new Set<string>();

  get isDegraded(): boolean {
    return this.#troubles.size > 0;
  }

  /** Begins to listen; gives what ends that. */
  follow(provider: EventSource): Stop {
    const troubles = this.#troubles;
    return startAll([
      () => hear(provider, 'degrade', ({ target, trouble }) => troubles.add(keyOf(trouble, target))),
      () => hear(provider, 'recover', ({ target, trouble }) => troubles.delete(keyOf(trouble, target))),
      // Whoever drops a target looks at its record no more.
      () => hear(provider, 'evict', ({ target }) => troubles.delete(keyOf('record', target))),
    ]);
  }
}

/** A bad record concerns one target; other trouble concerns all. */
function keyOf(trouble: StoreTrouble, { tokenEndpoint, clientId, scope, resource }: TargetSummary): string {
  return trouble === 'record' ? JSON.stringify([tokenEndpoint, clientId, scope, resource]) : trouble;
}
