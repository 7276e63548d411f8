import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from '../../../lib/index.js';

/** A caller who had to wait, and how long, in ms. */
export interface Wait {
  readonly since: number;
  readonly durationMs: number;
}

const EVERY_MS = 50;
/** What a machine under load takes for a turn of its loop or for a request; a healthy one needs less by far. */
const SLOW_MS = 500;

/** Callers who ask one provider for a token, one every 50 ms, until told to stop. */
export class Callers {
  calls = 0;
  readonly failures: Error[] = [];
  readonly #waits: Wait[] = [];
  /** When the machine was too slow for anybody to be served in time: a short token ends meanwhile. */
  readonly #slow: Wait[] = [];
  readonly #pending = new Set<Promise<void>>();
  #isOver = false;
  readonly #run: Promise<void>;

  constructor(
    private readonly provider: TokenProvider,
    private readonly lifetimeMs: number,
  ) {
    // More than one attempt takes long for another reason: an outage excuses nobody.
    provider.on('refresh', ({ durationMs, attempts }) => {
      if (attempts === 1) this.#noteDelay(durationMs);
    });
    this.#run = this.#callOn();
  }

  /** Those who waited, though the machine was quick enough. */
  get waits(): readonly Wait[] {
    const isExcused = ({ since, durationMs }: Wait) =>
      this.#slow.some(
        (slow) => slow.since < since + durationMs && slow.since + slow.durationMs + this.lifetimeMs > since,
      );
    return this.#waits.filter((wait) => !isExcused(wait));
  }

  /** No more calls; waits for those under way. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#run;
    await Promise.all(this.#pending);
  }

  async #callOn(): Promise<void> {
    let last = performance.now();
    while (!this.#isOver) {
      const call = this.#call();
      this.#pending.add(call);
      void call.finally(() => this.#pending.delete(call));
      await sleep(EVERY_MS);
      this.#noteDelay(performance.now() - last - EVERY_MS);
      last = performance.now();
    }
  }

  async #call(): Promise<void> {
    this.calls += 1;
    const since = performance.now();
    let isServed = false;
    const answer = this.provider.getToken().then(
      () => {
        isServed = true;
      },
      (error: Error) => {
        this.failures.push(error);
      },
    );
    await nextTurn();
    if (isServed) return;
    await answer;
    this.#waits.push({ since, durationMs: performance.now() - since });
  }

  #noteDelay(durationMs: number): void {
    if (durationMs > SLOW_MS) this.#slow.push({ since: performance.now() - durationMs, durationMs });
  }
}
