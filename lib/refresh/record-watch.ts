import { elapsedMs, type Instant, now } from '../clock.js';
import { textCleaner } from '../endpoint/server-text.js';
import { TokenStoreError } from '../errors.js';
import type { Events } from '../events.js';
import { summarize, type Target } from '../target.js';

/** A store of the user's own may say anything of its records. */
const clean = textCleaner([]);

/** The records of one target: bad ones are told of, once until there is a good one. */
export class RecordWatch {
  readonly #events: Events;
  readonly #target: Target;
  #badSince: Instant | undefined;

  constructor(events: Events, target: Target) {
    this.#events = events;
    this.#target = target;
  }

  noteBad(fault: string): void {
    if (this.#badSince) return;
    this.#badSince = now();
    const error = new TokenStoreError(`The stored record ${clean(fault)}. It is not used.`, 'ERR_RECORD');
    this.#events.emit('degrade', () => ({ target: summarize(this.#target), trouble: 'record', error }));
  }

  noteGood(): void {
    if (!this.#badSince) return;
    const durationMs = Math.round(elapsedMs(this.#badSince));
    this.#badSince = undefined;
    this.#events.emit('recover', () => ({ target: summarize(this.#target), trouble: 'record', durationMs }));
  }
}
