import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from 'm2m-token-provider';
import type { AuthorizationServer, Mood } from '../embedded/authorization-server.js';
import type { Journal } from './journal.js';

const CALM_RENEWALS = 2;
/** The outage begins so long before the token falls due, in ms. */
const AHEAD_MS = 500;
/** Each stage lasts until an attempt has failed by it. */
const STAGES: readonly [Mood, string][] = [
  ['unavailable', 'answers 503'],
  ['hanging', 'accepts requests and never answers'],
  ['resetting', 'resets every connection'],
];

/** Lets the server fail in three ways, over the moment at which the token falls due. */
export async function makeOutage(
  server: AuthorizationServer,
  provider: TokenProvider,
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  for (let left = CALM_RENEWALS; left > 0; left -= 1) await nextEvent(provider, ['refresh'], signal);
  await untilShortlyBeforeDue(provider, signal);
  const callsBefore = journal.figures.calls;
  const startedAt = performance.now();
  for (const [mood, words] of STAGES) {
    server.mood = mood;
    journal.write('OUTAGE', `the server ${words}`);
    await nextEvent(provider, ['retry', 'failure'], signal);
  }
  server.mood = 'well';
  journal.figures.outageMs = performance.now() - startedAt;
  journal.figures.outageCalls = journal.figures.calls - callsBefore;
  journal.write(
    'OVER',
    `the server is well again; ${journal.figures.outageCalls.toLocaleString('en')} calls were served meanwhile`,
  );
}

/** Each token draws the moment at which it falls due: only the token itself can tell. */
async function untilShortlyBeforeDue(provider: TokenProvider, signal: AbortSignal): Promise<void> {
  const dueAt = provider.peek()?.dueAt ?? Date.now();
  await sleep(Math.max(0, dueAt - AHEAD_MS - Date.now()), undefined, { signal });
}

/** Waits for the next event with one of these names. */
async function nextEvent(
  provider: TokenProvider,
  names: readonly ('refresh' | 'retry' | 'failure')[],
  signal: AbortSignal,
): Promise<void> {
  const target = new EventTarget();
  const listener = (): void => void target.dispatchEvent(new Event('seen'));
  for (const name of names) provider.on(name, listener);
  try {
    await once(target, 'seen', { signal });
  } finally {
    for (const name of names) provider.off(name, listener);
  }
}
