import type { VirtualTime } from '../../day/virtual-time.js';

const ANSWER_MS = 200;

/** The simulated key endpoint: it answers in 200 ms, with the keys or, while it is down, with 503. */
export class KeyEndpoint {
  readonly #time: VirtualTime;
  readonly #jwks: string;
  isDown = false;
  /** So far. */
  requests = 0;
  /** Requests that it has not answered yet. */
  pending = 0;

  constructor(time: VirtualTime, jwks: string) {
    this.#time = time;
    this.#jwks = jwks;
  }

  /** The seam of those who take a `fetch`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const { signal } = input instanceof Request ? input : { ...init };
    const { status, body } = await this.answer(signal);
    return new Response(body, { status, headers: { 'content-type': 'application/json' } });
  };

  async answer(signal?: AbortSignal | null): Promise<{ status: number; body: string }> {
    this.#time.stir();
    signal?.throwIfAborted();
    this.requests += 1;
    const { isDown } = this;
    this.pending += 1;
    await this.#travel(signal).finally(() => {
      this.pending -= 1;
    });
    return isDown
      ? { status: 503, body: '{"error":"temporarily_unavailable"}' }
      : { status: 200, body: this.#jwks };
  }

  #travel(signal: AbortSignal | null | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#time.at(this.#time.now() + ANSWER_MS, resolve);
    });
  }
}
