import type { ProviderHealth } from '../entry/provider-health.js';
import type { EventName, Listener } from '../ground/events.js';
import type { Stop } from './start-all.js';

/** What can be observed: a `TokenProvider`, or what stands in its place in tests. */
export interface ObservedProvider {
  on<Name extends EventName>(name: Name, listener: Listener<Name>): unknown;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): unknown;
  health(): ProviderHealth;
}

/** Whose events can be heard. */
export type EventSource = Pick<ObservedProvider, 'on' | 'off'>;

/** Hears the events of a name; gives what ends that. */
export function hear<Name extends EventName>(
  provider: EventSource,
  name: Name,
  listener: Listener<Name>,
): Stop {
  provider.on(name, listener);
  return () => void provider.off(name, listener);
}
