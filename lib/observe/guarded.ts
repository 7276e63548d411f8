import { warnProcess } from '../ground/process-warning.js';

/** The same function, but a meter that throws ends no process: that is what Node.js makes of a subscriber of a channel that throws. */
export function guarded<Args extends readonly unknown[]>(
  record: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      record(...args);
    } catch (error) {
      warnProcess({
        code: 'TOKEN_PROVIDER_METER',
        message: 'The meter threw that instrument() was given.',
        thrown: error,
      });
    }
  };
}
