import type { TargetQuery } from '../options/target-query.js';
import type { TargetOptions } from '../options/token-provider-options.js';
import { QueryIndex } from './query-index.js';

/** How many spellings of one target are indexed for the hot path. */
const MAX_SPELLINGS = 32;

/** One way to ask for a value. The spellings of one value form a list, the newest first. */
interface Spelling {
  readonly query: TargetQuery;
  next: Spelling | undefined;
}

/** Values by the ways in which calls have asked for them. */
export class SpellingIndex<Value extends object> {
  readonly #byQuery = new QueryIndex<Value>();
  readonly #newest = new Map<Value, Spelling>();

  /** For the hot path: as `QueryIndex.getSimple`. */
  getSimple(options: TargetOptions): Value | undefined {
    return this.#byQuery.getSimple(options);
  }

  get(query: TargetQuery): Value | undefined {
    return this.#byQuery.get(query);
  }

  /** Learns another spelling of the value; forgets the oldest one where there are too many. */
  add(query: TargetQuery, value: Value): void {
    if (this.#byQuery.get(query)) return;
    const spelling = { query, next: this.#newest.get(value) };
    const forgotten = cutAfter(spelling, MAX_SPELLINGS);
    if (forgotten) this.#byQuery.delete(forgotten.query);
    this.#newest.set(value, spelling);
    this.#byQuery.set(query, value);
  }

  /** Forgets all spellings of the value. */
  delete(value: Value): void {
    for (let spelling = this.#newest.get(value); spelling; spelling = spelling.next)
      this.#byQuery.delete(spelling.query);
    this.#newest.delete(value);
  }
}

/** Cuts the list after so many spellings; gives the one that is cut off. */
function cutAfter(newest: Spelling, count: number): Spelling | undefined {
  let last = newest;
  for (let seen = 1; seen < count && last.next; seen += 1) last = last.next;
  const rest = last.next;
  last.next = undefined;
  return rest;
}
