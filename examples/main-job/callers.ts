import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from 'm2m-token-provider';
import type { Journal } from './journal.js';

const CALLS_A_ROUND = 200;
const ROUND_MS = 10;

/** Calls `getToken()` as a busy service does, until told to stop, and counts who had to wait and who got an error. */
export async function callAway(
  provider: TokenProvider,
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (let call = 0; call < CALLS_A_ROUND; call += 1) await callOnce(provider, journal);
    await sleep(ROUND_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function callOnce(provider: TokenProvider, { figures }: Journal): Promise<void> {
  let isSettled = false;
  const call = provider.getToken().then(
    () => {
      isSettled = true;
    },
    () => {
      isSettled = true;
      figures.failed += 1;
    },
  );
  // A settled promise is through after one turn of the microtask queue; whatever is not had to wait.
  await Promise.resolve();
  figures.calls += 1;
  if (!isSettled) figures.waited += 1;
  await call;
}
