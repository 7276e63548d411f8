import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

/** A real API on loopback that keeps what it sees; by default it says yes to everything. */
export class ApiServer {
  readonly seen: Seen[] = [];
  /** All that came, on all connections. */
  readonly bytes: Buffer[] = [];
  answer: Answer = (_, response) => response.end('yes');

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
  ) {}

  static async start(host = '127.0.0.1'): Promise<ApiServer> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    const self = new ApiServer(server, `http://${host.includes(':') ? `[${host}]` : host}:${port}`);
    server.on('connection', (socket) => socket.on('data', (chunk) => self.bytes.push(chunk)));
    server.on('request', (request, response) => self.#take(request, response));
    return self;
  }

  /** The tokens that came, in order; `none` for requests without. */
  get tokens(): string[] {
    return this.seen.map(({ headers }) => String(headers.authorization ?? 'none').replace('Bearer ', ''));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const seen = { method, url, headers, body: body.toString('latin1') };
    this.seen.push(seen);
    this.answer(seen, response);
  }
}

/** Says 401 to all tokens but this one. */
export function takingOnly(token: string, challenge = 'Bearer error="invalid_token"'): Answer {
  return ({ headers }, response) => {
    if (headers.authorization === `Bearer ${token}`) response.end('yes');
    else response.writeHead(401, { 'WWW-Authenticate': challenge }).end('no');
  };
}

/** Sends whoever comes to this path elsewhere. */
export function redirecting(path: string, location: string): Answer {
  return ({ url }, response) => {
    if (url === path) response.writeHead(307, { Location: location }).end();
    else response.end('yes');
  };
}

/** A token endpoint on loopback: t1, t2, … */
export async function startTokenEndpoint(): Promise<ApiServer> {
  const server = await ApiServer.start();
  server.answer = (_, response) => {
    const access_token = `t${server.seen.length}`;
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 600 }));
  };
  return server;
}
