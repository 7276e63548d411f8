import type { KeptDocument } from '../../documents/kept-document.js';
import { now } from '../../ground/clock.js';
import type { TokenProviderErrorCode } from '../../ground/errors.js';
import type { KeyList } from './key-list.js';

/** How the keys of a verifier are. */
export interface VerifierStatus {
  readonly issuer: string;
  /** *stale*: older than its lifetime, and used all the same, since no newer ones can be had. */
  readonly state: 'absent' | 'fresh' | 'due' | 'stale';
  readonly keys: number;
  /** ms since the epoch; `undefined` without keys. */
  readonly dueAt: number | undefined;
  readonly usableUntil: number | undefined;
  readonly failuresInARow: number;
  readonly lastErrorCode: TokenProviderErrorCode | undefined;
  /** ms since the epoch; `undefined` unless the next attempt has its time. */
  readonly nextAttemptAt: number | undefined;
}

export function describeKeys(
  issuer: string,
  { edition, renewal }: Pick<KeptDocument<KeyList>, 'edition' | 'renewal'>,
): VerifierStatus {
  const at = now();
  const held = edition && edition.usableMs(at) > 0 ? edition : undefined;
  const waitMs = renewal.msToNextAttempt(at);
  return Object.freeze({
    issuer,
    state: stateOf(held?.freshMs(at), held && held.lifetimeMs - held.ageMs(at)),
    keys: held?.content.size ?? 0,
    dueAt: held?.dueAt,
    usableUntil: held?.usableUntil,
    failuresInARow: renewal.failuresInARow,
    lastErrorCode: renewal.lastError?.code,
    nextAttemptAt: waitMs === undefined ? undefined : Math.ceil(at.wall + waitMs),
  });
}

function stateOf(freshMs: number | undefined, lifeMs: number | undefined): VerifierStatus['state'] {
  if (freshMs === undefined || lifeMs === undefined) return 'absent';
  if (freshMs > 0) return 'fresh';
  return lifeMs > 0 ? 'due' : 'stale';
}
