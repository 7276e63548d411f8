import type { AxiosInstance } from 'axios';
import { makeAnswer, TOKEN_LIFETIME_S } from '../../scale/token.js';
import { sleep } from './sleep.js';
import type { Tally } from './tally.js';

const ANSWER_MS = 200;

/** The authorization server of the whole fleet, in virtual time. */
export class TokenEndpoint {
  /** Whether requests that come now are answered 503. */
  isDown = false;
  readonly #requests: Tally;
  #onRequest: (() => void) | undefined;

  constructor(requests: Tally) {
    this.#requests = requests;
  }

  /** Stands in for an axios instance. */
  get http(): AxiosInstance {
    return Object.assign(() => undefined, { request: () => this.#answer() }) as unknown as AxiosInstance;
  }

  /** Calls back as soon as the next request comes, before it is known how it will be answered. */
  atNextRequest(callback: () => void): void {
    this.#onRequest = callback;
  }

  async #answer(): Promise<{ status: number; headers: object; data: string }> {
    this.#requests.count();
    const tell = this.#onRequest;
    this.#onRequest = undefined;
    tell?.();
    const { isDown } = this;
    await sleep(ANSWER_MS);
    return isDown
      ? { status: 503, headers: {}, data: '{"error":"temporarily_unavailable"}' }
      : { status: 200, headers: {}, data: makeAnswer(TOKEN_LIFETIME_S) };
  }
}
