import type { GetTokenOptions, TargetOptions, WaitOptions } from '../../options/token-provider-options.js';

/** A call that a fake provider has had. What the caller did not give is not there. */
export interface FakeCall {
  readonly method: 'getToken' | 'refresh' | 'invalidate' | 'close';
  /** Whose token was asked for: `{}` for the client of the options. */
  readonly target?: TargetOptions;
  /** How the caller waits. */
  readonly options?: WaitOptions;
  /** What was told to be rejected. */
  readonly token?: string;
}

/** What a call of `getToken` has said. */
export function getTokenCall(options: GetTokenOptions = {}): FakeCall {
  const { signal, maxWaitMs, minValidityMs, ...target } = options;
  const given = Object.entries({ signal, maxWaitMs, minValidityMs }).filter(
    ([, value]) => value !== undefined,
  );
  const call = { method: 'getToken', target } as const;
  return given.length === 0 ? call : { ...call, options: Object.fromEntries(given) };
}
