import type { Score } from './score.js';
import type { Client } from './subject.js';
import { TOKEN_LIFETIME_MS, type TokenEndpoint } from './token-endpoint.js';
import type { VirtualTime } from './virtual-time.js';

interface Call {
  readonly askedAt: number;
  /** Whether its process had no token yet. */
  readonly isFirst: boolean;
}

/** All who ask for tokens: they never wait for each other, and what becomes of each is noted in the score. */
export class Callers {
  readonly #time: VirtualTime;
  readonly #endpoint: TokenEndpoint;
  readonly #score: Score;
  readonly #waiting = new Set<Call>();
  #wasLastServed = true;
  #onServed: (() => void)[] = [];

  constructor(time: VirtualTime, endpoint: TokenEndpoint, score: Score) {
    this.#time = time;
    this.#endpoint = endpoint;
    this.#score = score;
  }

  /** The callers of one process: gives what makes one call. */
  of(client: Client): () => void {
    let hasToken = false;
    return () => {
      const call: Call = { askedAt: this.#time.now(), isFirst: !hasToken };
      this.#waiting.add(call);
      ask(client).then(
        (token) => {
          hasToken = true;
          this.#settle(call, token);
        },
        () => this.#settle(call),
      );
      // Whoever is not served at once has set work going.
      process.nextTick(() => this.#waiting.has(call) && this.#time.stir());
    };
  }

  /** Tells the time from now until a caller is served: 0 at once if nobody is in want of a token now. */
  whenServed(tell: (afterMs: number) => void): void {
    const since = this.#time.now();
    if (this.#waiting.size === 0 && this.#wasLastServed) tell(0);
    else this.#onServed.push(() => tell(this.#time.now() - since));
  }

  /** Whoever still waits has got nothing. */
  giveUp(): void {
    for (const call of this.#waiting) this.#settle(call);
  }

  #settle(call: Call, token?: string): void {
    // Nothing counts that comes after giving up.
    if (!this.#waiting.delete(call)) return;
    const hasFailed = token === undefined;
    this.#wasLastServed = !hasFailed;
    if (!hasFailed) this.#serve(token);
    if (call.isFirst) this.#score.failedAtFirst += hasFailed ? 1 : 0;
    else this.#count(this.#time.now() - call.askedAt, hasFailed);
  }

  #serve(token: string): void {
    if (this.#endpoint.ageMs(token) >= TOKEN_LIFETIME_MS) this.#score.expired += 1;
    for (const tell of this.#onServed) tell();
    this.#onServed = [];
  }

  #count(waitedMs: number, hasFailed: boolean): void {
    const score = this.#score;
    const hasWaited = waitedMs > 0;
    if (hasWaited) score.waited += 1;
    if (hasFailed) score.failed += 1;
    if (hasWaited || hasFailed) score.disturbed += 1;
    score.longestWaitMs = Math.max(score.longestWaitMs, waitedMs);
  }
}

/** In a promise in any case, should `getToken()` throw. */
async function ask(client: Client): Promise<string> {
  return client.getToken();
}
