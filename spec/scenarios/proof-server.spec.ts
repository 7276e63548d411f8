import { randomUUID, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { importJWK, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import type { ClientMetadata } from 'oidc-provider';
import { Agent, fetch } from 'undici';
import { CertificateAuthority, type KeyAndCertificate } from '../support/certificates.js';
import { ProofServer } from '../support/proofs/proof-server.js';
import { type SigningAlgorithm, SigningKey } from '../support/signing-key.js';

/** What a client of oauth4webapi has, and what the server is told of it. */
interface Independent {
  readonly proof: oauth.ClientAuth;
  readonly registered: ClientMetadata;
  readonly certificate?: KeyAndCertificate;
}

type Make = (server: ProofServer, clientId: string) => Promise<Independent>;

const bySecret =
  (method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt'): Make =>
  async (_, client_id) => {
    const client_secret = randomUUID();
    const proofs = {
      client_secret_basic: oauth.ClientSecretBasic,
      client_secret_post: oauth.ClientSecretPost,
      client_secret_jwt: oauth.ClientSecretJwt,
    };
    const registered = { client_id, client_secret, token_endpoint_auth_method: method };
    return { proof: proofs[method](client_secret), registered };
  };

const byKey =
  (alg: SigningAlgorithm): Make =>
  async (_, client_id) => {
    const { jwk, privateJwk } = new SigningKey(randomUUID(), alg, { use: 'sig' });
    const key = (await importJWK(privateJwk as unknown as JWK, alg)) as oauth.CryptoKey;
    const jwks = { keys: [jwk] as never[] };
    const registered: ClientMetadata = { client_id, jwks, token_endpoint_auth_method: 'private_key_jwt' };
    return { proof: oauth.PrivateKeyJwt({ key, kid: jwk.kid as string }), registered };
  };

const byCertificate: Make = async ({ authority }, client_id) => {
  const registered: ClientMetadata = {
    client_id,
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: `${client_id}.example`,
    tls_client_certificate_bound_access_tokens: true,
  };
  return {
    proof: oauth.TlsClientAuth(),
    registered,
    certificate: await authority.issue([`${client_id}.example`]),
  };
};

/** Signed by nobody that the server knows: it knows the certificate itself (RFC 8705 §2.2.2). */
const bySelfSigned: Make = async (_, client_id) => {
  const certificate = await (await CertificateAuthority.create()).issue(['anybody.example']);
  const { raw, publicKey } = new X509Certificate(certificate.cert);
  const key = { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] };
  const registered: ClientMetadata = {
    client_id,
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    jwks: { keys: [key] as never[] },
    tls_client_certificate_bound_access_tokens: true,
  };
  return { proof: oauth.TlsClientAuth(), registered, certificate };
};

const METHODS: Readonly<Record<string, Make>> = {
  client_secret_basic: bySecret('client_secret_basic'),
  client_secret_post: bySecret('client_secret_post'),
  client_secret_jwt: bySecret('client_secret_jwt'),
  'private_key_jwt, RS256': byKey('RS256'),
  'private_key_jwt, PS256': byKey('PS256'),
  'private_key_jwt, ES256': byKey('ES256'),
  'private_key_jwt, Ed25519': byKey('Ed25519'),
  tls_client_auth: byCertificate,
  self_signed_tls_client_auth: bySelfSigned,
};

/** What our own client is tried with must be a server that another client library can use, too, and that refuses. */
describe('the server to which clients prove themselves', () => {
  let server: ProofServer;
  before(async () => {
    server = await ProofServer.start();
  });
  after(() => server.close());

  async function use({ proof, registered, certificate }: Independent) {
    const agent = new Agent({ connect: { ca: server.ca, ...certificate } });
    const own = {
      [oauth.customFetch]: (url: string, init: object) => fetch(url, { ...init, dispatcher: agent }),
    };
    const options = own as object as oauth.DiscoveryRequestOptions &
      oauth.ClientCredentialsGrantRequestOptions;
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client = { client_id: registered.client_id, use_mtls_endpoint_aliases: certificate !== undefined };
    const ask = async () =>
      oauth.processClientCredentialsResponse(
        as,
        client,
        await oauth.clientCredentialsGrantRequest(as, client, proof, {}, options),
      );
    const call = async (token: string) => {
      const address = new URL('/api/things', certificate ? server.mutualOrigin : server.issuer);
      const given = await fetch(address, {
        headers: { authorization: `Bearer ${token}` },
        dispatcher: agent,
      });
      return given.status;
    };
    return { ask, call, close: () => agent.close() };
  }

  for (const [place, [name, make]] of Object.entries(METHODS).entries()) {
    it(`gives a token by ${name}, which its API takes; and refuses who is not registered so`, async () => {
      const clientId = `independent-${place}`;
      const [one, other] = [await make(server, clientId), await make(server, clientId)];
      server.register(one.registered);
      const client = await use(one);
      const { access_token: token } = await client.ask();
      expect(server.requests.at(-1)).to.deep.equal({ clientId, status: 200, error: undefined });
      expect(await client.call(token)).to.equal(200);

      const stranger = await use(other);
      // Of certificates by the server's own authority the name counts: both have the same.
      if (name !== 'tls_client_auth') {
        await stranger.ask().catch(() => undefined);
        expect(server.requests.at(-1)).to.include({ status: 401, error: 'invalid_client' });
      }
      if (one.certificate) expect(await stranger.call(token)).to.equal(401);
      await Promise.all([client.close(), stranger.close()]);
    });
  }
});
