/** What OpenTelemetry puts in the place of a value that is not one of a few. */
const OTHER = '_OTHER';

/** Lets so many different values through, the first that come; all others look alike, so that there are never too many series. */
export class BoundedValues {
  readonly #known = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  bound(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#limit) return OTHER;
    this.#known.add(value);
    return value;
  }
}
