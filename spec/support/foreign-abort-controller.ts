/** An abort controller as polyfills make it: no `throwIfAborted()`, no reason of its own, and no event target of Node.js. */
export class ForeignAbortController {
  readonly #listeners = new Set<() => void>();
  readonly signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: () => void) => void this.#listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void this.#listeners.delete(listener),
  } as unknown as AbortSignal;

  abort(reason?: unknown): void {
    if (this.signal.aborted) return;
    Object.assign(this.signal, { aborted: true, reason });
    for (const listener of this.#listeners) listener();
  }
}
