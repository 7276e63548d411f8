import { type EntryHealth, type HealthStatus, isUsable } from './entry-health.js';

/** How a provider stands as a whole, and each of its targets. No secret and no token in it. */
export interface ProviderHealth {
  /**
   * *fail*: a target fails, and there is no usable token for any target; or the provider is closed. *warn*: a target has trouble.
   * *pass*: none has.
   */
  readonly status: HealthStatus;
  /** As `status()` gives them, each with a status of its own. */
  readonly entries: readonly EntryHealth[];
}

/** Judges a provider by its entries. */
export function describeProviderHealth(
  entries: readonly EntryHealth[],
  { isClosed = false } = {},
): ProviderHealth {
  return Object.freeze({ status: isClosed ? 'fail' : judge(entries), entries: Object.freeze(entries) });
}

/** It fails, though no target does: only a closed provider looks like that. */
export function isClosedProvider({ status, entries }: ProviderHealth): boolean {
  return status === 'fail' && entries.every((entry) => entry.status !== 'fail');
}

/** One client with a wrong secret must not take a service down that serves others. */
function judge(entries: readonly EntryHealth[]): HealthStatus {
  if (entries.every(({ status }) => status === 'pass')) return 'pass';
  const isLost = entries.some(({ status }) => status === 'fail') && !entries.some(isUsable);
  return isLost ? 'fail' : 'warn';
}
