import {
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyPairKeyObjectResult,
  X509Certificate,
} from 'node:crypto';
import { SignJWT } from 'jose';
import type { ClientMetadata } from 'oidc-provider';
import {
  type ClientAuthenticator,
  clientAssertion,
  clientSecretJwt,
  privateKeyJwt,
  tlsClient,
} from '../../../lib/client-auth.js';
import { MountedVolume } from '../assertions.js';
import { CertificateAuthority, type KeyAndCertificate } from '../certificates.js';
import { MountedPair } from '../mounted-pair.js';
import type { ProofServer } from './proof-server.js';

/** A client at a `ProofServer`, and how it proves itself. */
export interface ProvenClient {
  readonly clientId: string;
  readonly authentication: ClientAuthenticator;
  /** Whether its tokens are bound to a key. */
  readonly dpop?: boolean;
  /** Changes key, secret, certificate or assertion at both ends, as a careful operator does. */
  rotate(): Promise<void>;
  remove(): Promise<void>;
}

export type Enrol = (server: ProofServer, clientId: string) => Promise<ProvenClient>;

const nothing = async (): Promise<void> => undefined;

type KeyKind = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

function makeKey(alg: KeyKind): { pem: string; jwk: JsonWebKey } {
  const { privateKey, publicKey } = makePair(alg);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, jwk: { ...publicKey.export({ format: 'jwk' }), alg, use: 'sig' } };
}

function makePair(alg: KeyKind): KeyPairKeyObjectResult {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
}

function byKeys(clientId: string, keys: readonly JsonWebKey[]): ClientMetadata {
  return {
    client_id: clientId,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: keys as never[] },
  };
}

/** A key in a mounted file; the server knows the new key before the file has it, and the old one no more after that. */
export const keyInFile =
  (alg: KeyKind): Enrol =>
  async (server, clientId) => {
    let { pem, jwk } = makeKey(alg);
    const volume = await MountedVolume.mount(pem);
    server.register(byKeys(clientId, [jwk]));
    return {
      clientId,
      authentication: privateKeyJwt({ key: { file: volume.file }, alg }),
      async rotate() {
        const next = makeKey(alg);
        server.register(byKeys(clientId, [jwk, next.jwk]));
        await volume.swap(next.pem);
        server.register(byKeys(clientId, [next.jwk]));
        ({ pem, jwk } = next);
      },
      remove: () => volume.unmount(),
    };
  };

export const secretJwt: Enrol = async (server, clientId) => {
  let secret = 'a-secret-that-is-long-enough-for-hs256';
  const register = () =>
    server.register({
      client_id: clientId,
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_jwt',
    });
  register();
  return {
    clientId,
    authentication: clientSecretJwt({ secret: async () => secret }),
    async rotate() {
      secret = `${secret}-and-longer`;
      register();
    },
    remove: nothing,
  };
};

/** An assertion that somebody else writes into a file, often: this server takes each but once. */
export const assertionInFile: Enrol = async (server, clientId) => {
  const { pem, jwk } = makeKey('ES256');
  let count = 0;
  const sign = () =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(server.issuer)
      .setJti(`${clientId}-${++count}`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(createPrivateKey(pem));
  const volume = await MountedVolume.mount(await sign());
  server.register(byKeys(clientId, [jwk]));
  const rotate = async () => volume.swap(await sign());
  const timer = setInterval(() => void rotate(), 500);
  return {
    clientId,
    authentication: clientAssertion({ file: volume.file }),
    rotate: nothing,
    async remove() {
      clearInterval(timer);
      await volume.unmount();
    },
  };
};

/** A certificate that the authority of the server has signed. */
export const certificate: Enrol = async (server, clientId) => {
  const name = `${clientId}.example`;
  const pair = await MountedPair.mount(await server.authority.issue([name]));
  server.register({
    client_id: clientId,
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: name,
    tls_client_certificate_bound_access_tokens: true,
  });
  return {
    clientId,
    authentication: tlsClient(pair.files),
    rotate: async () => pair.swap(await server.authority.issue([name])),
    remove: () => pair.unmount(),
  };
};

/** A certificate that the server knows itself: the next one is registered before the files change, and the old one goes after that. */
export const selfSignedCertificate: Enrol = async (server, clientId) => {
  const make = async () => (await CertificateAuthority.create()).issue([`${clientId}.example`]);
  const register = (...pairs: readonly KeyAndCertificate[]) =>
    server.register({
      client_id: clientId,
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: pairs.map(({ cert }) => certificateKey(cert)) as never[] },
    });
  let current = await make();
  register(current);
  const pair = await MountedPair.mount(current);
  return {
    clientId,
    authentication: tlsClient(pair.files),
    async rotate() {
      const next = await make();
      register(current, next);
      await pair.swap(next);
      register(next);
      current = next;
    },
    remove: () => pair.unmount(),
  };
};

/** RFC 8705 §2.2.2: the key, with its certificate. */
function certificateKey(cert: string): object {
  const { raw, publicKey } = new X509Certificate(cert);
  return { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] };
}

/** Tokens that are bound to a key: from the first rotation on the server wants nonces in proofs. */
export const boundTokens: Enrol = async (server, clientId) => {
  const client = await keyInFile('ES256')(server, clientId);
  return {
    ...client,
    dpop: true,
    async rotate() {
      server.requiresNonce = true;
      await client.rotate();
    },
    async remove() {
      server.requiresNonce = false;
      await client.remove();
    },
  };
};
