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
const MAX_CHANCES = 16;
/** How many that callers wait for are passed over before the cache rather grows. */
const MAX_LOOKS = 1_000;
/** Not a bound by itself: an entry that somebody waits for must stay, so the bound is kept here. */
const UNBOUNDED = { maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 };

/** Entries by key, at most so many, unless callers wait for more. Those nobody has asked for the longest go first. */
export class EntryCache<Entry extends Evictable> {
  readonly #items = new LRUCache<string, Entry>(UNBOUNDED);
  readonly #max: number;
  readonly #onEvict: (entry: Entry, key: string) => void;

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
    this.#trim(1);
  }

  /** Lets go those beyond the bound for whom nobody waits any more. */
  trim(): void {
    this.#trim(0);
  }

  values(): IterableIterator<Entry> {
    return this.#items.rvalues() as IterableIterator<Entry>;
  }

  #trim(newest: number): void {
    for (let excess = this.#items.size - this.#max; excess > 0; excess -= 1) {
      const victim = this.#findVictim(this.#items.size - newest);
      const entry = victim === undefined ? undefined : this.#items.peek(victim);
      if (victim === undefined || !entry) return;
      this.#items.delete(victim);
      this.#onEvict(entry, victim);
    }
  }

  /**
   * The hot path leaves the order alone: who was asked for since is put in front here, in passing. Where all of the first
   * few were, the one of them goes that was asked for the longest ago.
   */
  #findVictim(candidates: number): string | undefined {
    const passed: string[] = [];
    let oldest: string | undefined;
    let oldestAt = Number.POSITIVE_INFINITY;
    for (const key of this.#items.rkeys()) {
      const isEnough = passed.length >= (oldest === undefined ? MAX_LOOKS : MAX_CHANCES);
      if (isEnough || passed.length >= candidates) break;
      const { askedAt, rankedAt, isBusy } = this.#items.peek(key) as Entry;
      passed.push(key);
      const isResting = askedAt === rankedAt;
      if (!isBusy && (isResting || askedAt < oldestAt)) [oldest, oldestAt] = [key, askedAt];
      if (!isBusy && isResting) break;
    }
    for (const key of passed) this.#putInFront(key);
    return oldest;
  }

  #putInFront(key: string): void {
    const entry = this.#items.get(key) as Entry;
    entry.rankedAt = entry.askedAt;
  }
}
