import * as asyncHooks from 'node:async_hooks';

type Run = <T>(work: () => T) => T;

/** Runtimes that imitate Node.js may not have it: then there is no context to leave. */
const snapshot: unknown = asyncHooks.AsyncLocalStorage?.snapshot;

/**
 * Runs work outside the async context of whoever happens to call: nothing of it sees that caller's `AsyncLocalStorage`, keeps its
 * store alive, or belongs to its trace. The context is the one in which this package was loaded.
 */
export const runInRootContext: Run =
  typeof snapshot === 'function' ? (asyncHooks.AsyncLocalStorage.snapshot() as Run) : (work) => work();
