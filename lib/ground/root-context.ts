import * as asyncHooks from 'node:async_hooks';

type Run = <T>(work: () => T) => T;

const root = makeRoot();
/** How many symbols a resource has that carries no store: those of its two ids. */
const OWN_SYMBOLS = 2;

/**
 * Runs work outside the async context of whoever happens to call: nothing of it sees that caller's `AsyncLocalStorage`, keeps its
 * store alive, or belongs to its trace.
 */
export const runInRootContext: Run = (work) => {
  try {
    return armInRootContext(work);
  } finally {
    // The work may have called `enterWith()`, which leaves its store behind.
    if (root && Object.getOwnPropertySymbols(root).length > OWN_SYMBOLS) leaveAllContexts(root);
  }
};

/** As `runInRootContext()`, for work that calls no code of others, and so can leave nothing behind. This costs much less. */
export const armInRootContext: Run = (work) => (root ? root.runInAsyncScope(work) : work());

/** Runtimes that imitate Node.js may not have it: then there is no context to leave. */
function makeRoot(): asyncHooks.AsyncResource | undefined {
  if (typeof asyncHooks.AsyncResource !== 'function') return undefined;
  class RootContext extends asyncHooks.AsyncResource {
    /** Keeps no process alive: what lists open handles, such as Jest, asks for it as of a timer. */
    hasRef(): boolean {
      return false;
    }
  }
  return leaveAllContexts(new RootContext('m2m-token-provider', { requireManualDestroy: true }));
}

/**
 * This file may be loaded inside a request, by `import()`. Node.js keeps the stores of that moment under symbols of the resource,
 * beside those of its ids.
 */
function leaveAllContexts<Resource extends object>(resource: Resource): Resource {
  for (const symbol of Object.getOwnPropertySymbols(resource)) {
    if (!symbol.description?.includes('async_id')) Reflect.deleteProperty(resource, symbol);
  }
  return resource;
}
