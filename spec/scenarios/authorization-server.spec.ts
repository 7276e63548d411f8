import https from 'node:https';
import axios from 'axios';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  AuthorizationServer,
  type AuthorizationServerOptions,
} from '../../examples/embedded/authorization-server.js';
import {
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  TokenRequestError,
} from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { rejection } from '../support/rejection.js';

const CLIENT = { clientId: 'acme', clientSecret: 'kU3:9%+ /s3cret' };

describe('a real authorization server', () => {
  let server: AuthorizationServer;
  const start = async (options: Partial<AuthorizationServerOptions> = {}) => {
    server = await AuthorizationServer.start({ ...CLIENT, ...options });
  };
  const connect = (options: Partial<TokenProviderOptions> = {}) =>
    new TokenProvider({ tokenEndpoint: server.tokenEndpoint, ...CLIENT, ...options });
  afterEach(() => server.stop());

  it('gives an RS256 JWT, whose claims and times can be seen', async () => {
    await start({ lifetimeSeconds: 600 });
    await using provider = connect({ scope: ['write', 'read'] });
    const token = await provider.getToken();
    const held = provider.peek();
    expect(token.split('.')).to.have.length(3);
    expect(held).to.include({ value: token, tokenType: 'Bearer', scope: 'read write' });
    expect(held?.claims).to.include({ aud: 'acme', iss: `${server.origin}/oidc/2` });
    expect((held?.expiresAt ?? 0) - (held?.issuedAt ?? 0)).to.equal(600_000);
  });

  it('gives a narrower scope than was asked for, and the provider shows which', async () => {
    await start();
    await using provider = connect({ scope: 'read unknown' });
    await provider.getToken();
    expect(provider.peek()?.scope).to.equal('read');
  });

  it('is asked with POST where the app is set to that', async () => {
    await start({ authentication: 'client_secret_post' });
    await using provider = connect({ authentication: 'post' });
    expect(await provider.getToken()).to.be.a('string');
  });

  it('refuses what is asked amiss with typed errors', async () => {
    await start();
    const amiss: [Partial<TokenProviderOptions>, object][] = [
      [{ authentication: 'basic-raw' }, { httpStatus: 400, error: 'invalid_request' }],
      [{ clientSecret: 'wrong' }, { httpStatus: 401, error: 'invalid_client' }],
      [{ clientId: 'nobody' }, { httpStatus: 401, error: 'invalid_client' }],
      [{ resource: ['urn:example:one', 'urn:example:two'] }, { httpStatus: 400, error: 'invalid_target' }],
      [{ tokenEndpoint: `${server.origin}/oidc/1/token` }, { httpStatus: 404 }],
    ];
    for (const [options, expected] of amiss) {
      await using provider = connect(options);
      const error = await rejection(provider.getToken());
      expect(error)
        .to.be.instanceOf(TokenEndpointError)
        .and.deep.include({ ...expected, permanent: true });
    }
  });

  it('understands any id and secret, with Basic as with POST', async function () {
    this.timeout(60_000);
    const vschar = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 40,
    });
    await start();
    const check = async (clientSecret: string, method: 'basic' | 'post') => {
      const strange = await AuthorizationServer.start({
        ...CLIENT,
        clientSecret,
        authentication: `client_secret_${method}`,
      });
      try {
        await using provider = connect({
          tokenEndpoint: strange.tokenEndpoint,
          clientSecret,
          authentication: method,
        });
        await provider.getToken();
      } finally {
        await strange.stop();
      }
    };
    await fc.assert(fc.asyncProperty(vschar, fc.constantFrom('basic', 'post'), check), { numRuns: 12 });
  });

  it('is asked once by fifty cold callers', async () => {
    await start();
    await using provider = connect();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => provider.getToken()));
    expect([new Set(tokens).size, server.requests]).to.deep.equal([1, 1]);
  });

  it('is asked once by fifty cold callers with a wrong secret, however often they ask again', async () => {
    await start();
    await using provider = connect({ clientSecret: 'wrong' });
    const ask = () => Promise.all(Array.from({ length: 50 }, () => rejection(provider.getToken())));
    const errors = await ask();
    expect(errors.every((error) => error instanceof TokenEndpointError)).to.equal(true);
    const until = Date.now() + 4_500;
    while (Date.now() < until) {
      errors.push(...(await ask()));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(errors).to.have.length.above(100);
    expect(server.requests).to.equal(1);
  });

  it('rotates a secret without a caller noticing, where the secret is a function', async () => {
    let current = CLIENT.clientSecret;
    await start();
    await using provider = connect({ clientSecret: async () => current });
    const before = await provider.getToken();
    current = 'rotated';
    const { origin } = server;
    await server.stop();
    await start({ clientSecret: current, port: Number(new URL(origin).port) });
    expect(await provider.getToken()).to.equal(before);
    const renewed = await provider.refresh();
    expect(renewed.value).to.not.equal(before);
    expect(server.requests).to.equal(2);
  });

  it('is trusted over https by its own certificate authority alone', async () => {
    const authority = await CertificateAuthority.create();
    await start({ tls: await authority.issue(['localhost']) });
    const http = axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }) });
    await using trusting = connect({ http });
    expect(await trusting.getToken()).to.be.a('string');
    await using careful = connect();
    const error = await rejection(careful.getToken());
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ permanent: true });
    expect(error).to.have.property('reason', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  for (const [what, names, endsInMs, reason] of [
    ['another name', ['elsewhere.example'], 3_600_000, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired date', ['localhost'], -1_000, 'CERT_HAS_EXPIRED'],
  ] as const) {
    it(`is not trusted with a certificate of ${what}`, async () => {
      const authority = await CertificateAuthority.create();
      await start({ tls: await authority.issue(names, endsInMs) });
      await using provider = connect({
        http: axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }) }),
      });
      const error = await rejection(provider.getToken());
      expect(error).to.include({ permanent: true, reason });
      expect(server.requests).to.equal(0);
    });
  }
});
