import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** *down*: it answers 503. *refusing*: it knows the client no more. */
export type Mode = 'well' | 'down' | 'refusing';

/** A token endpoint that does as it is told, and an API that takes its tokens, but those that it is told to reject. */
export class FailingServer {
  mode: Mode = 'well';
  /** How many tokens it has given. */
  granted = 0;
  readonly #rejected = new Set<string>();
  readonly #server: Server;

  private constructor(lifetimeSeconds: number) {
    this.#server = createServer((request, response) => {
      request.resume();
      response.setHeader('Content-Type', 'application/json');
      if (request.url !== '/token') response.writeHead(this.#judge(request.headers.authorization)).end('{}');
      else if (this.mode === 'down') response.writeHead(503).end('{}');
      else if (this.mode === 'refusing') response.writeHead(401).end('{"error":"invalid_client"}');
      else {
        this.granted += 1;
        const token = { access_token: `t${this.granted}`, token_type: 'Bearer', expires_in: lifetimeSeconds };
        response.end(JSON.stringify(token));
      }
    });
  }

  static async start(lifetimeSeconds: number): Promise<FailingServer> {
    const self = new FailingServer(lifetimeSeconds);
    await new Promise<void>((resolve) => self.#server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The API takes the last token no more. */
  rejectLast(): void {
    this.#rejected.add(`Bearer t${this.granted}`);
  }

  #judge(authorization = ''): number {
    return this.#rejected.has(authorization) ? 401 : 200;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
