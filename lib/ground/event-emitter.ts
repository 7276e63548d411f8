import { EventEmitter as Emitter } from 'eventemitter3';
import { ConfigurationError } from './errors.js';
import type { EventName, Listener, TokenProviderEvents } from './events.js';
import { warnProcess } from './process-warning.js';
import { runInRootContext } from './root-context.js';
import { describe, kindOf } from './value-kind.js';

const EVENT_NAMES: readonly EventName[] = [
  'refresh',
  'failure',
  'retry',
  'expire',
  'reject',
  'evict',
  'degrade',
  'recover',
];
type AnyListener = (event: TokenProviderEvents[EventName]) => unknown;

/** Typed events, whose listeners cannot harm the emitter or each other. */
export class EventEmitter {
  readonly #emitter = new Emitter<EventName>();
  readonly #guarded = new WeakMap<AnyListener, AnyListener>();

  on<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.on(readEventName(name), this.#guard(listener as AnyListener));
  }

  once<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.once(readEventName(name), this.#guard(listener as AnyListener));
  }

  off<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.off(readEventName(name), this.#guard(listener as AnyListener));
  }

  /** Makes the payload only when somebody listens. */
  emit<Name extends EventName>(name: Name, makeEvent: () => TokenProviderEvents[Name]): void {
    if (this.#emitter.listenerCount(name) === 0) return;
    const event = Object.freeze(makeEvent());
    runInRootContext(() => this.#emitter.emit(name, event));
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
}

function readEventName(name: unknown): EventName {
  const found = EVENT_NAMES.find((known) => known === name);
  if (found) return found;
  const list = EVENT_NAMES.map((known) => `'${known}'`).join(', ');
  throw new ConfigurationError('event', `must be one of ${list}; got ${describe(name)}.`);
}

/** Tells of a fault of the user's listener by a process warning: it must neither pass unseen nor end the process. */
function warnOfListener(error: unknown): void {
  warnProcess({
    code: 'TOKEN_PROVIDER_LISTENER',
    message: 'A listener of a TokenProvider event threw.',
    thrown: error,
  });
}
