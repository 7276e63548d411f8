import type { Counter, Meter } from '@opentelemetry/api';
import type { FailureEvent, RefreshEvent, RejectEvent } from '../ground/events.js';
import type { MetricAttributes } from './attributes/metric-attributes.js';
import { guarded } from './guarded.js';
import { type EventSource, hear } from './observed-provider.js';
import { type Stop, startAll } from './start-all.js';

/** Counts what the events tell; gives what ends that. */
export function countEvents(meter: Meter, provider: EventSource, attributes: MetricAttributes): Stop {
  const refreshes = openCounter(meter, 'refresh', 'm2m_token.refreshes', 'New tokens that are held.');
  const failures = openCounter(meter, 'failure', 'm2m_token.failures', 'Renewals that gave up.');
  const rejections = openCounter(meter, 'rejection', 'm2m_token.rejections', 'Tokens that an API rejected.');
  const onRefresh = guarded(({ target, reason, source }: RefreshEvent) =>
    refreshes.add(1, { ...attributes.ofTarget(target), reason, source }),
  );
  const onFailure = guarded(({ target, reason, error }: FailureEvent) =>
    failures.add(1, { ...attributes.ofTarget(target), reason, ...attributes.ofError(error) }),
  );
  const onReject = guarded(({ target }: RejectEvent) => rejections.add(1, attributes.ofTarget(target)));
  return startAll([
    () => hear(provider, 'refresh', onRefresh),
    () => hear(provider, 'failure', onFailure),
    () => hear(provider, 'reject', onReject),
  ]);
}

function openCounter(meter: Meter, what: string, name: string, description: string): Counter {
  return meter.createCounter(name, { description, unit: `{${what}}` });
}
