import { withDeadline } from '../ground/deadline.js';
import type { Target } from '../oauth/target.js';

/** What tokens of a moment are bound to. */
export interface TokenBinding {
  /** Such as the thumbprint of a certificate; `undefined` where tokens are bound to nothing that changes. */
  readonly value: string | undefined;
}

const UNBOUND: TokenBinding = { value: undefined };

/**
 * Asks the authenticator, which may be the user's own code, what the tokens of this moment are bound to.
 * @returns `undefined` where that cannot be found out in time
 * @throws the signal's reason, once it is aborted
 */
export function readBinding(
  { authenticator }: Target,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): TokenBinding | undefined | Promise<TokenBinding | undefined> {
  if (!authenticator.binding) return UNBOUND;
  const onTimeout = () => new Error('in time');
  const ask = async (): Promise<unknown> => authenticator.binding?.();
  return withDeadline(ask, { signal, timeoutMs, onTimeout }).then(
    (value) => (value === undefined || typeof value === 'string' ? { value } : undefined),
    () => {
      signal.throwIfAborted();
      return undefined;
    },
  );
}
