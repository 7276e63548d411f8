import http from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';

/** A request as it came, and where. */
export interface Arrival {
  /** Where the connection was opened to: an origin, or the path of a socket. */
  readonly place: string;
  /** Which agents opened it. */
  readonly by: string;
  readonly bytes: string;
}

type Answer = (arrival: Arrival) => string;

/**
 * Stands where the network would be, under Node.js's own http and https: whatever is sent, to whatever host, is kept, and
 * answered. Nothing is looked up, and nothing encrypted.
 */
export class MemoryNet {
  readonly arrivals: Arrival[] = [];
  answer: Answer = () => answerOf(200);

  /** Agents whose connections end here. */
  agents(by: string): { httpAgent: http.Agent; httpsAgent: https.Agent } {
    const connect = (scheme: string) => (options: object) => new Wire(this, placeOf(scheme, options), by);
    return {
      httpAgent: Object.assign(new http.Agent(), { createConnection: connect('http') }) as http.Agent,
      httpsAgent: Object.assign(new https.Agent(), { createConnection: connect('https') }) as https.Agent,
    };
  }

  arrive(arrival: Arrival): string {
    this.arrivals.push(arrival);
    return this.answer(arrival);
  }
}

export function answerOf(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ 'Content-Length': '2', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${status} x`, ...lines, '', 'ok'].join('\r\n');
}

function placeOf(
  scheme: string,
  options: { socketPath?: string; host?: string; port?: string | number },
): string {
  const { socketPath, host = '', port } = options;
  if (socketPath) return socketPath;
  const name = host.includes(':') ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port ?? ''}`).origin;
}

/** One connection, which closes after its first request. */
class Wire extends Duplex {
  #received = '';

  constructor(
    private readonly net: MemoryNet,
    private readonly place: string,
    private readonly by: string,
  ) {
    super();
  }

  /** As Node.js's sockets have it. */
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {
    // Pushed as soon as there is something.
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#received += chunk.toString('latin1');
    done();
    if (!isWhole(this.#received)) return;
    const { place, by } = this;
    const bytes = this.#received;
    this.#received = '';
    this.push(this.net.arrive({ place, by, bytes }));
    this.push(null);
  }
}

function isWhole(request: string): boolean {
  const [head = '', body] = request.split('\r\n\r\n', 2);
  if (body === undefined) return false;
  if (/^transfer-encoding: chunked$/im.test(head)) return request.endsWith('0\r\n\r\n');
  return body.length >= Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
}
