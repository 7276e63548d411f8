import { Agent, STATUS_CODES } from 'node:http';
import { Duplex } from 'node:stream';
import type { KeyEndpoint } from './key-endpoint.js';

/** For those who ask by node:http: each connection of this agent leads to the simulated endpoint. */
export class SimulatedAgent extends Agent {
  readonly #endpoint: KeyEndpoint;

  constructor(endpoint: KeyEndpoint) {
    super();
    this.#endpoint = endpoint;
  }

  override createConnection(): Duplex {
    return new SimulatedSocket(this.#endpoint);
  }
}

/** Answers one GET, and ends. */
class SimulatedSocket extends Duplex {
  readonly #endpoint: KeyEndpoint;
  #head = '';

  constructor(endpoint: KeyEndpoint) {
    super();
    this.#endpoint = endpoint;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#head += chunk.toString('latin1');
    if (this.#head.endsWith('\r\n\r\n')) void this.#answer();
    done();
  }

  override _read(): void {
    // What there is to be read is pushed when the endpoint answers.
  }

  async #answer(): Promise<void> {
    const { status, body } = await this.#endpoint.answer();
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    this.push(`${head.join('\r\n')}\r\n\r\n${body}`);
    this.push(null);
  }

  // What node:http calls of a socket. Idle times cannot come: an answer takes 200 ms.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
