import { LRUCache } from 'lru-cache';

/** A map of bounded size, which forgets the item that was used the longest ago. */
export class BoundedMap<Value extends object> {
  readonly #items: LRUCache<string, Value>;

  constructor(max: number) {
    // By `maxSize`, since `max` would allocate room for all items at once.
    this.#items = new LRUCache({ maxSize: max, sizeCalculation: () => 1 });
  }

  /** Forgets what is kept under this key, and gives it. */
  remove(key: string): Value | undefined {
    const value = this.#items.get(key);
    this.#items.delete(key);
    return value;
  }

  get(key: string): Value | undefined {
    return this.#items.get(key);
  }

  set(key: string, value: Value): void {
    this.#items.set(key, value);
  }

  /** The item of this key, made now if there is none. */
  ensure(key: string, make: () => Value): Value {
    const known = this.#items.get(key);
    if (known) return known;
    const made = make();
    this.set(key, made);
    return made;
  }
}
