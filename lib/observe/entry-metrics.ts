import type { BatchObservableResult, Meter } from '@opentelemetry/api';
import { isClosedProvider } from '../entry/provider-health.js';
import { wallNow } from '../ground/clock.js';
import type { TokenState } from '../token/token-slot.js';
import type { MetricAttributes } from './attributes/metric-attributes.js';
import type { ObservedProvider } from './observed-provider.js';
import { perMeter } from './per-meter.js';
import type { StoreTroubles } from './store-troubles.js';
import { WorstTokens } from './worst-tokens.js';

/** A provider, and what is known of it besides. */
export interface ObservedEntries {
  readonly provider: Pick<ObservedProvider, 'health'>;
  readonly attributes: MetricAttributes;
  readonly troubles: Pick<StoreTroubles, 'isDegraded'>;
}

const STATES: readonly TokenState[] = ['absent', 'fresh', 'due', 'expired', 'rejected'];

const gaugesOf = perMeter((meter) => new EntryGauges(meter));

/** Shows how things stand, each time somebody collects the metrics; gives what ends that. */
export function observeEntries(meter: Meter, observed: ObservedEntries): () => void {
  return gaugesOf(meter).add(observed);
}

/**
 * The gauges of a meter: one set for all its providers, since of two values for the same attributes only the last would count. They stay
 * when the last provider has gone: OpenTelemetry would go on showing what it was told of that one.
 */
class EntryGauges {
  readonly #instruments: ReturnType<typeof openInstruments>;
  readonly #observed = new Set<ObservedEntries>();
  readonly #worst = new WorstTokens();

  constructor(meter: Meter) {
    this.#instruments = openInstruments(meter);
    meter.addBatchObservableCallback((result) => this.#tell(result), Object.values(this.#instruments));
  }

  add(observed: ObservedEntries): () => void {
    this.#observed.add(observed);
    return () => void this.#observed.delete(observed);
  }

  #tell(result: BatchObservableResult): void {
    const { entries, expiresIn, age, degraded } = this.#instruments;
    const all = Array.from(this.#observed, (one) => ({ ...one, health: one.provider.health() }));
    // Nobody waits for a token of a closed one, and its store is nobody's trouble.
    const observed = all.filter(({ health }) => !isClosedProvider(health));
    const states = observed.flatMap(({ health }) => health.entries.map(({ state }) => state));
    for (const state of STATES)
      result.observe(entries, states.filter((one) => one === state).length, { state });
    for (const token of this.#worst.find(observed, wallNow())) {
      result.observe(expiresIn, token.expiresIn, token.attributes);
      result.observe(age, token.age, token.attributes);
    }
    result.observe(degraded, Number(observed.some(({ troubles }) => troubles.isDegraded)));
  }
}

function openInstruments(meter: Meter) {
  return {
    expiresIn: meter.createObservableGauge('m2m_token.expires_in', {
      description:
        'Time until the token ends that ends first; 0 where a target fails, -1 where none does and there is no token.',
      unit: 's',
    }),
    age: meter.createObservableGauge('m2m_token.age', {
      description: 'Age of the oldest token that is handed out; 0 where there is none.',
      unit: 's',
    }),
    entries: meter.createObservableUpDownCounter('m2m_token.entries', {
      description: 'Targets, by the state of their token.',
      unit: '{entry}',
    }),
    degraded: meter.createObservableGauge('m2m_token.store.degraded', {
      description: '1 while the shared store is out of order, else 0.',
    }),
  };
}
