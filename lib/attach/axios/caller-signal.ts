import type { CancelToken, InternalAxiosRequestConfig } from 'axios';
import { AbortWatch } from '../../ground/abort-watch.js';

/** One for all requests, so that a signal has one listener, however many requests wait with it. */
const aborts = new AbortWatch();

type Config = Pick<InternalAxiosRequestConfig, 'signal' | 'cancelToken'>;
/** axios's own; others may be no more than a promise. */
type Subscribable = CancelToken & {
  subscribe?: (listener: (reason: unknown) => void) => void;
  unsubscribe?: (listener: (reason: unknown) => void) => void;
};

/** What ends one request early: a signal, a cancel token, or both. */
export class CallerSignal {
  readonly #own: AbortSignal | undefined;
  readonly #cancelToken: Subscribable | undefined;
  #both: AbortController | undefined;

  constructor({ signal, cancelToken }: Config) {
    this.#own = isSignal(signal) ? signal : undefined;
    this.#cancelToken = cancelToken;
  }

  get isThere(): boolean {
    return this.#own !== undefined || this.#cancelToken !== undefined;
  }

  /** As one signal. Listens to a cancel token from then on. */
  get signal(): AbortSignal | undefined {
    if (!this.#cancelToken) return this.#own;
    this.#both ??= this.#listen(this.#cancelToken);
    return this.#both.signal;
  }

  /** Listens no longer: many requests may share one cancel token. */
  release(): void {
    if (!this.#both) return;
    this.#cancelToken?.unsubscribe?.(this.#onCancel);
    if (this.#own) aborts.delete(this.#own, this.#onAbort);
    this.#both = undefined;
  }

  #listen(cancelToken: Subscribable): AbortController {
    const both = new AbortController();
    this.#both = both;
    if (cancelToken.subscribe) cancelToken.subscribe(this.#onCancel);
    else void cancelToken.promise.then(this.#onCancel);
    if (this.#own?.aborted) this.#onAbort();
    else if (this.#own) aborts.add(this.#own, this.#onAbort);
    return both;
  }

  readonly #onCancel = (reason: unknown): void => this.#both?.abort(reason);
  readonly #onAbort = (): void => this.#both?.abort(this.#own?.reason);
}

/** What axios takes for one may be less. */
function isSignal(signal: unknown): signal is AbortSignal {
  return typeof (signal as AbortSignal | undefined)?.removeEventListener === 'function';
}
