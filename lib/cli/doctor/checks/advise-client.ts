import type { TokenProviderOptions } from '../../../index.js';
import { waysOf } from '../../settings/setting-names.js';
import { tryToken } from '../token-trial.js';

const OTHERS: ReadonlyMap<unknown, 'basic' | 'post'> = new Map([
  ['basic', 'post'],
  [undefined, 'post'],
  ['basic-raw', 'post'],
  ['post', 'basic'],
]);

/**
 * What to do beyond the library's own words where a client is refused: the other of Basic and POST is the most likely cause. Tries
 * it only if that is asked for, since servers count failed logins.
 */
export async function adviseClient(
  options: TokenProviderOptions,
  isAsked: boolean,
  timeoutMs: number,
): Promise<string> {
  const other = OTHERS.get(options.authentication);
  if (other === undefined) return '';
  if (!isAsked) return `m2m-token doctor --try-both tries ${other} as well, by one more login.`;
  const { token } = await tryToken({ ...options, authentication: other }, timeoutMs);
  const set = `${waysOf('authentication')}`;
  return token
    ? `With ${other} this client gets a token: set ${other} by ${set}.`
    : `With ${other} it is refused, too: the cause is the client or its secret, not the authentication.`;
}
