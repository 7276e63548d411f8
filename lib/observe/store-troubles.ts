import type {
  DegradeEvent,
  EvictEvent,
  RecoverEvent,
  StoreTrouble,
  TargetSummary,
} from '../ground/events.js';
import type { EventSource } from './observed-provider.js';

/** Knows whether the shared store is out of order, from the events that tell of it since this began to listen. */
export class StoreTroubles {
  readonly #provider: EventSource;
  readonly #troubles = new Set<string>();
  readonly #onDegrade = ({ target, trouble }: DegradeEvent): void => {
    this.#troubles.add(keyOf(trouble, target));
  };
  readonly #onRecover = ({ target, trouble }: RecoverEvent): void => {
    this.#troubles.delete(keyOf(trouble, target));
  };
  /** Whoever drops a target looks at its record no more. */
  readonly #onEvict = ({ target }: EvictEvent): void => {
    this.#troubles.delete(keyOf('record', target));
  };

  constructor(provider: EventSource) {
    this.#provider = provider;
    provider.on('degrade', this.#onDegrade);
    provider.on('recover', this.#onRecover);
    provider.on('evict', this.#onEvict);
  }

  get isDegraded(): boolean {
    return this.#troubles.size > 0;
  }

  stop(): void {
    this.#provider.off('degrade', this.#onDegrade);
    this.#provider.off('recover', this.#onRecover);
    this.#provider.off('evict', this.#onEvict);
  }
}

/** A bad record concerns one target; other trouble concerns all. */
function keyOf(trouble: StoreTrouble, { tokenEndpoint, clientId, scope, resource }: TargetSummary): string {
  return trouble === 'record' ? JSON.stringify([tokenEndpoint, clientId, scope, resource]) : trouble;
}
