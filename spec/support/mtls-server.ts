import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { CertificateAuthority, type KeyAndCertificate } from './certificates.js';

/** Of a certificate, as a token's `cnf` has it (RFC 8705 §3.1). */
export function thumbprintOf(certificate: string): string {
  const { fingerprint256 } = new X509Certificate(certificate);
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

/** A token endpoint and an API that demand a client certificate of an authority; each token is bound to it. */
export class MtlsServer {
  /** The thumbprints that came with token requests. */
  readonly presented: string[] = [];
  /** The forms of token requests. */
  readonly forms: URLSearchParams[] = [];
  /** Certificates that were taken back: refused in OAuth's words. */
  readonly revoked = new Set<string>();
  lifetimeSeconds = 600;
  /** Whether connections on which there was a request before are closed when another comes. */
  isClosing = false;
  readonly #used = new WeakSet<object>();
  readonly #server: https.Server;
  #count = 0;

  private constructor(
    readonly authority: CertificateAuthority,
    options: TlsOptions,
  ) {
    this.#server = https.createServer(
      { ca: authority.pem, requestCert: true, rejectUnauthorized: true, ...options },
      (request, response) => {
        const { raw } = (request.socket as TLSSocket).getPeerCertificate();
        const thumbprint = raw ? thumbprintOf(pemOf(raw)) : '';
        const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
        if (this.isClosing && this.#used.has(request.socket)) {
          request.socket.destroy();
          return;
        }
        this.#used.add(request.socket);
        if (request.method === 'GET') {
          const isBound = request.headers.authorization?.endsWith(`.${thumbprint}`);
          answer(isBound ? 200 : 401, {});
          return;
        }
        const parts: Buffer[] = [];
        request.on('data', (part) => parts.push(part));
        request.on('end', () => {
          this.presented.push(thumbprint);
          this.forms.push(new URLSearchParams(Buffer.concat(parts).toString()));
          if (thumbprint === '' || this.revoked.has(thumbprint)) answer(401, { error: 'invalid_client' });
          else answer(200, this.#token(thumbprint));
        });
      },
    );
    this.#server.on('tlsClientError', () => undefined);
  }

  /** By the rules of TLS that `options` add. */
  static async start(options: TlsOptions = {}): Promise<MtlsServer> {
    const authority = await CertificateAuthority.create();
    const server = new MtlsServer(authority, { ...(await authority.issue(['localhost'])), ...options });
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  issue(endsInMs?: number): Promise<KeyAndCertificate> {
    return this.authority.issue(['client.example'], endsInMs);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #token(thumbprint: string): object {
    this.#count += 1;
    const access_token = `t${this.#count}.${thumbprint}`;
    return { access_token, token_type: 'Bearer', expires_in: this.lifetimeSeconds };
  }
}

function pemOf(raw: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
}
