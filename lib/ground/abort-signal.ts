import { setMaxListeners } from 'node:events';

/**
 * Lets many listen to a signal: Node.js would take that for a leak, and print a warning. Signals of another maker (jsdom, a
 * polyfill) know no limit, and Node.js throws at them.
 */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // There is no limit to lift.
  }
}

/** Why a signal was aborted. Older polyfills give no reason. */
export function abortReason({ reason }: AbortSignal): unknown {
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
}

/** As the signal's own method does, which older signals (jsdom 20, of Jest 29) lack. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortReason(signal);
}
