import { X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientMetadata, Configuration, KoaContextWithOIDC, default as Provider } from 'oidc-provider';
import type { KeyAndCertificate } from './certificates.js';

/** oidc-provider whose clients prove themselves by certificates, at an alias of its token endpoint (RFC 8705 §5). */
export class MtlsOidcProvider {
  private constructor(
    readonly issuer: string,
    private readonly servers: readonly https.Server[],
  ) {}

  /** @param ca who signs for clients with `tls_client_auth` */
  static async start(
    tls: KeyAndCertificate,
    ca: string,
    clients: readonly ClientMetadata[],
  ): Promise<MtlsOidcProvider> {
    const plain = https.createServer(tls);
    // It takes any certificate, and the provider decides: others cannot be registered by themselves.
    const asking = https.createServer({ ...tls, ca, requestCert: true, rejectUnauthorized: false });
    const [issuer, alias] = await Promise.all([plain, asking].map(listen));
    const listener = await makeProvider(`${issuer}`, configure(`${alias}`, clients));
    for (const server of [plain, asking]) server.on('request', listener);
    return new MtlsOidcProvider(`${issuer}`, [plain, asking]);
  }

  async stop(): Promise<void> {
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listen(server: https.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

const socketOf = ({ req }: KoaContextWithOIDC) => req.socket as TLSSocket;
const certificateOf = (context: KoaContextWithOIDC) => socketOf(context).getPeerX509Certificate();

function configure(alias: string, clients: readonly ClientMetadata[]): Configuration {
  return {
    clients: clients.map((client) => ({
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      tls_client_certificate_bound_access_tokens: true,
      ...client,
    })),
    clientAuthMethods: ['tls_client_auth', 'self_signed_tls_client_auth'],
    discovery: { mtls_endpoint_aliases: { token_endpoint: `${alias}/token` } },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: (context) => certificateOf(context),
        certificateAuthorized: (context) => socketOf(context).authorized,
        certificateSubjectMatches: (context, property, expected) =>
          property === 'tls_client_auth_san_dns' && certificateOf(context)?.checkHost(expected) === expected,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:example:api',
        getResourceServerInfo: () => ({ scope: '', accessTokenFormat: 'jwt', accessTokenTTL: 60 }),
      },
    },
    ttl: { ClientCredentials: 60 },
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    },
  };
}

/** For the `jwks` of a client: its certificate, by which it is known itself. */
export function jwkOf(certificate: string): object {
  const { publicKey, raw } = new X509Certificate(certificate);
  return { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] };
}

/** It warns of Node.js 20, of keys for development, and of its store. */
async function makeProvider(issuer: string, configuration: Configuration): Promise<RequestListener> {
  const { warn, info } = console;
  console.warn = console.info = () => undefined;
  try {
    const { default: OidcProvider }: { default: typeof Provider } = await import('oidc-provider');
    return new OidcProvider(issuer, configuration).callback();
  } finally {
    Object.assign(console, { warn, info });
  }
}
