import { randomBytes, randomUUID } from 'node:crypto';
import type { StoredToken } from '../../ground/token-store.js';

/** The name of a target that no store holds yet: 43 characters of base64url, as they all are. */
export function newTarget(): string {
  return randomBytes(32).toString('base64url');
}

/** The name of a lease. */
export function newOwner(): string {
  return randomUUID();
}

/** A token as a provider stores it. */
export function newToken(changes: Partial<StoredToken> = {}): StoredToken {
  return Object.freeze({
    value: randomBytes(24).toString('base64url'),
    tokenType: 'Bearer',
    scope: undefined,
    lifetimeMs: 600_000,
    isLifetimeGuessed: false,
    remainingMs: 500_000,
    ...changes,
  });
}
