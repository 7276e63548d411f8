import { clearTimeout, setTimeout } from 'node:timers';
import { type Cancel, MAX_TIMER_MS } from '../clock.js';
import { armInRootContext } from '../root-context.js';

/** What is used of a `MessagePort`. */
interface Handle {
  ref?(): void;
  unref?(): void;
}

let handle: Handle | undefined;
let holders = 0;
let longestMs = 0;
/** Lets the process end once even the most patient holder has given up. */
let guard: NodeJS.Timeout | undefined;
/** Whether one has come since the guard was armed. */
let hasNewHolder = false;

/**
 * Keeps the process alive until the result is called, for a caller who waits for `atMostMs`. A timer would do in most programs, but
 * not in tests that fake all timers: there Node.js would see nothing left to do, and end with code 13. And a caller whom such a test
 * has forgotten must not keep the process alive for ever.
 */
export function keepAlive(atMostMs: number): Cancel {
  holders += 1;
  longestMs = Math.min(Math.max(longestMs, atMostMs), MAX_TIMER_MS);
  if (guard) hasNewHolder = true;
  else hold();
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    holders -= 1;
    if (holders > 0) return;
    longestMs = 0;
    letGo();
  };
}

function hold(): void {
  handle ??= armInRootContext(makeHandle);
  handle.ref?.();
  // Imported, not global: this one is hardly ever faked.
  guard = armInRootContext(() => setTimeout(onGuard, longestMs));
  guard.unref?.();
}

function onGuard(): void {
  const isStillWanted = hasNewHolder;
  letGo();
  if (isStillWanted) hold();
}

function letGo(): void {
  handle?.unref?.();
  clearTimeout(guard);
  guard = undefined;
  hasNewHolder = false;
}

/** A port that no message ever comes to: nobody fakes it, and it costs nothing while it waits. */
function makeHandle(): Handle {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  return threads?.MessageChannel ? new threads.MessageChannel().port1 : {};
}
