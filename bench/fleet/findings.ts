import type { RealFindings } from './real/measure.js';
import type { Simulated } from './simulated/measure.js';

/** All that was measured: both parts, or one of them. */
export interface Findings {
  readonly real: RealFindings | undefined;
  readonly simulated: readonly Simulated[] | undefined;
}
