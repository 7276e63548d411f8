import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

const STARTED = 'http.client.request.start';
const ANSWERED = 'http.client.response.finish';

/** Counts what this process sends to a port of this machine, whoever sends it. */
export class TokenRequests implements Disposable {
  count = 0;
  /** Those that were answered with an error. */
  refused = 0;
  readonly #host: string;

  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`;
    subscribe(STARTED, this.#onStart);
    subscribe(ANSWERED, this.#onAnswer);
  }

  [Symbol.dispose](): void {
    unsubscribe(STARTED, this.#onStart);
    unsubscribe(ANSWERED, this.#onAnswer);
  }

  #isOurs(request: ClientRequest): boolean {
    return request.getHeader('host') === this.#host;
  }

  readonly #onStart = (message: unknown): void => {
    if (this.#isOurs((message as { request: ClientRequest }).request)) this.count += 1;
  };

  readonly #onAnswer = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (this.#isOurs(request) && (response.statusCode ?? 0) >= 400) this.refused += 1;
  };
}
