import type { RenewalState } from '../renewal/renewal.js';
import type { TokenState } from '../token/token-slot.js';

export type Decision = 'serve' | 'serve and renew' | 'renew and wait' | 'wait' | 'wait if it fits';

/** The rule of the house: who is served, who waits, and what starts a renewal. */
export function decide(token: TokenState, renewal: RenewalState): Decision {
  if (token === 'fresh') return 'serve';
  if (token === 'due') return renewal === 'idle' ? 'serve and renew' : 'serve';
  if (renewal === 'idle') return 'renew and wait';
  return renewal === 'flying' ? 'wait' : 'wait if it fits';
}
