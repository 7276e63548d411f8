import type { StoredToken } from '../../lib/ground/token-store.js';

export function storedToken(value = 'token-1', changes: Partial<StoredToken> = {}): StoredToken {
  return {
    value,
    tokenType: 'Bearer',
    scope: 'read',
    lifetimeMs: 600_000,
    isLifetimeGuessed: false,
    remainingMs: 500_000,
    ...changes,
  };
}
