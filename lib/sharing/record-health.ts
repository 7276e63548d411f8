import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { TokenStoreError } from '../ground/errors.js';
import type { EventEmitter } from '../ground/event-emitter.js';
import { textCleaner } from '../http/redaction/server-text.js';
import { summarize, type Target } from '../oauth/target.js';

/** The user's own store may say anything of its records. */
const clean = textCleaner([]);

/** Tells of bad records of one target: once, until there is a good one. */
export class RecordHealth {
  readonly #events: EventEmitter;
  readonly #target: Target;
  #badSince: Instant | undefined;

  constructor(events: EventEmitter, target: Target) {
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
