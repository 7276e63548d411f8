import type { ProviderHealth } from '../entry/provider-health.js';
import type { EventName, Listener } from '../ground/events.js';

/** What can be observed: a `TokenProvider`, or what stands in its place in tests. */
export interface ObservedProvider {
  on<Name extends EventName>(name: Name, listener: Listener<Name>): unknown;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): unknown;
  health(): ProviderHealth;
}

/** Whose events can be heard. */
export type EventSource = Pick<ObservedProvider, 'on' | 'off'>;

/** Whether that is of a provider which is closed: it fails, though no target does. */
export function isOfClosed({ status, entries }: ProviderHealth): boolean {
  return status === 'fail' && entries.every((entry) => entry.status !== 'fail');
}
