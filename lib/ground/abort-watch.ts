/**
 * Listens once to each signal, however many callers wait on it: Node.js warns of more than ten listeners, and searches them one by
 * one.
 */
export class AbortWatch {
  readonly #watched = new Map<
    AbortSignal,
    { readonly callbacks: Set<() => void>; readonly stop: () => void }
  >();

  /** Calls back when the signal is aborted, unless `delete` is called before. */
  add(signal: AbortSignal, callback: () => void): void {
    const watch = this.#watched.get(signal) ?? this.#listenTo(signal);
    watch.callbacks.add(callback);
  }

  delete(signal: AbortSignal, callback: () => void): void {
    const watch = this.#watched.get(signal);
    watch?.callbacks.delete(callback);
    if (watch?.callbacks.size === 0) watch.stop();
  }

  #listenTo(signal: AbortSignal) {
    const callbacks = new Set<() => void>();
    const ring = (): void => {
      for (const callback of callbacks) callback();
    };
    const stop = (): void => {
      signal.removeEventListener('abort', ring);
      this.#watched.delete(signal);
    };
    signal.addEventListener('abort', ring, { once: true });
    const watch = { callbacks, stop };
    this.#watched.set(signal, watch);
    return watch;
  }
}
