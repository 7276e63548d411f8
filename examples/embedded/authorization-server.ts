/** A real authorization server (oidc-provider) in this process, with OneLogin's paths and kind of token. */
import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Configuration, default as Provider } from 'oidc-provider';

/** What the server does with a request: answer it, or one of the ways in which servers fail. */
export type Mood = 'well' | 'unavailable' | 'hanging' | 'resetting';

export interface DemoClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AuthorizationServerOptions extends DemoClient {
  /** Clients besides that one. */
  readonly otherClients?: readonly DemoClient[];
  /** Clients that prove themselves by keys: their public ones are registered here (`private_key_jwt`). */
  readonly keyClients?: readonly { readonly clientId: string; readonly publicKeys: readonly JsonWebKey[] }[];
  readonly authentication?: 'client_secret_basic' | 'client_secret_post';
  /** How long its tokens live, in seconds. */
  readonly lifetimeSeconds?: number;
  /** Where to listen on 127.0.0.1; any free port without. */
  readonly port?: number;
  /** Key and certificate (PEM) for https; plain http without. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const RESOURCE = 'urn:example:api';
const PATH = '/oidc/2';
/** Nobody logs in by them. */
const OF_SERVICES = { grant_types: ['client_credentials'], response_types: [] as [], redirect_uris: [] };
const METADATA = '/.well-known/openid-configuration';

export class AuthorizationServer {
  /** How it behaves from now on. */
  mood: Mood = 'well';
  /** How many token requests have come. */
  requests = 0;
  /** How many requests for its keys have come. */
  keyRequests = 0;
  /** The last one that was signed with, the one that is signed with, and the next one. */
  #keys: readonly JsonWebKey[] = [makeKey(), makeKey()];
  #answer: RequestListener = (_, response) => response.writeHead(503).end();

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
    private readonly options: AuthorizationServerOptions,
  ) {}

  static async start(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
    const server = options.tls ? https.createServer(options.tls) : http.createServer();
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
    );
    const { port } = server.address() as AddressInfo;
    const origin = options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    const self = new AuthorizationServer(server, origin, options);
    await self.#load();
    server.on('request', (request, response) => self.#receive(request, response));
    return self;
  }

  /** As its tokens name it, and its metadata. */
  get issuer(): string {
    return `${this.origin}${PATH}`;
  }

  get tokenEndpoint(): string {
    return `${this.issuer}/token`;
  }

  /** Signs with the next key from now on. The last one is published for a while still, and the one after it already. */
  async rotateKeys(): Promise<void> {
    this.#keys = [...this.#keys.slice(-2), makeKey()];
    await this.#load();
  }

  /** Lets the process end while the server still listens. */
  unref(): void {
    this.server.unref();
  }

  /** Stops listening, and drops the connections that hang. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { url } = request;
    if (url === `${PATH}/token`) this.requests += 1;
    if (url === `${PATH}/certs`) this.keyRequests += 1;
    // oidc-provider has its metadata at the root.
    if (url === PATH + METADATA) request.url = METADATA;
    if (this.mood === 'well') this.#answer(request, response);
    if (this.mood === 'unavailable') response.writeHead(503).end();
    if (this.mood === 'resetting') request.socket.resetAndDestroy();
  }

  async #load(): Promise<void> {
    this.#answer = await makeProvider(this.issuer, configure(this.options, this.#keys));
  }
}

async function makeProvider(issuer: string, configuration: Configuration): Promise<RequestListener> {
  return quietly(async () => {
    const { default: OidcProvider }: { default: typeof Provider } = await import('oidc-provider');
    return new OidcProvider(issuer, configuration).callback();
  });
}

function configure(options: AuthorizationServerOptions, keys: readonly JsonWebKey[]): Configuration {
  const {
    otherClients = [],
    keyClients = [],
    authentication = 'client_secret_basic',
    lifetimeSeconds = 600,
  } = options;
  const kid = String(keys.at(-2)?.kid);
  return {
    clients: [
      ...[options, ...otherClients].map(({ clientId, clientSecret }) => ({
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: authentication,
        ...OF_SERVICES,
      })),
      ...keyClients.map(({ clientId, publicKeys }) => ({
        client_id: clientId,
        jwks: { keys: [...publicKeys] },
        token_endpoint_auth_method: 'private_key_jwt' as const,
        ...OF_SERVICES,
      })),
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    jwks: { keys },
    scopes: ['read', 'write'],
    routes: { token: `${PATH}/token`, jwks: `${PATH}/certs` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        // OneLogin's tokens are RS256 JWTs, with the client for audience unless it has asked for a resource.
        getResourceServerInfo: (_, resource, client) => ({
          audience: resource === RESOURCE ? client.clientId : resource,
          scope: 'read write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifetimeSeconds,
          jwt: { sign: { alg: 'RS256', kid } },
        }),
      },
    },
    ttl: { ClientCredentials: lifetimeSeconds },
    // The default page would carry the error in HTML.
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    },
  };
}

/** By way of PEM: Node.js 20 may wait for itself forever when it exports a key that it has just generated. */
function makeKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { ...createPrivateKey(privateKey).export({ format: 'jwk' }), kid: randomUUID(), use: 'sig' };
}

/** oidc-provider warns of Node 20, and of its in-memory store: right for production, noise here. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn, info } = console;
  const mute =
    (show: typeof warn) =>
    (first: unknown, ...rest: unknown[]) => {
      if (!String(first).includes('oidc-provider ')) show(first, ...rest);
    };
  console.warn = mute(warn);
  console.info = mute(info);
  try {
    return await work();
  } finally {
    console.warn = warn;
    console.info = info;
  }
}
