import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { CertificateAuthority } from './certificates.js';
import { ConnectProxy } from './connect-proxy.js';
import { enrolCertificate, enrolKey } from './proofs/enrolled-files.js';
import { ProofServer } from './proofs/proof-server.js';
import { TokenServer } from './token-server.js';

const CLIENT = { clientId: 'demo', clientSecret: 's3cret-v1' };

/** Real servers for set-ups that are wrong: an authorization server over TLS and one in plain http, a scripted one, a proxy. */
export class DoctorWorld {
  readonly #ends: (() => unknown)[] = [];

  private constructor(
    readonly folder: string,
    readonly authority: CertificateAuthority,
    readonly secure: AuthorizationServer,
    readonly scripted: TokenServer,
    readonly proxy: ConnectProxy,
    readonly proofs: ProofServer,
  ) {}

  static async start(): Promise<DoctorWorld> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-doctor-'));
    const authority = await CertificateAuthority.create();
    const names = ['localhost', 'acme.onelogin.com', 'openid-connect.onelogin.com'];
    const [secure, scripted, proxy, proofs] = await Promise.all([
      AuthorizationServer.start({ ...CLIENT, tls: await authority.issue(names, 30 * 86_400_000) }),
      TokenServer.start(),
      ConnectProxy.start(),
      ProofServer.start(),
    ]);
    writeFileSync(path.join(folder, 'proofs.pem'), proofs.ca);
    proofs.lifetimeSeconds = 600;
    writeFileSync(path.join(folder, 'ca.pem'), authority.pem);
    return new DoctorWorld(folder, authority, secure, scripted, proxy, proofs);
  }

  /** What is right: the server over TLS, its authority, its client. */
  get env(): NodeJS.ProcessEnv {
    return {
      M2M_TOKEN_ENDPOINT: this.secure.tokenEndpoint,
      M2M_CLIENT_ID: CLIENT.clientId,
      M2M_CLIENT_SECRET: CLIENT.clientSecret,
      NODE_EXTRA_CA_CERTS: path.join(this.folder, 'ca.pem'),
    };
  }

  /** The same by OneLogin's address, which the proxy leads to this machine. */
  get oneLogin(): NodeJS.ProcessEnv {
    this.proxy.goal = Number(new URL(this.secure.origin).port);
    return { ...this.env, M2M_TOKEN_ENDPOINT: '', M2M_SUBDOMAIN: 'acme', HTTPS_PROXY: this.proxy.url };
  }

  /** The server that knows all proofs of a client, and a client with a key. */
  async withKey(clientId: string): Promise<NodeJS.ProcessEnv> {
    return {
      ...this.#proven(clientId, 'private_key_jwt'),
      ...(await enrolKey(this.proofs, clientId, this.folder)),
    };
  }

  /** The same with a certificate. */
  async withClientCertificate(clientId: string): Promise<NodeJS.ProcessEnv> {
    const files = await enrolCertificate(this.proofs, clientId, this.folder);
    return { ...this.#proven(clientId, 'tls_client_auth'), ...files };
  }

  #proven(clientId: string, method: string): NodeJS.ProcessEnv {
    return {
      NODE_EXTRA_CA_CERTS: path.join(this.folder, 'proofs.pem'),
      M2M_ISSUER: this.proofs.issuer,
      M2M_CLIENT_ID: clientId,
      M2M_AUTHENTICATION: method,
    };
  }

  /** A file with this content, by its name. */
  file(content: string): string {
    const name = path.join(this.folder, `${Math.random()}`);
    writeFileSync(name, content);
    return name;
  }

  /** An address over TLS with a certificate for these names. */
  async withCertificate(names: readonly string[], endsInMs?: number): Promise<string> {
    return `https://localhost:${await this.serverOf(names, 404, endsInMs)}/oidc/2/token`;
  }

  /** The port of a server over TLS that has this answer alone. */
  async serverOf(names: readonly string[], status: number, endsInMs?: number): Promise<number> {
    const answer: RequestListener = (_, response) => response.writeHead(status).end();
    return this.#listen(https.createServer(await this.authority.issue(names, endsInMs), answer));
  }

  /** A port at which nobody listens. */
  async closedPort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** A server that takes connections, and says nothing. */
  async silentPort(): Promise<number> {
    return this.#listen(net.createServer((socket) => socket.on('error', () => socket.destroy())));
  }

  /** As each set-up finds it. */
  reset(): void {
    this.proxy.fault = undefined;
    this.proxy.goal = undefined;
    this.scripted.headers = {};
    this.scripted.answer = () => ({ body: this.scripted.grant() });
    this.secure.mood = 'well';
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    rmSync(this.folder, { recursive: true });
    await Promise.all([this.proofs.close(), this.secure.stop(), this.scripted.stop(), this.proxy.stop()]);
  }

  async #listen(server: net.Server): Promise<number> {
    const sockets = new Set<net.Socket>();
    server.on('connection', (socket) => sockets.add(socket.on('error', () => socket.destroy())));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#ends.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return (server.address() as AddressInfo).port;
  }
}
