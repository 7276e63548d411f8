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
  readonly #added: readonly string[];
  readonly #isPlain: boolean;

  /**
   * @param config - that users know
   * @param isPlain - whether an adapter of axios's own makes the answer, and its data is no stream
   */
  constructor(config: Config, added: readonly string[], isPlain: boolean) {
    this.#config = config;
    this.#added = added;
    this.#isPlain = isPlain;
  }

  /** @param sent - what was sent in place of the config */
  of(response: AxiosResponse, sent: Config): AxiosResponse {
    if (!this.#isPlain) return this.#clean(response, sent);
    showConfig(response, sent, this.#config);
    return withHiddenRequest(response, this.#added);
  }

  /** The answer that an error holds, if any. */
  inError(error: unknown, sent: Config): AxiosResponse | undefined {
    const { response } = this.#clean((error ?? {}) as { response?: AxiosResponse }, sent);
    return response && this.#clean(response, sent);
  }

  #clean<Thing>(thing: Thing, sent: Config): Thing {
    if (typeof thing === 'object' && thing !== null) {
      showConfig(thing, sent, this.#config);
      hideRequest(thing, this.#added);
    }
    return thing;
  }
}

/** Puts the config that users know in place of the one that was sent, in an answer or an error. */
export function showConfig(holder: unknown, sent: Config, config: Config): void {
  const { config: held } = (holder ?? {}) as { config?: unknown };
  if (held === sent) (holder as { config: Config }).config = config;
}
