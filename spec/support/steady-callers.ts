import type { EventName } from '../../lib/ground/events.js';
import type { TokenProvider } from '../../lib/index.js';
import type { CachingServer } from './caching-server.js';
import type { VirtualTime } from './virtual-time.js';

const HEARD: readonly EventName[] = ['refresh', 'retry', 'failure', 'expire', 'reject', 'degrade'];

/** Callers who ask a provider again and again, and what they have seen. */
export class SteadyCallers {
  readonly errors: unknown[] = [];
  /** When callers who had to wait were served, each moment once, with how long the first of them had waited, in ms. */
  readonly waits = new Map<number, number>();
  /** How long the token was dead that a caller was given, in ms: 0 or less for living ones. */
  longestDeadMs = Number.NEGATIVE_INFINITY;
  served = 0;
  readonly #heard: EventName[] = [];
  readonly #provider: TokenProvider;
  readonly #server: CachingServer;
  /** Whether they tell of dead tokens, as attached clients do when an API answers 401. */
  readonly #areAttached: boolean;

  constructor(provider: TokenProvider, server: CachingServer, { areAttached = false } = {}) {
    this.#provider = provider;
    this.#server = server;
    this.#areAttached = areAttached;
    for (const name of HEARD) provider.on(name, () => this.#heard.push(name));
  }

  /** What was heard besides new tokens. */
  get alarms(): readonly EventName[] {
    return this.#heard.filter((name) => name !== 'refresh');
  }

  get refreshes(): number {
    return this.#heard.filter((name) => name === 'refresh').length;
  }

  get longestWaitMs(): number {
    return Math.max(0, ...this.waits.values());
  }

  call(): void {
    const since = Date.now();
    this.#provider.getToken().then(
      (token) => {
        this.served += 1;
        const waitedMs = Date.now() - since;
        if (waitedMs > 0) this.waits.set(Date.now(), Math.max(waitedMs, this.waits.get(Date.now()) ?? 0));
        const deadMs = this.#server.deadMs(token);
        this.longestDeadMs = Math.max(this.longestDeadMs, deadMs);
        if (this.#areAttached && deadMs > 0) this.#provider.invalidate(token);
      },
      (error: unknown) => this.errors.push(error),
    );
  }
}

/** All of them ask each `everyMs`, for as long as `forMs`. */
export async function askSteadily(
  time: VirtualTime,
  callers: readonly SteadyCallers[],
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number },
): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
    for (const one of callers) one.call();
    await time.pass(everyMs);
  }
}
