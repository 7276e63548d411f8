/**
 * What a token is at a moment. *absent*: never had. *fresh*: nothing to do. *due*: should be renewed, fully usable.
 * *expired*: must not be used. *rejected*: an API answered 401 to it.
 */
export type TokenState = 'absent' | 'fresh' | 'due' | 'expired' | 'rejected';

/** *flying*: a token is being fetched. *cooling*: fetching failed, and the next attempt has its time. */
export type RenewalState = 'idle' | 'flying' | 'cooling';

export type Decision = 'serve' | 'serve and renew' | 'renew and wait' | 'wait' | 'wait if it fits';

/** The rule of the house: who is served, who waits, and what starts a renewal. */
export function decide(token: TokenState, renewal: RenewalState): Decision {
  if (token === 'fresh') return 'serve';
  if (token === 'due') return renewal === 'idle' ? 'serve and renew' : 'serve';
  if (renewal === 'idle') return 'renew and wait';
  return renewal === 'flying' ? 'wait' : 'wait if it fits';
}
