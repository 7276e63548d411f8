import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from 'm2m-token-provider';
import type { AuthorizationServer, Mood } from '../embedded/authorization-server.js';
import type { Journal } from './journal.js';

const CALM_RENEWALS = 2;
/** Shortly before the next renewal of a 12 s token can be due, so that the outage meets it. */
const AFTER_RENEWAL_MS = 4_500;
const STAGES: readonly [Mood, string, number][] = [
  ['unavailable', 'answers 503', 1_300],
  ['hanging', 'accepts requests and never answers', 1_600],
  ['resetting', 'resets every connection', 1_300],
];

/** Lets the server fail in three ways, over the moment at which the token falls due. */
export async function makeOutage(
  server: AuthorizationServer,
  provider: TokenProvider,
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  await renewals(provider, CALM_RENEWALS, signal);
  await sleep(AFTER_RENEWAL_MS, undefined, { signal });
  const callsBefore = journal.figures.calls;
  const startedAt = performance.now();
  for (const [mood, words, durationMs] of STAGES) {
    server.mood = mood;
    journal.write('OUTAGE', `the server ${words}`);
    await sleep(durationMs, undefined, { signal });
  }
  server.mood = 'well';
  journal.figures.outageMs = performance.now() - startedAt;
  journal.figures.outageCalls = journal.figures.calls - callsBefore;
  journal.write(
    'OVER',
    `the server is well again; ${journal.figures.outageCalls.toLocaleString('en')} calls were served meanwhile`,
  );
}

async function renewals(provider: TokenProvider, count: number, signal: AbortSignal): Promise<void> {
  const target = new EventTarget();
  let left = count;
  const listener = (): void => {
    left -= 1;
    if (left === 0) target.dispatchEvent(new Event('enough'));
  };
  provider.on('refresh', listener);
  await once(target, 'enough', { signal });
  provider.off('refresh', listener);
}
