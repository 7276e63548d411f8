import { setMaxListeners } from 'node:events';

/** Lets very many listen to it. Node.js would warn of more than ten; the signals of others do not, and are refused here. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Not a signal of Node.js: it has no limit.
  }
}
