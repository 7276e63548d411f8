import { elapsedMs, type Instant, now } from '../ground/clock.js';
import type { StoredState, StoredToken, TokenStore } from '../ground/token-store.js';

interface Slot {
  token?: { readonly stored: StoredToken; readonly at: Instant } | undefined;
  lease?: { readonly owner: string; readonly forMs: number; readonly at: Instant } | undefined;
}

/** Ended tokens and leases are removed when there are this many targets, or twice as many as were left the last time. */
const MIN_SWEPT = 1_000;

/** Shares tokens among the providers of one process: for tests, and where a service has several of them. */
export class MemoryTokenStore implements TokenStore {
  readonly #slots = new Map<string, Slot>();
  #sweepAt = MIN_SWEPT;

  /** How many targets it keeps. */
  get size(): number {
    return this.#slots.size;
  }

  async read(target: string): Promise<StoredState> {
    const at = now();
    const { slot, owner } = this.#look(target, at);
    const remainingMs = remainingOf(slot, at);
    if (slot.token && remainingMs > 0) return { token: { ...slot.token.stored, remainingMs }, owner };
    // For good: a clock that is set back must not revive it.
    slot.token = undefined;
    return { owner };
  }

  async takeLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    const at = now();
    const { slot, owner: before } = this.#look(target, at);
    if (before !== undefined) return false;
    slot.lease = { owner, forMs: leaseMs, at };
    if (this.#slots.size >= this.#sweepAt) this.#sweep(at);
    this.#slots.set(target, slot);
    return true;
  }

  async extendLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    const at = now();
    const { slot, owner: before } = this.#look(target, at);
    if (before !== owner) return false;
    slot.lease = { owner, forMs: leaseMs, at };
    return true;
  }

  async releaseLease(target: string, owner: string): Promise<void> {
    const { slot, owner: before } = this.#look(target, now());
    if (before === owner) slot.lease = undefined;
  }

  async write(target: string, owner: string, token: StoredToken): Promise<boolean> {
    const at = now();
    const { slot, owner: before } = this.#look(target, at);
    if (before !== owner) return false;
    slot.token = { stored: { ...token }, at };
    slot.lease = undefined;
    return true;
  }

  #look(target: string, at: Instant) {
    const slot: Slot = this.#slots.get(target) ?? {};
    return { slot, owner: ownerOf(slot, at) };
  }

  #sweep(at: Instant): void {
    for (const [target, slot] of this.#slots)
      if (remainingOf(slot, at) <= 0 && ownerOf(slot, at) === undefined) this.#slots.delete(target);
    this.#sweepAt = Math.max(MIN_SWEPT, this.#slots.size * 2);
  }
}

function remainingOf({ token }: Slot, at: Instant): number {
  return token ? token.stored.remainingMs - elapsedMs(token.at, at) : 0;
}

function ownerOf({ lease }: Slot, at: Instant): string | undefined {
  return lease && elapsedMs(lease.at, at) < lease.forMs ? lease.owner : undefined;
}
