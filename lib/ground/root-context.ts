import { AsyncResource } from 'node:async_hooks';

/** Keeps the context in which it is made. As `AsyncLocalStorage.snapshot()`, but a call takes no memory. */
const root = new AsyncResource('TokenProvider', { requireManualDestroy: true });

/**
 * Runs work outside the async context of whoever happens to call: nothing of it sees that caller's `AsyncLocalStorage`, keeps its
 * store alive, or belongs to its trace. The context is the one in which this package was loaded.
 */
export function runInRootContext<T>(work: () => T): T {
  return root.runInAsyncScope(work);
}
