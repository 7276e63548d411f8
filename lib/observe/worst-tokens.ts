import type { Attributes } from '@opentelemetry/api';
import { type EntryHealth, isUsable } from '../entry/entry-health.js';
import type { ProviderHealth } from '../entry/provider-health.js';
import type { MetricAttributes } from './attributes/metric-attributes.js';

/**
 * The worst of all targets that look alike in the metrics. Times in seconds, and never NaN: JSON has none, so that a Collector would refuse
 * all that the service sends.
 */
export interface WorstToken {
  readonly attributes: Attributes;
  /** Until the first of their tokens ends; 0 where a target fails and has none; -1 where there is none, and no target fails. */
  readonly expiresIn: number;
  /** Of the oldest token that is handed out; 0 where there is none. */
  readonly age: number;
}

/** Less than any time; 0 would be an alarm. */
const NO_ALARM = -1;

/** Finds the worst tokens, collection by collection. */
export class WorstTokens {
  readonly #known = new Map<string, Attributes>();

  /**
   * Those of each set of attributes that has ever been shown: OpenTelemetry goes on showing the last value where it is told no other, and
   * has no way to end a series.
   */
  find(
    sources: Iterable<{ readonly health: ProviderHealth; readonly attributes: MetricAttributes }>,
    at: number,
  ): WorstToken[] {
    const found = new Map<string, WorstToken>();
    for (const { health, attributes } of sources)
      for (const entry of health.entries.filter(isOfInterest)) {
        const token = describeToken(entry, attributes, at);
        const key = JSON.stringify(token.attributes);
        found.set(key, worse(token, found.get(key)));
        this.#known.set(key, token.attributes);
      }
    return Array.from(this.#known, ([key, attributes]) => found.get(key) ?? none(attributes));
  }
}

/** A target that nobody asks for has a token that ended long ago, and that is no trouble. */
function isOfInterest(entry: EntryHealth): boolean {
  return isUsable(entry) || entry.status === 'fail';
}

function describeToken(entry: EntryHealth, attributes: MetricAttributes, at: number): WorstToken {
  const { expiresAt = at, issuedAt = at, target } = entry;
  const isHeld = isUsable(entry);
  return {
    attributes: attributes.ofTarget(target),
    expiresIn: isHeld ? secondsFrom(at, expiresAt) : 0,
    age: isHeld ? secondsFrom(issuedAt, at) : 0,
  };
}

/** Not less than none, although the clock may have been set. */
function secondsFrom(since: number, until: number): number {
  return Math.max(0, until - since) / 1_000;
}

function worse(one: WorstToken, other: WorstToken = one): WorstToken {
  return {
    attributes: one.attributes,
    expiresIn: Math.min(one.expiresIn, other.expiresIn),
    age: Math.max(one.age, other.age),
  };
}

function none(attributes: Attributes): WorstToken {
  return { attributes, expiresIn: NO_ALARM, age: 0 };
}
