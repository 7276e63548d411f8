/** A real authorization server (oidc-provider) in this process, with OneLogin's paths and kind of token. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Configuration, default as Provider } from 'oidc-provider';

/** What the server does with a token request: answer it, or one of the ways in which servers fail. */
export type Mood = 'well' | 'unavailable' | 'hanging' | 'resetting';

export interface AuthorizationServerOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authentication?: 'client_secret_basic' | 'client_secret_post';
  /** How long its tokens live, in seconds. */
  readonly lifetimeSeconds?: number;
  /** Where to listen on 127.0.0.1; any free port without. */
  readonly port?: number;
  /** Key and certificate (PEM) for https; plain http without. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const RESOURCE = 'urn:example:api';

export class AuthorizationServer {
  /** How it behaves from now on. */
  mood: Mood = 'well';
  /** How many token requests have come. */
  requests = 0;

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
  ) {}

  static async start(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
    const server = options.tls ? https.createServer(options.tls) : http.createServer();
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
    );
    const { port } = server.address() as AddressInfo;
    const origin = options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    const self = new AuthorizationServer(server, origin);
    server.on('request', self.#moody(await makeProvider(`${origin}/oidc/2`, options)));
    return self;
  }

  get tokenEndpoint(): string {
    return `${this.origin}/oidc/2/token`;
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

  #moody(answer: RequestListener): RequestListener {
    return (request, response) => {
      this.requests += 1;
      if (this.mood === 'well') answer(request, response);
      if (this.mood === 'unavailable') response.writeHead(503).end();
      if (this.mood === 'resetting') request.socket.resetAndDestroy();
    };
  }
}

async function makeProvider(issuer: string, options: AuthorizationServerOptions): Promise<RequestListener> {
  const configuration = configure(options);
  return quietly(async () => {
    const { default: OidcProvider }: { default: typeof Provider } = await import('oidc-provider');
    return new OidcProvider(issuer, configuration).callback();
  });
}

function configure(options: AuthorizationServerOptions): Configuration {
  const { clientId, clientSecret, authentication = 'client_secret_basic', lifetimeSeconds = 600 } = options;
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: authentication,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    jwks: { keys: [{ ...makeKey().export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    scopes: ['read', 'write'],
    routes: { token: '/oidc/2/token', jwks: '/oidc/2/certs' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        // OneLogin's tokens are RS256 JWTs, with the client for audience.
        getResourceServerInfo: () => ({
          audience: clientId,
          scope: 'read write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifetimeSeconds,
          jwt: { sign: { alg: 'RS256' } },
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
function makeKey(): KeyObject {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return createPrivateKey(privateKey);
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
