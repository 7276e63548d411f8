import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { armTimer } from '../../ground/clock.js';
import { checkPlainObject } from '../../options/option-fields.js';
import { readChoice } from '../../options/option-values.js';
import { noteClosed, noteOpen } from './open-servers.js';
import { FunctionFault, Refusal, type ServerAnswer, send } from './server-answer.js';
import { FaultScript, type TokenServerFault } from './server-fault.js';
import { ServerKeys } from './server-keys.js';
import type { TokenServerRequest } from './token-grant.js';
import { TokenIssuer } from './token-issuer.js';
import {
  readTokenServerClient,
  readTokenServerOptions,
  type TokenServerClient,
  type TokenServerOptions,
} from './token-server-options.js';

/** A part of the server that can fail by itself. */
export type TokenServerPart = 'token' | 'keys' | 'metadata';

/** How many requests have come for each part, and what became of those for tokens. */
export interface TokenServerCounts extends Readonly<Record<TokenServerPart, number>> {
  readonly issued: number;
  /** Refused by the server itself, not by a fault. */
  readonly refused: number;
}

const PARTS: readonly TokenServerPart[] = ['token', 'keys', 'metadata'];

/** The parts, by their paths. */
const ROUTES: ReadonlyMap<string, TokenServerPart> = new Map([
  ['/token', 'token'],
  ['/keys', 'keys'],
  ['/.well-known/openid-configuration', 'metadata'],
  ['/.well-known/oauth-authorization-server', 'metadata'],
]);

/** What proxies, and some clients, put in front of the path (RFC 9112 §3.2.2). Whatever it names, the request has come here. */
const ORIGIN = /^https?:\/\/[^/?#]+/i;

/** An authorization server on this machine, for tests. It does not keep the process alive. */
export class TokenServer implements AsyncDisposable {
  /** The client of the options. */
  readonly clientId: string;
  readonly #server: http.Server;
  readonly #issuer: TokenIssuer;
  readonly #faults = { token: new FaultScript(), keys: new FaultScript(), metadata: new FaultScript() };
  readonly #requests: TokenServerRequest[] = [];
  readonly #counts = { token: 0, keys: 0, metadata: 0, issued: 0, refused: 0 };
  #closed: Promise<void> | undefined;

  private constructor(server: http.Server, issuer: TokenIssuer, clientId: string) {
    this.#server = server;
    this.#issuer = issuer;
    this.clientId = clientId;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  /** @throws {ConfigurationError} when an option is malformed */
  static async start(options: TokenServerOptions = {}): Promise<TokenServer> {
    // Whose stack leads to the test.
    const started = new Error('It was started here.');
    const settings = readTokenServerOptions(options);
    const keys = await ServerKeys.make(settings.alg);
    const server = http.createServer();
    // Whoever waits for an answer keeps the process alive; a server that was forgotten does not.
    server.unref().on('connection', (socket) => socket.unref());
    await once(server.listen(settings.port, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const issuer = new TokenIssuer(`http://127.0.0.1:${port}`, keys, settings);
    const self = new TokenServer(server, issuer, settings.clientId);
    noteOpen(self, issuer.issuer, started);
    return self;
  }

  /** The secret of that client: the last one that `addClient()` has given it. */
  get clientSecret(): string {
    return this.#issuer.secretOf(this.clientId) as string;
  }

  /** As its metadata and its tokens name it: for `issuer` of a provider, and of a verifier. */
  get issuer(): string {
    return this.#issuer.issuer;
  }

  /** For `tokenEndpoint` of a provider. */
  get tokenEndpoint(): string {
    return `${this.issuer}/token`;
  }

  /** For `jwksUri` of a verifier. */
  get jwksUri(): string {
    return `${this.issuer}/keys`;
  }

  /** How many requests have come so far. */
  get counts(): TokenServerCounts {
    return Object.freeze({ ...this.#counts });
  }

  /** The token requests so far, as they came, those that failed among them: one list, which grows. */
  get requests(): readonly TokenServerRequest[] {
    return this.#requests;
  }

  /** How long the next token lives. ms, 1 to 30 days. */
  get lifetimeMs(): number {
    return this.#issuer.lifetimeMs;
  }

  set lifetimeMs(lifetimeMs: number) {
    this.#issuer.lifetimeMs = lifetimeMs;
  }

  /**
   * Makes another client known, or gives one that is known another secret.
   *
   * @throws {ConfigurationError} when one of the two is missing or malformed
   */
  addClient(client: TokenServerClient): this {
    this.#issuer.addClient(readTokenServerClient(client));
    return this;
  }

  /**
   * Has requests fail from now on, until `recover()`; with a list of faults, as many requests as there are, and those that follow
   * are answered well. A fault takes the place of those before it.
   *
   * @param part what fails. Default: token requests
   * @throws {ConfigurationError} when it is no fault, or there is no such part
   */
  fail(
    fault: TokenServerFault | readonly TokenServerFault[] = { status: 503 },
    part: TokenServerPart = 'token',
  ): this {
    this.#faults[readChoice('part', part, PARTS)].set(fault);
    return this;
  }

  /** Ends all faults. */
  recover(): this {
    for (const part of PARTS) this.#faults[part].clear();
    return this;
  }

  /** Signs by another key from now on. The keys that are published are that one and the last one. */
  rotateKeys(): Promise<void> {
    return this.#issuer.keys.rotate();
  }

  /**
   * A token of this server for whatever a test needs: with these claims in the place of good ones; `undefined` leaves one out.
   *
   * @throws {ConfigurationError} when `claims` is not an object of names and values
   */
  sign(claims: Readonly<Record<string, unknown>> = {}): string {
    checkPlainObject('claims', claims);
    return this.#issuer.sign(claims);
  }

  /** Stops listening, and drops all connections. May be called again. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      noteClosed(this);
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').replace(ORIGIN, '').split('?');
    const part = ROUTES.get(path);
    if (!part) return send(response, { status: 404, body: 'There is nothing at this address.' });
    this.#counts[part] += 1;
    const { delayMs, answer } = this.#faults[part].next();
    const { method, headers } = request;
    // Who has gone gets no answer.
    const body = await text(request).catch(() => '');
    const received = { method, headers, body };
    if (part === 'token') this.#requests.push(received);
    const end = (): void => {
      if (answer === 'reset') request.socket.resetAndDestroy();
      else if (answer !== 'hang') send(response, answer ?? this.#serve(part, received));
    };
    if (delayMs > 0) armTimer(delayMs, end);
    else end();
  }

  #serve(part: TokenServerPart, request: TokenServerRequest): ServerAnswer {
    if (part === 'keys') return { status: 200, body: this.#issuer.keys.jwks };
    if (part === 'metadata') return { status: 200, body: this.#issuer.metadata };
    try {
      const answer = this.#issuer.issue(request);
      this.#counts.issued += 1;
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!(error instanceof FunctionFault)) this.#counts.refused += 1;
      return error.answer;
    }
  }
}
