import { LRUCache } from 'lru-cache';

/** What the cache needs of its entries. */
export interface Evictable {
  /** When it was last asked for. The hot path writes this, and tells nobody. */
  readonly askedAt: number;
  /** The value of `askedAt` when the cache last put the entry in front. Kept in the entry, since there may be very many. */
  rankedAt: number;
  /** Whether callers wait for it: then it stays. */
  readonly isAwaited: boolean;
}

/** How many recently used entries a search passes over before it takes the oldest of them: an eviction must be quick. */
const MAX_CHANCES = 8;
/** How many entries that callers wait for are passed over before the cache grows instead. */
const MAX_LOOKS = 1_000;
/** lru-cache keeps no bound by itself: an entry that callers wait for must stay, so the bound is kept here. */
const UNBOUNDED = { maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 };

/** Entries by key, of bounded number unless callers wait for more. The entry that was asked for the longest ago goes first. */
export class EntryCache<Entry extends Evictable> {
  readonly #items = new LRUCache<string, Entry>(UNBOUNDED);
  readonly #max: number;
  readonly #onEvict: (entry: Entry, key: string) => void;
  /** Whether callers wait for all entries that the last search saw. Until one is released, a search stops early. */
  #areAllBusy = false;

  constructor(max: number, onEvict: (entry: Entry, key: string) => void) {
    this.#max = max;
    this.#onEvict = onEvict;
  }

  /** Changes no ranks: those follow `askedAt`. */
  get(key: string): Entry | undefined {
    return this.#items.peek(key);
  }

  /** The caller of the new entry has yet to begin to wait for it, so another entry goes in its place. */
  add(key: string, entry: Entry): void {
    this.#items.set(key, entry);
    this.#trim(key);
  }

  /** Nobody waits any more for the entry of that key: evicts what is beyond the bound. */
  release(keyOf: () => string): void {
    if (this.#items.size <= this.#max) return;
    if (!this.#areAllBusy) this.#trim();
    else this.#evict(keyOf());
    this.#areAllBusy &&= this.#items.size > this.#max;
  }

  values(): IterableIterator<Entry> {
    return this.#items.rvalues() as IterableIterator<Entry>;
  }

  #trim(newest?: string): void {
    while (this.#items.size > this.#max) {
      const victim = this.#findVictim(newest);
      this.#areAllBusy = victim === undefined;
      if (victim === undefined) return;
      this.#evict(victim);
    }
  }

  #evict(key: string): void {
    const entry = this.#items.peek(key);
    if (!entry || entry.isAwaited) return;
    this.#items.delete(key);
    this.#onEvict(entry, key);
  }

  /**
   * The hot path leaves the order alone: entries that were asked for since are put in front here, in passing. Where that is so for
   * all of the first few, the one of them that was asked for the longest ago goes.
   */
  #findVictim(newest: string | undefined): string | undefined {
    const passed: string[] = [];
    const victim = this.#choose(newest, passed);
    for (const key of passed) this.#putInFront(key);
    return victim;
  }

  #choose(newest: string | undefined, passed: string[]): string | undefined {
    let oldest: string | undefined;
    let oldestAt = Number.POSITIVE_INFINITY;
    for (const key of this.#items.rkeys()) {
      const isFar = oldest === undefined && !this.#areAllBusy;
      if (passed.length >= (isFar ? MAX_LOOKS : MAX_CHANCES)) break;
      const { askedAt, rankedAt, isAwaited } = this.#items.peek(key) as Entry;
      if (key === newest) continue;
      if (!isAwaited && askedAt === rankedAt) return key;
      passed.push(key);
      if (!isAwaited && askedAt < oldestAt) [oldest, oldestAt] = [key, askedAt];
    }
    return oldest;
  }

  #putInFront(key: string): void {
    const entry = this.#items.get(key) as Entry;
    entry.rankedAt = entry.askedAt;
  }
}
