import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import type { ClientHandle } from '../registry/client-handle.js';
import { MetricAttributes } from './attributes/metric-attributes.js';
import { measureDurations } from './duration-metrics.js';
import { observeEntries } from './entry-metrics.js';
import { countEvents } from './event-metrics.js';
import { type InstrumentOptions, readInstrumentOptions } from './instrument-options.js';
import type { ObservedProvider } from './observed-provider.js';
import { startAll } from './start-all.js';
import { StoreTroubles } from './store-troubles.js';

/**
 * Records the metrics of a provider by OpenTelemetry: token requests, waits, the tokens held, and what the events tell. Call it once for
 * a provider, or all is counted twice; and after the SDK has been started.
 *
 * @returns what ends that; a provider that is given up before the process ends must be let go by it
 * @throws {ConfigurationError} when an option is malformed, or `provider` is no provider
 * @example
 * ```ts
 * const stop = instrument(provider);
 * ```
 */
export function instrument(provider: ObservedProvider, options?: InstrumentOptions): () => void {
  checkProvider(provider);
  const { meter, clientIdAttribute } = readInstrumentOptions(options);
  const attributes = new MetricAttributes(meter, clientIdAttribute);
  const troubles = new StoreTroubles();
  return startAll([
    () => troubles.follow(provider),
    () => measureDurations(meter, provider, attributes),
    () => countEvents(meter, provider, attributes),
    () => observeEntries(meter, { provider, attributes, troubles }),
  ]);
}

function checkProvider(provider: unknown): void {
  const { on, off, health, getToken } = (provider ?? {}) as Partial<ObservedProvider & ClientHandle>;
  if ([on, off, health].every((method) => typeof method === 'function')) return;
  const isHandle = typeof getToken === 'function';
  const got = isHandle ? 'a handle for one target. Give the provider itself' : kindOf(provider);
  throw new ConfigurationError('provider', `must be a TokenProvider; got ${got}.`);
}
