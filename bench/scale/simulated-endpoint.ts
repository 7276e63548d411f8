import type { AxiosInstance } from 'axios';
import { makeAnswer, TOKEN_LIFETIME_S } from './token.js';

/** A token endpoint in this process: HTTP costs nothing here. */
export class SimulatedEndpoint {
  requests = 0;
  /** The lifetime of the next token, in s. */
  lifetime: () => number = () => TOKEN_LIFETIME_S;
  /** Answers in the same turn of the event loop, or in the next, as a network would at the soonest. */
  readonly #isPrompt: boolean;

  constructor({ isPrompt = true } = {}) {
    this.#isPrompt = isPrompt;
  }

  /** Stands in for an axios instance. */
  get http(): AxiosInstance {
    return Object.assign(() => undefined, { request: () => this.answer() }) as unknown as AxiosInstance;
  }

  async answer(): Promise<{ status: number; headers: object; data: string }> {
    this.requests += 1;
    if (!this.#isPrompt) await nextTurn();
    return { status: 200, headers: {}, data: makeAnswer(this.lifetime()) };
  }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
