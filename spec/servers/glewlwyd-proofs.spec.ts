import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import https from 'node:https';
import axios from 'axios';
import { expect } from 'chai';
import { clientSecretJwt, privateKeyJwt, tlsClient } from '../../lib/client-auth.js';
import { TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { thumbprintOf } from '../support/mtls-server.js';
import { rejection } from '../support/rejection.js';
import { glewlwyd, glewlwydWith } from '../support/servers/drivers/glewlwyd.js';
import { describeInstalled } from '../support/servers/installed.js';
import { RealServer } from '../support/servers/real-server.js';
import { TokenRequests } from '../support/servers/token-requests.js';
import { SigningKey } from '../support/signing-key.js';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';
const SECRET_CLIENTS = ['by-secret', 'a', 'b', 'c'];

const keyOf = (alg: 'RS256' | 'PS256' | 'ES256' | 'EdDSA') => new SigningKey(`of-${alg}`, alg, { alg });
const KEYS = { RS256: keyOf('RS256'), PS256: keyOf('PS256'), ES256: keyOf('ES256'), EdDSA: keyOf('EdDSA') };
const PEM = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const registered = (...ids: readonly string[]) =>
  ids.map((id) => ({ id, secret: SECRET, authentication: 'post' as const }));

/** A second server, by somebody else, for what is tried at oidc-provider: it reads some things otherwise. */
describeInstalled('Glewlwyd, to which clients prove themselves', glewlwyd.probe, function () {
  this.timeout(60_000);
  const byKey = { token_endpoint_auth_method: ['private_key_jwt'] };
  const driver = glewlwydWith({
    parameters: {
      'request-parameter-allow': true,
      'client-pubkey-parameter': 'pubkey',
      'client-jwks-parameter': 'jwks',
      'oauth-dpop-allowed': true,
      'oauth-dpop-iat-duration': 60,
      'oauth-dpop-nonce-mandatory': true,
      'oauth-dpop-nonce-counter': 1,
    },
    clients: {
      'by-jwks': { ...byKey, jwks: { keys: Object.values(KEYS).map(({ jwk }) => jwk) } },
      'by-pem': { ...byKey, pubkey: PEM.publicKey },
      'by-secret-jwt': { token_endpoint_auth_method: ['client_secret_jwt'], client_secret: SECRET },
    },
  });
  let server: RealServer;
  before(async () => {
    const clients = registered('by-jwks', 'by-pem', 'by-secret-jwt', ...SECRET_CLIENTS);
    server = await RealServer.start(driver, { lifetimeSeconds: 60, clients });
  });
  after(() => server?.close());

  const open = (clientId: string, options: object) => {
    const { tokenEndpoint } = server;
    return new TokenProvider({ tokenEndpoint, clientId, scope: 'read', ...options } as TokenProviderOptions);
  };
  const byJwks = (options: Partial<Parameters<typeof privateKeyJwt>[0]> = {}) =>
    privateKeyJwt({ key: KEYS.ES256.privateJwk as JsonWebKey, ...options });

  const methods = {
    ...Object.fromEntries(
      Object.entries(KEYS).map(([alg, { privateJwk }]) => [
        `a key of its JWKS, ${alg}`,
        ['by-jwks', () => byJwks({ key: privateJwk as JsonWebKey })] as const,
      ]),
    ),
    'a key that it knows as PEM': ['by-pem', () => privateKeyJwt({ key: PEM.privateKey })] as const,
    'a secret that is not sent': ['by-secret-jwt', () => clientSecretJwt({ secret: SECRET })] as const,
  };
  for (const [name, [clientId, authentication]] of Object.entries(methods)) {
    it(`gives tokens for ${name}, one request each`, async () => {
      using requests = new TokenRequests(server.port);
      await using provider = open(clientId, { authentication: authentication() });
      await provider.getToken();
      await provider.refresh();
      expect([requests.count, requests.refused]).to.deep.equal([2, 0]);
    });
  }

  describe('takes its token endpoint alone for audience', () => {
    it('and refuses its issuer: the error names the option', async () => {
      const issuer = server.tokenEndpoint.replace(/\/token$/, '');
      await using provider = open('by-jwks', { authentication: byJwks({ audience: issuer }) });
      const error = await rejection(provider.getToken());
      expect(error.message).to.contain('answered 403 with an empty body').and.contain('option audience');
      expect(error).to.include({ permanent: true });
    });

    it('so that a provider with issuer needs the option audience', async () => {
      const { tokenEndpoint } = server;
      const issuer = tokenEndpoint.replace(/\/token$/, '');
      const others = { issuer, clientId: 'by-jwks', scope: 'read' };
      await using wrong = new TokenProvider({ ...others, authentication: byJwks() });
      expect((await rejection(wrong.getToken())).message).to.contain('option audience');
      const authentication = byJwks({ audience: tokenEndpoint });
      await using right = new TokenProvider({ ...others, authentication });
      expect(await right.getToken()).to.be.a('string');
    });
  });

  it('finds no key of a JWKS without its kid: the error names that, too', async () => {
    const { kid: _, ...key } = KEYS.ES256.privateJwk;
    await using provider = open('by-jwks', { authentication: byJwks({ key: key as JsonWebKey }) });
    expect((await rejection(provider.getToken())).message).to.contain('kid');
  });

  describe('binds tokens to a key by DPoP', () => {
    const bound = { authentication: 'post', clientSecret: SECRET, dpop: true };

    it('and no caller sees that its nonces change all the time', async () => {
      await using provider = open('by-secret', bound);
      const failures: string[] = [];
      for (const name of ['retry', 'failure'] as const)
        provider.on(name, ({ error }) => failures.push(error.message));
      for (let count = 0; count < 6; count += 1) await provider.refresh();
      expect(failures).to.deep.equal([]);
      expect(provider.peek()?.tokenType).to.equal('DPoP');
      expect(provider.peek()?.claims).to.have.nested.property('cnf.jkt');
    });

    it('and tells each client nonces of its own: clients of one provider do not get in the way', async () => {
      const { tokenEndpoint } = server;
      const resolveClient = () => ({ clientSecret: SECRET });
      await using provider = new TokenProvider({
        tokenEndpoint,
        scope: 'read',
        authentication: 'post',
        dpop: true,
        resolveClient,
      });
      const failures: string[] = [];
      for (const name of ['retry', 'failure'] as const)
        provider.on(name, ({ error }) => failures.push(error.message));
      for (let count = 0; count < 4; count += 1)
        await Promise.allSettled(SECRET_CLIENTS.map((clientId) => provider.refresh({ clientId })));
      expect(failures).to.deep.equal([]);
    });
  });
});

describeInstalled('Glewlwyd, which asks for certificates', glewlwyd.probe, function () {
  this.timeout(60_000);
  let server: RealServer;
  let authority: CertificateAuthority;
  before(async () => {
    authority = await CertificateAuthority.create();
    const driver = glewlwydWith({
      tls: { ...(await authority.issue(['localhost'])), ca: authority.pem },
      parameters: { 'client-cert-source': 'TLS' },
      clients: {
        'by-certificate': {
          token_endpoint_auth_method: ['tls_client_auth'],
          tls_client_auth_san_dns: 'client.example',
        },
      },
    });
    server = await RealServer.start(driver, { lifetimeSeconds: 60, clients: registered('by-certificate') });
  });
  after(() => server?.close());

  const open = async (name: string) => {
    const pair = await authority.issue([name]);
    const provider = new TokenProvider({
      tokenEndpoint: `https://localhost:${server.port}/api/oidc/token`,
      clientId: 'by-certificate',
      scope: 'read',
      authentication: tlsClient(pair),
      http: axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }) }),
    });
    return { pair, provider };
  };

  it('gives tokens that are bound to the certificate', async () => {
    const { pair, provider } = await open('client.example');
    await provider.getToken();
    expect(provider.peek()?.claims?.cnf).to.deep.equal({ 'x5t#S256': thumbprintOf(pair.cert) });
    await provider.close();
  });

  it('refuses the certificate of another name', async () => {
    const { provider } = await open('other.example');
    const error = await rejection(provider.getToken());
    expect(error.message).to.match(/answered 403 .*certificate/);
    await provider.close();
  });
});
