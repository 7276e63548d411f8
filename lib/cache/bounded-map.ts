import { LRUCache } from 'lru-cache';

/** A map that forgets what was used the longest ago. */
export class BoundedMap<Value extends object> {
  readonly #items: LRUCache<string, Value>;

  constructor(max: number) {
    // By size, since `max` would have the room for all of them taken at once.
    this.#items = new LRUCache({ maxSize: max, sizeCalculation: () => 1 });
  }

  /** What is kept under this key, which is then forgotten. */
  take(key: string): Value | undefined {
    const value = this.#items.get(key);
    this.#items.delete(key);
    return value;
  }

  set(key: string, value: Value): void {
    this.#items.set(key, value);
  }

  /** What is kept under this key, made now if need be. */
  ensure(key: string, make: () => Value): Value {
    const known = this.#items.get(key);
    if (known) return known;
    const made = make();
    this.set(key, made);
    return made;
  }
}
