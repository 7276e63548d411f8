import { EventEmitter as Emitter } from 'eventemitter3';
import type { PublishedChannel } from './diagnostics/event-channels.js';
import { ConfigurationError } from './errors.js';
import type { TokenProviderEvents } from './events.js';
import { warnProcess } from './process-warning.js';
import { runInRootContext } from './root-context.js';
import { describe, kindOf } from './value-kind.js';

type NameOf<Events> = keyof Events & string;
type AnyListener = (event: unknown) => unknown;

/** Typed events, whose listeners cannot harm the emitter or each other. */
export class EventEmitter<Events = TokenProviderEvents> {
  readonly #emitter = new Emitter<string>();
  readonly #guarded = new WeakMap<AnyListener, AnyListener>();
  readonly #names: readonly NameOf<Events>[];
  readonly #channels: ReadonlyMap<NameOf<Events>, PublishedChannel> | undefined;

  /** Of these events, and no others. Where there are channels, each event is published on its own as well. */
  constructor(names: readonly NameOf<Events>[], channels?: ReadonlyMap<NameOf<Events>, PublishedChannel>) {
    this.#names = names;
    this.#channels = channels;
  }

  on<Name extends NameOf<Events>>(name: Name, listener: (event: Events[Name]) => unknown): void {
    this.#emitter.on(this.#readName(name), this.#guard(listener as AnyListener));
  }

  once<Name extends NameOf<Events>>(name: Name, listener: (event: Events[Name]) => unknown): void {
    this.#emitter.once(this.#readName(name), this.#guard(listener as AnyListener));
  }

  off<Name extends NameOf<Events>>(name: Name, listener: (event: Events[Name]) => unknown): void {
    this.#emitter.off(this.#readName(name), this.#guard(listener as AnyListener));
  }

  /** Makes the payload only when somebody listens. */
  emit<Name extends NameOf<Events>>(name: Name, makeEvent: () => Events[Name]): void {
    const channel = this.#channels?.get(name);
    if (this.#emitter.listenerCount(name) === 0 && !channel?.hasSubscribers) return;
    const event = Object.freeze(makeEvent());
    runInRootContext(() => {
      this.#emitter.emit(name, event);
      channel?.publish(event);
    });
  }

  /** The same guard for the same listener each time, so that `off` finds it. */
  #guard(listener: AnyListener): AnyListener {
    if (typeof listener !== 'function') {
      throw new ConfigurationError('listener', `must be a function; got ${kindOf(listener)}.`);
    }
    const known = this.#guarded.get(listener);
    if (known) return known;
    const guarded: AnyListener = async (event) => {
      try {
        await listener(event);
      } catch (error) {
        warnOfListener(error);
      }
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }

  #readName(name: unknown): NameOf<Events> {
    const found = this.#names.find((known) => known === name);
    if (found) return found;
    const list = this.#names.map((known) => `'${known}'`).join(', ');
    throw new ConfigurationError('event', `must be one of ${list}; got ${describe(name)}.`);
  }
}

/** Tells of a fault of the user's listener by a process warning: it must neither pass unseen nor end the process. */
function warnOfListener(error: unknown): void {
  warnProcess({
    code: 'TOKEN_PROVIDER_LISTENER',
    message: 'A listener of a TokenProvider event threw.',
    thrown: error,
  });
}
