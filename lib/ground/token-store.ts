/** A token as processes share it. It is a secret. */
export interface StoredToken {
  readonly value: string;
  readonly tokenType: string;
  readonly scope: string | undefined;
  /** From its request to its end, in ms. */
  readonly lifetimeMs: number;
  /** Whether the server named no lifetime. */
  readonly isLifetimeGuessed: boolean;
  /** From now to its end, in ms. No time of day: the clocks of two machines differ. */
  readonly remainingMs: number;
}

/** What a store holds for one target. */
export interface StoredState {
  readonly token?: StoredToken | undefined;
  /** Why what is stored cannot be used: a record that is forged, damaged, too large, or of another version. */
  readonly fault?: string | undefined;
  /** Who has the lease. The process that has it fetches the next token for all. */
  readonly owner?: string | undefined;
}

/**
 * Where processes share tokens. All times in it are durations, for the clocks of two machines differ: whatever keeps a token
 * must count its life by a clock of its own, and give back none that has ended.
 *
 * `target` names whose token is meant: the SHA-256 of all that shapes the token (token endpoint, client, authentication,
 * scope, resource, parameters), as base64url. It is 43 characters long, the same in all processes, and shows none of these.
 * `owner` names one lease, by up to 64 characters. Neither is a secret.
 *
 * A method that fails rejects; one that hangs is given up: callers get their tokens all the same.
 */
export interface TokenStore {
  read(target: string): Promise<StoredState>;
  /**
   * Gives the lease to `owner` for `leaseMs`, unless somebody has it.
   * @returns whether it was free
   */
  takeLease(target: string, owner: string, leaseMs: number): Promise<boolean>;
  /**
   * Makes the lease end `leaseMs` from now, later or earlier than before, if `owner` has it. An owner who has lost the lease does
   * not get it back.
   * @returns whether `owner` has it
   */
  extendLease(target: string, owner: string, leaseMs: number): Promise<boolean>;
  /** Ends the lease, if `owner` has it. */
  releaseLease(target: string, owner: string): Promise<void>;
  /**
   * Stores the token and ends the lease, in one step. Does nothing unless `owner` has the lease: a process that
   * lost the lease may bring an old token. What is stored is a copy: nothing that becomes of `token`, or of what `read()` gave,
   * changes it. Its life may be counted in whole seconds, rounded down: it may end less than a second early, and never late.
   * @returns whether it is stored
   */
  write(target: string, owner: string, token: StoredToken): Promise<boolean>;
}

/** Longer tokens are not stored. */
export const MAX_STORED_LENGTH = 32_768;

/** How long a lease is given for, in ms, before it must be extended. */
export const LEASE_MS = 3_000;

/** No lease is given for longer, in ms, even if the token endpoint asked for more by `Retry-After`. */
export const LONGEST_LEASE_MS = 60_000;
