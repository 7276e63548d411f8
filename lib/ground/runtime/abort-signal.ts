import { setMaxListeners } from 'node:events';

/** Why a signal was aborted. The signals of some polyfills do not say. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError');
}

/** As the method of the signal, which the signals of some polyfills lack. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortReason(signal);
}

/**
 * An `AbortController` whose signal has all that Node.js and our packages expect. The global class may be that of a polyfill, whose
 * signals have neither `reason` nor `throwIfAborted()`.
 */
export function makeAbortController(): AbortController {
  const controller = new AbortController();
  return typeof controller.signal.throwIfAborted === 'function' ? controller : complete(controller);
}

/** Lets very many listen to it. Node.js would warn of more than ten; the signals of others do not, and are refused here. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Not a signal of Node.js: it has no limit.
  }
}

function complete(controller: AbortController): AbortController {
  const { signal } = controller;
  const abort = controller.abort.bind(controller);
  const give = (name: keyof AbortSignal, value: unknown) =>
    Object.defineProperty(signal, name, { value, configurable: true });
  give('throwIfAborted', () => throwIfAborted(signal));
  controller.abort = (reason: unknown) => {
    if (!signal.aborted && reason !== undefined) give('reason', reason);
    abort();
  };
  return controller;
}
