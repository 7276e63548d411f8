import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

const STARTED = 'http.client.request.start';
const ANSWERED = 'http.client.response.finish';
/** What a machine under load takes for a request or a turn of its loop; a healthy one needs less by far. */
export const SLOW_MS = 500;

/** A stretch of time, in ms. */
export interface Stretch {
  readonly since: number;
  readonly durationMs: number;
}

/** Counts what this process sends to a port of this machine, whoever sends it. */
export class TokenRequests implements Disposable {
  count = 0;
  /** Those that were answered with an error. */
  refused = 0;
  /** Those that were answered so late that nobody can be served in time with short tokens. */
  readonly slow: Stretch[] = [];
  readonly #startedAt = new WeakMap<ClientRequest, number>();
  readonly #host: string;

  constructor(port: number, host = '127.0.0.1') {
    this.#host = `${host}:${port}`;
    subscribe(STARTED, this.#onStart);
    subscribe(ANSWERED, this.#onAnswer);
  }

  [Symbol.dispose](): void {
    unsubscribe(STARTED, this.#onStart);
    unsubscribe(ANSWERED, this.#onAnswer);
  }

  readonly #onStart = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') !== this.#host) return;
    this.count += 1;
    this.#startedAt.set(request, performance.now());
  };

  readonly #onAnswer = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const since = this.#startedAt.get(request);
    if (since === undefined) return;
    if ((response.statusCode ?? 0) >= 400) this.refused += 1;
    const durationMs = performance.now() - since;
    if (durationMs > SLOW_MS) this.slow.push({ since, durationMs });
  };
}
