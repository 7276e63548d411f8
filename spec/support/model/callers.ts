import { type EntryStatus, TokenProviderError } from '../../../lib/index.js';
import { BLUR_MS, type Expect, expectSecrecy } from './expectations.js';
import { type Grant, usableMs } from './grant.js';

export interface Call<T> {
  readonly promise: Promise<T>;
  readonly maxWaitMs: number;
  readonly judge: (value: T) => void;
}

/** Follows calls until they settle, and judges how they do, and what they get. */
export class Callers {
  /** What was expired once stays so, whatever the clocks say later. */
  readonly expired = new Set<string>();
  readonly #waiting = new Map<string, number>();
  readonly #partsMs = new Map<string, number>();
  readonly #grants: ReadonlyMap<string, Grant>;
  readonly #expect: Expect;
  #calls = 0;

  constructor(grants: ReadonlyMap<string, Grant>, expect: Expect) {
    this.#grants = grants;
    this.#expect = expect;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Timers are late by as much: so may be the callers who wait, whose time is counted in parts, of which a late one is counted anew. */
  holdUp(ms: number): void {
    for (const [caller, until] of this.#waiting) {
      this.#waiting.set(caller, until + ms + (this.#partsMs.get(caller) ?? 0));
    }
  }

  follow<T>({ promise, maxWaitMs, judge }: Call<T>): { is: string } {
    this.#calls += 1;
    const caller = `caller ${this.#calls}`;
    const outcome = { is: 'waits' };
    this.#waiting.set(caller, performance.now() + maxWaitMs);
    this.#partsMs.set(caller, Math.max(25, Math.ceil(maxWaitMs / 20)));
    const settle = (): void => {
      const lateMs = performance.now() - (this.#waiting.get(caller) ?? 0);
      this.#expect(lateMs <= BLUR_MS, `${caller} was kept ${lateMs} ms longer than it allowed`);
      this.#waiting.delete(caller);
    };
    promise.then(
      (value) => {
        settle();
        outcome.is = 'served';
        judge(value);
      },
      (error: Error) => {
        settle();
        outcome.is = `was told ${error.message}`;
        const isExpected = error instanceof TokenProviderError || error.name === 'AbortError';
        this.#expect(
          isExpected && !/inside this package/.test(error.message),
          `a strange error: ${error.stack}`,
        );
        expectSecrecy(error, this.#expect);
      },
    );
    return outcome;
  }

  /** Whoever waits must have something to wait for: in the time he allowed. */
  expectProspects(status: EntryStatus | undefined): void {
    const nextMs = status?.refreshing ? 0 : (status?.nextAttemptAt ?? Number.POSITIVE_INFINITY) - Date.now();
    for (const [caller, until] of this.#waiting) {
      const leftMs = until - performance.now();
      this.#expect(leftMs >= -BLUR_MS, `${caller} waits for longer than it allowed`);
      this.#expect(
        nextMs <= leftMs + BLUR_MS,
        `${caller} waits for nothing: the next attempt is ${nextMs} ms off`,
      );
    }
  }

  /** A token that is handed out must be one that was granted, and usable for as long as was asked. */
  judge(value: string, minValidityMs: number): void {
    const grant = this.#grants.get(value);
    const leftMs = grant ? usableMs(grant) : Number.NaN;
    this.#expect(!this.expired.has(value), `${value} was handed out after its end`);
    this.#expect(
      leftMs > -BLUR_MS && leftMs >= minValidityMs - BLUR_MS,
      `${value} was handed out with ${leftMs} of ${minValidityMs} ms left`,
    );
  }
}
