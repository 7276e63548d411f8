import { elapsedMs, type Instant, now, steadyNow } from '../ground/clock.js';
import { withDeadline } from '../ground/deadline.js';
import { TokenStoreError } from '../ground/errors.js';
import type { EventEmitter } from '../ground/event-emitter.js';
import type { StoreTrouble } from '../ground/events.js';
import type { TokenStore } from '../ground/token-store.js';
import { isErrorCode } from '../http/redaction/error-code.js';
import { textCleaner } from '../http/redaction/server-text.js';
import { summarize, type Target } from '../oauth/target.js';

/** How much time an attempt gives to a store before it does without it, in ms: between two waits for other processes. */
export const STORE_TIME_MS = 500;

/** The least time for each call, in ms: in a busy event loop other work may have used up the rest. */
const LEAST_TIME_MS = 100;

type Operation = Exclude<StoreTrouble, 'record'>;

/** How much time an attempt has left for the store. */
export interface StoreTime {
  leftMs: number;
}

/** One call of the store. */
export interface StoreCall {
  readonly operation: Operation;
  readonly target: Target;
  readonly time: StoreTime;
  readonly signal: AbortSignal;
  /** Whether the call says nothing of how well the store is: a full store still deletes. */
  readonly isQuiet?: boolean;
  /** The token that the store is given. */
  readonly token?: string;
}

const clean = textCleaner([]);

/** Calls the user's store, which may throw, hang or lie; tells when it is out of order, and when it is well again. */
export class StoreGuard {
  readonly #store: TokenStore;
  readonly #events: EventEmitter;
  /** The operations that failed when they were last tried. */
  readonly #failing = new Set<Operation>();
  #episode: { readonly trouble: Operation; readonly since: Instant } | undefined;

  constructor(store: TokenStore, events: EventEmitter) {
    this.#store = store;
    this.#events = events;
  }

  /** Whether the store was out of order when it was last tried. */
  get isDegraded(): boolean {
    return this.#failing.size > 0;
  }

  /** For how long the store has been out of order, in ms. */
  get degradedMs(): number {
    return this.#episode ? elapsedMs(this.#episode.since) : 0;
  }

  /** @throws {TokenStoreError} when the store fails, or has taken all the time it may */
  async call<Result>(
    { operation, target, time, signal, isQuiet = false, token = '' }: StoreCall,
    work: (store: TokenStore) => Promise<Result>,
  ): Promise<Result> {
    const since = steadyNow();
    const onTimeout = () =>
      new TokenStoreError(
        `The store took longer than an attempt may wait for it (${operation}).`,
        'ETIMEDOUT',
      );
    try {
      const timeoutMs = Math.max(time.leftMs, LEAST_TIME_MS);
      const deadline = { timeoutMs, signal, onTimeout };
      const result = await withDeadline(() => work(this.#store), deadline);
      if (!isQuiet) this.#works(operation, target);
      return result;
    } catch (error) {
      // Aborted by the provider: no failure of the store.
      if (signal.aborted) throw error;
      const failure = asStoreError(error, operation, token);
      if (!isQuiet) this.#fails(operation, target, failure);
      throw failure;
    } finally {
      time.leftMs = Math.max(0, time.leftMs - (steadyNow() - since));
    }
  }

  /** Nobody waits for this call, and nobody fails by it. Resolves to what the store says; `undefined` where it failed. */
  aside(
    call: Omit<StoreCall, 'time' | 'signal'>,
    work: (store: TokenStore) => Promise<unknown>,
  ): Promise<boolean | undefined> {
    const { signal } = new AbortController();
    return this.call({ ...call, time: { leftMs: STORE_TIME_MS }, signal }, work).then(
      (result) => result === true,
      () => undefined,
    );
  }

  #fails(operation: Operation, target: Target, error: TokenStoreError): void {
    this.#failing.add(operation);
    if (this.#episode) return;
    this.#episode = { trouble: operation, since: now() };
    this.#events.emit('degrade', () => ({ target: summarize(target), trouble: operation, error }));
  }

  /** A token has come from the store: another process could write it, so the store does all that it should. */
  hasServed(target: Target): void {
    this.#failing.clear();
    this.#endEpisode(target);
  }

  /** Only the operation that failed can show that the store is well again: a replica reads, and cannot write. */
  #works(operation: Operation, target: Target): void {
    this.#failing.delete(operation);
    if (!this.isDegraded) this.#endEpisode(target);
  }

  #endEpisode(target: Target): void {
    const episode = this.#episode;
    if (!episode) return;
    this.#episode = undefined;
    const { trouble, since } = episode;
    const durationMs = Math.round(elapsedMs(since));
    this.#events.emit('recover', () => ({ target: summarize(target), trouble, durationMs }));
  }
}

/** An error of the store may hold the token that was to be stored: its code alone is shown. */
function asStoreError(error: unknown, operation: Operation, token: string): TokenStoreError {
  if (error instanceof TokenStoreError) return error;
  const reason = reasonOf(error, token);
  return new TokenStoreError(`The store failed (${operation}): ${reason}.`, reason);
}

function reasonOf(error: unknown, token: string): string {
  try {
    const { code, message, name } = (error instanceof Error ? error : {}) as Partial<NodeJS.ErrnoException>;
    // Redis begins its errors with a code in capitals.
    const [word] = /^[A-Z][A-Z_]+(?= )/.exec(String(message)) ?? [];
    const isShown = (text: unknown): text is string =>
      isErrorCode(text) && clean(text, { tokens: [token] }) === text;
    return [code, word, name, typeof error].find(isShown) ?? 'Error';
  } catch {
    return 'Error';
  }
}
