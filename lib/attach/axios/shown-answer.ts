import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { hideRequest, withHiddenRequest } from './hidden-request.js';

type Config = InternalAxiosRequestConfig;

/** An answer, perhaps with the error that axios makes of it by `validateStatus`. */
export interface Outcome {
  readonly response: AxiosResponse;
  readonly error?: unknown;
}

/** Makes answers and errors fit for logs: without the token, and with the config that users know. */
export class ShownAnswer {
  readonly #config: Config;
  readonly #headerName: string;
  readonly #isPlain: boolean;

  /** `isPlain` tells that an adapter of axios's own made the answer, and that its data is no stream. */
  constructor(config: Config, headerName: string, isPlain: boolean) {
    this.#config = config;
    this.#headerName = headerName;
    this.#isPlain = isPlain;
  }

  /** The answer; `sent` is what was sent in place of the config, if anything. */
  of(response: AxiosResponse, sent: Config | undefined): AxiosResponse {
    if (!this.#isPlain) return this.#clean(response, sent);
    this.#showConfig(response, sent);
    return withHiddenRequest(response, this.#headerName);
  }

  /** The answer that an error holds, if any. */
  inError(error: unknown, sent: Config | undefined): AxiosResponse | undefined {
    const { response } = this.#clean((error ?? {}) as { response?: AxiosResponse }, sent);
    return response && this.#clean(response, sent);
  }

  #clean<Thing>(thing: Thing, sent: Config | undefined): Thing {
    if (typeof thing === 'object' && thing !== null) {
      this.#showConfig(thing, sent);
      hideRequest(thing, this.#headerName);
    }
    return thing;
  }

  #showConfig(thing: { config?: Config }, sent: Config | undefined): void {
    if (sent && thing.config === sent) thing.config = this.#config;
  }
}
