import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import type { ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { CertificateAuthority } from '../certificates.js';
import { ProtectedApi } from './protected-api.js';
import { configurationOf } from './provider-configuration.js';
import { makeProvider } from './quiet-provider.js';

/** How a token request went. */
export interface CountedRequest {
  readonly clientId: string | undefined;
  readonly status: number;
  /** The error code, where it was refused. */
  readonly error: string | undefined;
}

/**
 * oidc-provider with every way to prove a client: secrets, assertions, certificates (on a port of its own, told by
 * `mtls_endpoint_aliases`), and DPoP. With an API beside it, at `/api` of both ports, that takes its tokens.
 */
export class ProofServer {
  readonly requests: CountedRequest[] = [];
  /** Seconds, of tokens that are given from now on. */
  lifetimeSeconds = 4;
  /** Whether DPoP proofs need a nonce of the token endpoint's. */
  requiresNonce = false;
  readonly api: ProtectedApi;
  readonly #clients = new Map<string, ClientMetadata>();
  readonly #nonceSecret = randomBytes(32);
  readonly #servers: readonly [https.Server, https.Server];
  #provider: Provider | undefined;

  private constructor(
    readonly authority: CertificateAuthority,
    own: { readonly key: string; readonly cert: string },
  ) {
    const listener = (request: IncomingMessage, response: Parameters<ProtectedApi['answer']>[1]): void => {
      if (request.url?.startsWith('/api')) void this.api.answer(request, response);
      else void this.#theProvider().callback()(request, response);
    };
    const mutual = { ca: authority.pem, requestCert: true, rejectUnauthorized: false };
    this.#servers = [https.createServer(own, listener), https.createServer({ ...own, ...mutual }, listener)];
    this.api = new ProtectedApi((token) => this.#theProvider().ClientCredentials.find(token));
  }

  static async start(): Promise<ProofServer> {
    const authority = await CertificateAuthority.create();
    const server = new ProofServer(authority, await authority.issue(['localhost']));
    for (const one of server.#servers)
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** PEM, to be trusted. */
  get ca(): string {
    return this.authority.pem;
  }

  get issuer(): string {
    return originOf(this.#servers[0]);
  }

  /** The origin where certificates are asked for. */
  get mutualOrigin(): string {
    return originOf(this.#servers[1]);
  }

  get tokenEndpoint(): string {
    return `${this.issuer}/token`;
  }

  /** Registers a client, or changes one: keys that it had before are taken no more, unless they are among the new ones. */
  register(client: ClientMetadata): void {
    this.#clients.set(client.client_id, client);
    this.#provider = undefined;
  }

  /** Whether the server would still take this token. */
  async knows(token: string): Promise<boolean> {
    return (await this.#theProvider().ClientCredentials.find(token)) !== undefined;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** A provider knows its clients from the beginning: another one is made when they change. Tokens live on. */
  #theProvider(): Provider {
    this.#provider ??= this.#makeProvider();
    return this.#provider;
  }

  #makeProvider(): Provider {
    const provider = makeProvider(
      this.issuer,
      configurationOf({
        clients: [...this.#clients.values()],
        mutualOrigin: this.mutualOrigin,
        nonceSecret: this.#nonceSecret,
        lifetimeSeconds: () => this.lifetimeSeconds,
        requiresNonce: () => this.requiresNonce,
      }),
    );
    provider.use(async (context, next) => {
      await next();
      if (context.path === '/token') this.requests.push(count(context as KoaContextWithOIDC));
    });
    return provider;
  }
}

function count({ oidc, status, body }: KoaContextWithOIDC): CountedRequest {
  return {
    clientId: oidc?.client?.clientId,
    status,
    error: (body as { error?: string } | undefined)?.error,
  };
}

function originOf(server: https.Server): string {
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}
