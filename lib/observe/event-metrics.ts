import type { Counter, Meter } from '@opentelemetry/api';
import type { FailureEvent, RefreshEvent, RejectEvent } from '../ground/events.js';
import type { MetricAttributes } from './attributes/metric-attributes.js';
import { guarded } from './guarded.js';
import type { EventSource } from './observed-provider.js';

/** Counts what the events tell; gives what ends that. */
export function countEvents(meter: Meter, provider: EventSource, attributes: MetricAttributes): () => void {
  const refreshes = openCounter(meter, 'refresh', 'm2m_token.refreshes', 'New tokens that are held.');
  const failures = openCounter(meter, 'failure', 'm2m_token.failures', 'Renewals that gave up.');
  const rejections = openCounter(meter, 'rejection', 'm2m_token.rejections', 'Tokens that an API rejected.');
  const listeners = {
    refresh: guarded(({ target, reason, source }: RefreshEvent) =>
      refreshes.add(1, { ...attributes.ofTarget(target), reason, source }),
    ),
    failure: guarded(({ target, reason, error }: FailureEvent) =>
      failures.add(1, { ...attributes.ofTarget(target), reason, ...attributes.ofError(error) }),
    ),
    reject: guarded(({ target }: RejectEvent) => rejections.add(1, attributes.ofTarget(target))),
  };
  provider.on('refresh', listeners.refresh);
  provider.on('failure', listeners.failure);
  provider.on('reject', listeners.reject);
  return () => {
    provider.off('refresh', listeners.refresh);
    provider.off('failure', listeners.failure);
    provider.off('reject', listeners.reject);
  };
}

function openCounter(meter: Meter, what: string, name: string, description: string): Counter {
  return meter.createCounter(name, { description, unit: `{${what}}` });
}
