/** A token endpoint in this process that knows clients by their certificates, and the CA that issues these. */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';

export interface MtlsDemoServer {
  readonly origin: string;
  /** The certificate of its CA, as PEM. */
  readonly ca: string;
  /** That of the certificate by which the last token was given (`x5t#S256`). */
  readonly lastThumbprint: string;
  /** A new certificate for the client, and its key. */
  issue(): Promise<{ cert: string; key: string }>;
  stop(): Promise<void>;
}

const OF_A_CA = [
  { name: 'basicConstraints' as const, cA: true, critical: true },
  { name: 'keyUsage' as const, keyCertSign: true, critical: true },
];

/** Begins to listen on a free port of 127.0.0.1. */
export async function startMtlsServer(): Promise<MtlsDemoServer> {
  const root = await sign('Demo CA', { extensions: OF_A_CA });
  const sans = [{ type: 2 as const, value: 'localhost' }];
  const own = await sign('localhost', {
    ca: root,
    extensions: [{ name: 'subjectAltName', altNames: sans }],
  });
  let lastThumbprint = '';
  const tls = { ...own, ca: root.cert, requestCert: true, rejectUnauthorized: true };
  const server = https.createServer(tls, ({ socket }, response) => {
    const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate();
    lastThumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    const token = { access_token: `token-of-${lastThumbprint}`, token_type: 'Bearer', expires_in: 600 };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(token));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: root.cert,
    get lastThumbprint() {
      return lastThumbprint;
    },
    issue: () => sign('tls-service', { ca: root }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Details = Pick<NonNullable<Parameters<typeof generate>[1]>, 'ca' | 'extensions'>;

async function sign(commonName: string, details: Details) {
  const subject = [{ name: 'commonName', value: commonName }];
  const { private: key, cert } = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    ...details,
  });
  return { key, cert };
}
