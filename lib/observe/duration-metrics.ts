import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Histogram, Meter } from '@opentelemetry/api';
import { steadyNow } from '../ground/clock.js';
import { CHANNEL_PREFIX } from '../ground/diagnostics/event-channels.js';
import type { TokenRequestMessage } from '../ground/diagnostics/token-request-channel.js';
import type { WaitMessage } from '../ground/diagnostics/wait-channel.js';
import type { MetricAttributes } from './attributes/metric-attributes.js';
import { guarded } from './guarded.js';
import { type Stop, startAll } from './start-all.js';

/** In seconds, as OpenTelemetry advises for requests by HTTP. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** A caller may wait for longer than a request takes: `maxWaitMs` is 30 s by default. */
const WAIT_BUCKETS = [...BUCKETS, 15, 30, 60];

const TRACED = `tracing:${CHANNEL_PREFIX}token-request`;

/** Measures token requests, and the waits of callers; gives what ends that. */
export function measureDurations(meter: Meter, provider: object, attributes: MetricAttributes): Stop {
  return startAll([
    () => measureRequests(meter, provider, attributes),
    () => measureWaits(meter, provider, attributes),
  ]);
}

function measureRequests(meter: Meter, provider: object, attributes: MetricAttributes): Stop {
  const histogram = openHistogram(meter, 'm2m_token.request.duration', {
    description: 'Duration of token requests.',
    buckets: BUCKETS,
  });
  const startedAt = new WeakMap<object, number>();
  const onStart = (message: TokenRequestMessage): void => void startedAt.set(message, steadyNow());
  const onEnd = (message: TokenRequestMessage): void => {
    const since = startedAt.get(message);
    // It began before anybody measured.
    if (since === undefined) return;
    const { target, error } = message;
    const seconds = (steadyNow() - since) / 1_000;
    histogram.record(seconds, { ...attributes.ofTarget(target), ...attributes.ofError(error) });
  };
  return startAll([
    () => listen(`${TRACED}:start`, provider, onStart),
    () => listen(`${TRACED}:asyncEnd`, provider, onEnd),
  ]);
}

function measureWaits(meter: Meter, provider: object, attributes: MetricAttributes): Stop {
  const histogram = openHistogram(meter, 'm2m_token.wait.duration', {
    description: 'Duration of the waits of callers for whom there was no usable token.',
    buckets: WAIT_BUCKETS,
  });
  return listen<WaitMessage>(`${CHANNEL_PREFIX}wait`, provider, ({ target, durationMs, outcome, error }) => {
    const why = outcome === 'served' ? undefined : (error ?? outcome);
    histogram.record(durationMs / 1_000, { ...attributes.ofTarget(target), ...attributes.ofError(why) });
  });
}

function openHistogram(
  meter: Meter,
  name: string,
  { description, buckets }: { readonly description: string; readonly buckets: number[] },
): Histogram {
  return meter.createHistogram(name, {
    description,
    unit: 's',
    advice: { explicitBucketBoundaries: buckets },
  });
}

/** Hears what is published of this provider; channels are those of all providers of the process. */
function listen<Message extends { readonly provider: object }>(
  channel: string,
  provider: object,
  record: (message: Message) => void,
): Stop {
  const hear = guarded((message: unknown): void => {
    if ((message as Message).provider === provider) record(message as Message);
  });
  subscribe(channel, hear);
  return () => void unsubscribe(channel, hear);
}
