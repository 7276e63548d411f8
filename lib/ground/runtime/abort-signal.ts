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
