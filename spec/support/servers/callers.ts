import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from '../../../lib/index.js';
import { SLOW_MS, type Stretch, type TokenRequests } from './token-requests.js';

const EVERY_MS = 50;

/** Callers who ask one provider for a token, one every 50 ms, until told to stop. */
export class Callers {
  calls = 0;
  readonly failures: Error[] = [];
  readonly #waits: Stretch[] = [];
  /** When the loop of this process was late. */
  readonly #late: Stretch[] = [];
  readonly #pending = new Set<Promise<void>>();
  #isOver = false;
  readonly #run: Promise<void>;

  constructor(
    private readonly provider: TokenProvider,
    private readonly requests: TokenRequests,
    private readonly lifetimeMs: number,
  ) {
    this.#run = this.#callOn();
  }

  /** Whether the machine was ever too slow for short tokens: then callers may wait, and requests be repeated. */
  get wasMachineSlow(): boolean {
    return this.#slow.length > 0;
  }

  /** Those who waited, though the machine was quick enough during the life of the token before. */
  get waits(): readonly Stretch[] {
    const isExcused = (wait: Stretch) =>
      this.#slow.some((slow) => slow.since < endOf(wait) && endOf(slow) + this.lifetimeMs > wait.since);
    return this.#waits.filter((wait) => !isExcused(wait));
  }

  get #slow(): readonly Stretch[] {
    return [...this.#late, ...this.requests.slow];
  }

  /** No more calls; waits for those under way. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#run;
    await Promise.all(this.#pending);
  }

  async #callOn(): Promise<void> {
    while (!this.#isOver) {
      const since = performance.now();
      const call = this.#call();
      this.#pending.add(call);
      void call.finally(() => this.#pending.delete(call));
      await sleep(EVERY_MS);
      const durationMs = performance.now() - since;
      if (durationMs > EVERY_MS + SLOW_MS) this.#late.push({ since, durationMs });
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
}

const endOf = ({ since, durationMs }: Stretch): number => since + durationMs;
