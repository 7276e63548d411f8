import type { Meter } from '@opentelemetry/api';

/** Makes one thing for each meter, the first time that it is asked for: all providers that record by a meter have it in common. */
export function perMeter<T extends object>(make: (meter: Meter) => T): (meter: Meter) => T {
  const made = new WeakMap<Meter, T>();
  return (meter) => {
    const one = made.get(meter) ?? make(meter);
    made.set(meter, one);
    return one;
  };
}
