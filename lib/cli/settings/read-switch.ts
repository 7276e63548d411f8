import { UsageError } from '../usage/usage-error.js';
import type { GivenSetting } from './given-settings.js';

/**
 * Whether a setting that is on or off is on; off where it is not given.
 * @throws {UsageError} when it is neither
 */
export function readSwitch(given: GivenSetting | undefined): boolean {
  if (given === undefined || given.value === 'false' || given.value === '0') return false;
  if (given.value === true || given.value === 'true' || given.value === '1') return true;
  throw new UsageError(`${given.from}: must be true or false.`);
}
