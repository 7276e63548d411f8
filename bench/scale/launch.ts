import { runChild } from '../shared/run-child.js';

/** Runs one measurement in a process of its own; its result is what its `measure()` gives. */
export function launch<Result>(
  measurement: string,
  parameters: object,
  flags: readonly string[] = [],
): Promise<Result> {
  const script = new URL('./run-measurement.ts', import.meta.url);
  return runChild(script, [measurement, JSON.stringify(parameters)], ['--expose-gc', ...flags]);
}
