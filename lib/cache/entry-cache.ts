import { LRUCache } from 'lru-cache';

/** What can be kept here. */
export interface Evictable {
  /** When it was last asked for. Reading this must cost nothing: the hot path writes it, and tells nobody else. */
  readonly askedAt: number;
  /** As `askedAt` was when this was last put in front. The cache keeps it here, since there may be very many. */
  rankedAt: number;
  /** Whether somebody waits for it: then it stays. */
  readonly isBusy: boolean;
}

/** How many that were asked for since are passed over: an eviction must not take long. */
const MAX_CHANCES = 8;
/** How many that callers wait for are passed over before the cache rather grows. */
const MAX_LOOKS = 1_000;
/** Not a bound by itself: an entry that somebody waits for must stay, so the bound is kept here. */
const UNBOUNDED = { maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 };

/** Entries by key, at most so many, unless callers wait for more. Those nobody has asked for the longest go first. */
export class EntryCache<Entry extends Evictable> {
  readonly #items = new LRUCache<string, Entry>(UNBOUNDED);
  readonly #max: number;
  readonly #onEvict: (entry: Entry, key: string) => void;
  /** As the last search found it: until somebody is released, further ones need not go far. */
  #areAllBusy = false;

  constructor(max: number, onEvict: (entry: Entry, key: string) => void) {
    this.#max = max;
    this.#onEvict = onEvict;
  }

  /** Who asks for it says so by `askedAt`; this alone changes no ranks. */
  get(key: string): Entry | undefined {
    return this.#items.peek(key);
  }

  /** Whoever asked for the newest one has yet to begin to wait for it, so another goes in its place. */
  add(key: string, entry: Entry): void {
    this.#items.set(key, entry);
    this.#trim(key);
  }

  /** Told that nobody waits any more for the entry of that key: lets go what is beyond the bound. */
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
    if (!entry || entry.isBusy) return;
    this.#items.delete(key);
    this.#onEvict(entry, key);
  }

  /**
   * The hot path leaves the order alone: who was asked for since is put in front here, in passing. Where all of the first
   * few were, the one of them goes that was asked for the longest ago.
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
      const { askedAt, rankedAt, isBusy } = this.#items.peek(key) as Entry;
      if (key === newest) continue;
      if (!isBusy && askedAt === rankedAt) return key;
      passed.push(key);
      if (!isBusy && askedAt < oldestAt) [oldest, oldestAt] = [key, askedAt];
    }
    return oldest;
  }

  #putInFront(key: string): void {
    const entry = this.#items.get(key) as Entry;
    entry.rankedAt = entry.askedAt;
  }
}
