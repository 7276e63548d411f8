import { elapsedMs, type Instant, now, steadyNow, withDeadline } from '../clock.js';
import { TokenStoreError } from '../errors.js';
import type { Events, StoreTrouble } from '../events.js';
import type { TokenStore } from '../options/token-store.js';
import { summarize, type Target } from '../target.js';

/** How much time an attempt gives to a store before it does without, in ms: between two waits for others. */
export const STORE_TIME_MS = 500;

/** What each call has at least: the time may have gone to others, in a busy event loop. */
const LEAST_TIME_MS = 100;

type Operation = Exclude<StoreTrouble, 'record'>;

/** What an attempt has left for the store. */
export interface StoreTime {
  leftMs: number;
}

/** One call of the store. */
export interface StoreCall {
  readonly operation: Operation;
  readonly target: Target;
  readonly time: StoreTime;
  readonly signal: AbortSignal;
  /** Whether it says nothing of how well the store is: a full one still takes something away. */
  readonly isQuiet?: boolean;
}

/** Calls the store of the user's own, which may throw, hang or lie, and tells when it is out of order, and when it is well again. */
export class StoreAccess {
  readonly #store: TokenStore;
  readonly #events: Events;
  /** What did not work when it was last tried. */
  readonly #failing = new Set<Operation>();
  #episode: { readonly trouble: Operation; readonly since: Instant } | undefined;

  constructor(store: TokenStore, events: Events) {
    this.#store = store;
    this.#events = events;
  }

  /** Whether it was out of order when it was last tried. */
  get isDegraded(): boolean {
    return this.#failing.size > 0;
  }

  /** For how long it has been out of order, in ms. */
  get degradedMs(): number {
    return this.#episode ? elapsedMs(this.#episode.since) : 0;
  }

  /** @throws {TokenStoreError} when it fails, or has taken all the time it may */
  async call<Result>(
    { operation, target, time, signal, isQuiet = false }: StoreCall,
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
      const deadline = { timeoutMs, signal, onTimeout, isLenient: true };
      const result = await withDeadline(() => work(this.#store), deadline);
      if (!isQuiet) this.#works(operation, target);
      return result;
    } catch (error) {
      // That is nobody's failure.
      if (signal.aborted) throw error;
      const failure = asStoreError(error, operation);
      if (!isQuiet) this.#fails(operation, target, failure);
      throw failure;
    } finally {
      time.leftMs = Math.max(0, time.leftMs - (steadyNow() - since));
    }
  }

  /** Nobody waits for it, and nobody fails by it. Whether it was done; `undefined` where the store failed. */
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

  /** A token has come from it: somebody could store that, so it does all that it should. */
  hasServed(target: Target): void {
    this.#failing.clear();
    this.#endEpisode(target);
  }

  /** Only what has failed can show that it is well again: a replica reads, and cannot write. */
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

/** What stores throw may hold what they were asked to store: of that, the code alone is shown. */
function asStoreError(error: unknown, operation: Operation): TokenStoreError {
  if (error instanceof TokenStoreError) return error;
  const reason = reasonOf(error);
  return new TokenStoreError(`The store failed (${operation}): ${reason}.`, reason);
}

function reasonOf(error: unknown): string {
  try {
    const { code, message, name } = (error instanceof Error ? error : {}) as Partial<NodeJS.ErrnoException>;
    // Redis begins its errors with a code in capitals.
    const [word] = /^[A-Z][A-Z_]+(?= )/.exec(String(message)) ?? [];
    return [code, word, name, typeof error].find(isCode) ?? 'Error';
  } catch {
    return 'Error';
  }
}

function isCode(text: unknown): text is string {
  return typeof text === 'string' && /^\w{1,40}$/.test(text);
}
