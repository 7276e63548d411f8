/** As undici takes it: a signal of any make, or an emitter. */
interface Emitter {
  readonly aborted?: unknown;
  once(event: 'abort', listener: () => void): unknown;
  off(event: 'abort', listener: () => void): unknown;
}

interface Watch {
  readonly controller: AbortController;
  readonly stop: () => void;
  users: number;
}

/** What ends the wait of a request early. */
export interface RequestSignal {
  /** Listens to an emitter only when this is asked for, that is, when there is something to wait for. */
  signal(): AbortSignal;
  /** Nothing of ours stays on an emitter after this. */
  release(): void;
}

/** One listener on each emitter, however many requests wait: Node.js warns of more than ten. */
const watched = new WeakMap<Emitter, Watch>();

/** `undefined` where the request has none. */
export function requestSignalOf(request: object): RequestSignal | undefined {
  const { signal } = request as { signal?: unknown };
  if (isAbortSignal(signal)) return { signal: () => signal, release: () => undefined };
  return isEmitter(signal) ? new EmittedSignal(signal) : undefined;
}

class EmittedSignal implements RequestSignal {
  readonly #emitter: Emitter;
  #watch: Watch | undefined;

  constructor(emitter: Emitter) {
    this.#emitter = emitter;
  }

  signal(): AbortSignal {
    if (this.#emitter.aborted) return AbortSignal.abort();
    this.#watch ??= join(this.#emitter);
    return this.#watch.controller.signal;
  }

  release(): void {
    if (!this.#watch) return;
    this.#watch.users -= 1;
    if (this.#watch.users === 0) this.#watch.stop();
    this.#watch = undefined;
  }
}

function join(emitter: Emitter): Watch {
  const watch = watched.get(emitter) ?? listenTo(emitter);
  watch.users += 1;
  return watch;
}

function listenTo(emitter: Emitter): Watch {
  const controller = new AbortController();
  const abort = (): void => {
    stop();
    controller.abort();
  };
  const watch = { controller, stop, users: 0 };
  function stop(): void {
    emitter.off('abort', abort);
    // Another one may have begun since.
    if (watched.get(emitter) === watch) watched.delete(emitter);
  }
  emitter.once('abort', abort);
  watched.set(emitter, watch);
  return watch;
}

function isAbortSignal(signal: unknown): signal is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  return [addEventListener, removeEventListener].every(isFunction) && typeof aborted === 'boolean';
}

function isEmitter(signal: unknown): signal is Emitter {
  const { once, off } = (signal ?? {}) as Partial<Emitter>;
  return [once, off].every(isFunction);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
