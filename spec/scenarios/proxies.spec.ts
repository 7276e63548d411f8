import https from 'node:https';
import axios from 'axios';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { TokenProvider, TokenRequestError, TokenUnavailableError } from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { ConnectProxy, refuseWith, withProxyVariables } from '../support/connect-proxy.js';
import { startPlainServer } from '../support/plain-server.js';
import { rejection } from '../support/rejection.js';

const CLIENT = { clientId: 'm2m-client', clientSecret: 'm2m-secret' };

describe('a token endpoint behind a proxy', () => {
  let proxy: ConnectProxy;
  let server: AuthorizationServer;
  let http: ReturnType<typeof axios.create>;
  beforeEach(async () => {
    const authority = await CertificateAuthority.create();
    server = await AuthorizationServer.start({ tls: await authority.issue(['localhost']), ...CLIENT });
    http = axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }) });
    proxy = await ConnectProxy.start();
  });
  afterEach(() => Promise.all([proxy.stop(), server.stop()]));

  const connect = (options: object = {}) =>
    new TokenProvider({ tokenEndpoint: server.tokenEndpoint, ...CLIENT, http, ...options });
  const behindProxy = (work: () => Promise<void>) => withProxyVariables({ HTTPS_PROXY: proxy.url }, work);

  it('is reached through a tunnel', () =>
    behindProxy(async () => {
      await using provider = connect();
      expect(await provider.getToken()).to.be.a('string');
      expect(proxy.asked).to.deep.equal([new URL(server.tokenEndpoint).host]);
    }));

  for (const status of [401, 403, 407]) {
    it(`is not blamed for a ${status} of the proxy, which is told at once and asked once`, () =>
      behindProxy(async () => {
        proxy.fault = refuseWith(status);
        await using provider = connect();
        const errors = await Promise.all([1, 2, 3].map(() => rejection(provider.getToken())));
        for (const error of errors) {
          expect(error)
            .to.be.instanceOf(TokenRequestError)
            .and.include({ reason: 'ERR_PROXY', permanent: true });
          expect(error.message)
            .to.contain(proxy.host)
            .and.not.match(/clientSecret|invalid_client/);
        }
        expect([proxy.asked.length, server.requests]).to.deep.equal([1, 0]);
      }));
  }

  it('is reached as soon as a proxy that was down for a moment is back', () =>
    behindProxy(async () => {
      proxy.fault = (socket) => {
        proxy.fault = undefined;
        refuseWith(503)(socket);
      };
      await using provider = connect();
      expect(await provider.getToken()).to.be.a('string');
      expect([proxy.asked.length, server.requests]).to.deep.equal([2, 1]);
    }));

  it('is not blamed for a proxy that stays down', () =>
    behindProxy(async () => {
      proxy.fault = refuseWith(503);
      await using provider = connect({ retry: { retries: 1, minDelayMs: 1, maxDelayMs: 2 } });
      const error = await rejection(provider.getToken({ maxWaitMs: 300 }));
      const cause = error instanceof TokenUnavailableError ? error.cause : error;
      expect(cause).to.include({ reason: 'ERR_PROXY', permanent: false });
    }));

  it('is not blamed for a proxy that never answers', () =>
    behindProxy(async () => {
      const asked = new Promise<void>((resolve) => {
        proxy.fault = () => resolve();
      });
      await using provider = connect({ requestTimeoutMs: 200, retry: { retries: 0 } });
      const error = await rejection(provider.getToken({ maxWaitMs: 1_000 }));
      await asked;
      expect(error.message).to.contain(`the proxy ${proxy.host} (HTTPS_PROXY), look there, too`);
    }));
});

describe('a token endpoint that speaks no TLS', () => {
  it('is told at once', async () => {
    const plain = await startPlainServer();
    await using provider = new TokenProvider({
      tokenEndpoint: `https://localhost:${plain.port}/token`,
      ...CLIENT,
    });
    const error = await withProxyVariables({}, () => rejection(provider.getToken()));
    plain.stop();
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ permanent: true });
    expect(error.message).to.contain('does not speak TLS');
  });
});
