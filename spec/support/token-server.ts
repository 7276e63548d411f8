import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token endpoint answers with. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A token endpoint over plain http on this machine, which gives whatever the test says; by default a new token each time. */
export class TokenServer {
  /** The bodies of the token requests that came. */
  readonly requests: string[] = [];
  /** The `Authorization` of each. */
  readonly credentials: (string | undefined)[] = [];
  /** Of all answers. */
  headers: Readonly<Record<string, string>> = {};
  answer: (request: string) => ScriptedAnswer = () => ({ body: this.grant() });
  #count = 0;

  private constructor(private readonly server: http.Server) {
    server.on('request', (request, response) => this.#receive(request, response));
  }

  static async start(): Promise<TokenServer> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TokenServer(server);
  }

  get tokenEndpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  /** What the command line needs to get a token here. */
  get env(): NodeJS.ProcessEnv {
    return { M2M_TOKEN_ENDPOINT: this.tokenEndpoint, M2M_CLIENT_ID: 'demo', M2M_CLIENT_SECRET: 's3cret-v1' };
  }

  /** The token that was given last. */
  get lastToken(): string {
    return `token-${this.#count}`;
  }

  grant(): object {
    this.#count += 1;
    return { access_token: this.lastToken, token_type: 'Bearer', expires_in: 600 };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
    if (request.method !== 'POST') {
      response.writeHead(405, { Allow: 'POST' }).end();
      return;
    }
    const text = Buffer.concat(chunks).toString();
    this.requests.push(text);
    this.credentials.push(request.headers.authorization);
    const { status = 200, headers = {}, body = '' } = this.answer(text);
    const isText = typeof body === 'string';
    response.writeHead(status, { 'Content-Type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }
}
