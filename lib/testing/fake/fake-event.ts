import { now } from '../../ground/clock.js';
import { TokenRequestError, TokenStoreError } from '../../ground/errors.js';
import type { EventName, TargetSummary, TokenProviderEvents } from '../../ground/events.js';

/** What renewals of a fake provider fail by, unless the test says it: nobody answers. */
export function outage(): TokenRequestError {
  return new TokenRequestError('No connection to the token endpoint (ECONNREFUSED).', 'ECONNREFUSED');
}

/** The event of that name, with something true in all fields that the test does not give. */
export function completeEvent<Name extends EventName>(
  name: Name,
  given: Partial<TokenProviderEvents[Name]>,
  target: TargetSummary,
): TokenProviderEvents[Name] {
  return { target, ...makers[name](now().wall), ...given } as TokenProviderEvents[Name];
}

const makers: {
  readonly [Name in EventName]: (at: number) => Omit<TokenProviderEvents[Name], 'target'>;
} = {
  refresh: (at) => ({
    reason: 'due',
    scope: undefined,
    expiresAt: at + 600_000,
    dueAt: at + 300_000,
    durationMs: 0,
    attempts: 1,
    source: 'endpoint',
  }),
  failure: (at) => ({
    reason: 'due',
    error: outage(),
    attempts: 6,
    permanent: false,
    nextAttemptAt: at + 1_000,
    usableUntil: at + 300_000,
  }),
  retry: (at) => ({ reason: 'due', error: outage(), attempt: 1, delayMs: 1_000, nextAttemptAt: at + 1_000 }),
  expire: (at) => ({ expiresAt: at, lastError: outage() }),
  reject: (at) => ({ issuedAt: at, nextAttemptAt: at }),
  evict: (at) => ({ expiresAt: at + 300_000 }),
  degrade: () => ({ trouble: 'read', error: new TokenStoreError('The store is down.', 'ECONNREFUSED') }),
  recover: () => ({ trouble: 'read', durationMs: 1_000 }),
};
