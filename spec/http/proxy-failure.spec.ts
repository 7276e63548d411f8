import https from 'node:https';
import { inspect } from 'node:util';
import axios, { AxiosError, type AxiosInstance } from 'axios';
import { expect } from 'chai';
import { HttpsProxyAgent as HpAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { proxyFailure } from '../../lib/http/proxy-failure.js';
import { readFault } from '../../lib/http/request-fault.js';
import { CertificateAuthority } from '../support/certificates.js';
import { ConnectProxy, type Fault, refuseWith, withProxyVariables } from '../support/connect-proxy.js';
import { startPlainServer } from '../support/plain-server.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';
import { failureOf, sendRequest } from '../support/sending.js';

const ENDPOINT = 'https://as.example/token';

/** The ways to a proxy that people use. */
const WAYS: readonly (readonly [string, (url: string) => AxiosInstance | undefined])[] = [
  ['HTTPS_PROXY', () => undefined],
  ['HTTPS_PROXY and an instance with an agent', () => axios.create({ httpsAgent: new https.Agent() })],
  ["axios's proxy", (url) => axios.create({ proxy: axiosProxy(url) })],
  ['https-proxy-agent', (url) => axios.create({ proxy: false, httpsAgent: new HttpsProxyAgent(url) })],
  ['hpagent', (url) => axios.create({ proxy: false, httpsAgent: new HpAgent({ proxy: url }) })],
];

function axiosProxy(url: string) {
  const { hostname: host, port, protocol } = new URL(url);
  return { host, port: Number(port), protocol };
}

describe('a proxy', () => {
  let proxy: ConnectProxy;
  const start = async (fault?: Fault) => {
    proxy = await ConnectProxy.start(fault);
  };
  afterEach(() => proxy.stop());

  for (const [way, makeHttp] of WAYS) {
    const isByVariable = way.startsWith('HTTPS_PROXY');
    const variables = (url: string) => (isByVariable ? { HTTPS_PROXY: url } : {});
    const fail = (url = proxy.url) =>
      withProxyVariables(variables(url), () => failureOf(ENDPOINT, makeHttp(url)));

    describe(`by ${way}`, () => {
      for (const [status, permanent, remedy] of [
        [302, true, /CONNECT/],
        [400, true, /CONNECT/],
        [401, true, /user name and password/],
        [403, true, /allow this host/],
        [404, true, /CONNECT/],
        [407, true, /user name and password/],
        [408, false, /busy/],
        [429, false, /busy/],
        [500, false, /does not reach the host/],
        [502, false, /does not reach the host/],
        [503, false, /does not reach the host/],
        [504, false, /does not reach the host/],
      ] as const) {
        it(`that answers ${status} is named, and told what to do`, async () => {
          await start(refuseWith(status));
          const error = await fail();
          expect(error).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ERR_PROXY', permanent });
          expect(error.message).to.contain(
            `The proxy ${proxy.host} (${isByVariable ? 'HTTPS_PROXY' : 'given by the http option'}) answered ${status}`,
          );
          expect(error.message)
            .to.match(remedy)
            .and.contain('as.example')
            .and.not.match(/secret|client/i);
          expect(proxy.asked).to.deep.equal(['as.example:443']);
        });
      }

      it('that is not there is told as such, not as the token endpoint', async () => {
        await start();
        const { url, host } = proxy;
        await proxy.stop();
        const error = await fail(url);
        expect(error).to.include({ reason: 'ERR_PROXY', permanent: false });
        expect(error.message).to.match(new RegExp(`^The proxy ${host} .*ECONNREFUSED`));
        await start();
      });

      it('whose name is unknown is told as such', async () => {
        await start();
        const error = await fail('http://proxy.invalid:3128');
        expect(error).to.include({ reason: 'ERR_PROXY', permanent: false });
        expect(error.message).to.match(/^The proxy proxy\.invalid:3128 .*(ENOTFOUND|EAI_AGAIN)/);
      });

      it('that resets the connection is told as such', async () => {
        await start((socket) => socket.resetAndDestroy());
        expect(await fail()).to.include({ reason: 'ERR_PROXY', permanent: false });
      });

      it('that speaks no HTTP is told as such', async () => {
        await start((socket) => socket.end('SSH-2.0-x\r\n\r\n'));
        expect(await fail()).to.include({ reason: 'ERR_PROXY', permanent: false });
      });

      it('that is said to speak TLS and does not is told as such, at once', async () => {
        await start();
        const error = await fail(`https://localhost:${proxy.port}`);
        expect(error).to.include({ reason: 'ERR_PROXY', permanent: true });
        expect(error.message).to.contain('Write http:// before its address in');
      });
    });
  }

  it('is given as the way of a failure behind it', async () => {
    const plain = await startPlainServer();
    await start();
    const error = await withProxyVariables({ https_proxy: proxy.url }, () =>
      failureOf(`https://localhost:${plain.port}/token`),
    );
    plain.stop();
    expect(error).to.include({ reason: 'EPROTO', permanent: true });
    expect(error.message).to.contain(`by way of the proxy ${proxy.host} (https_proxy)`);
  });

  it('hands on the answers of the token endpoint, whatever they are', async () => {
    const authority = await CertificateAuthority.create();
    const server = https.createServer(await authority.issue(['localhost']), (request, response) =>
      response.writeHead(Number(request.url?.slice(1)), { 'x-squid-error': 'ERR_X' }).end('{}'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await start();
    const { port } = server.address() as { port: number };
    const { url } = proxy;
    const ca = authority.pem;
    const ways = [
      axios.create({ httpsAgent: new https.Agent({ ca }), proxy: axiosProxy(url) }),
      axios.create({ httpsAgent: new HpAgent({ proxy: url, ca }), proxy: false }),
    ];
    try {
      for (const http of ways)
        for (const status of [200, 401, 403, 407, 503])
          expect(await sendRequest(`https://localhost:${port}/${status}`, http)).to.include({
            status,
            body: '{}',
          });
      expect(proxy.asked).to.have.length(10);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('shows none of its credentials, and says whether it got any', async () => {
    await start(refuseWith(407));
    for (const [credentials, words] of [
      ['us3r:p4ssword@', 'does not accept'],
      ['', 'wants a user name and password of its own'],
    ] as const) {
      const error = await withProxyVariables({ ALL_PROXY: `http://${credentials}${proxy.host}` }, () =>
        failureOf(ENDPOINT),
      );
      expect(error.message).to.contain(words).and.contain('ALL_PROXY');
      expect(inspect(error, { showHidden: true, depth: null })).to.not.match(/us3r|p4ssword/);
    }
    expect(proxy.credentials).to.deep.equal([`Basic ${btoa('us3r:p4ssword')}`, undefined]);
  });

  it('is named by its variable also where an agent was made from it', async () => {
    await start(refuseWith(403));
    const http = axios.create({ proxy: false, httpsAgent: new HttpsProxyAgent(proxy.url) });
    const error = await withProxyVariables({ HTTPS_PROXY: proxy.url }, () => failureOf(ENDPOINT, http));
    expect(error.message).to.contain(`(HTTPS_PROXY)`).and.contain('NO_PROXY');
  });

  it('whose variable holds no address is told by the variable alone', async () => {
    await start();
    const error = await withProxyVariables({ HTTPS_PROXY: 'http://us3r:p4#ss@proxy.example:x' }, () =>
      failureOf(ENDPOINT),
    );
    expect(error).to.include({ reason: 'ERR_PROXY', permanent: true });
    expect(error.message)
      .to.contain('HTTPS_PROXY')
      .and.not.match(/us3r|p4/);
  });

  describe('that speaks TLS', () => {
    it('opens tunnels where its certificate is trusted', async () => {
      const authority = await CertificateAuthority.create();
      await start();
      await proxy.stop();
      proxy = await ConnectProxy.start(refuseWith(403), await authority.issue(['localhost']));
      const url = `https://localhost:${proxy.port}`;
      const http = axios.create({
        httpsAgent: new https.Agent({ ca: authority.pem }),
        proxy: axiosProxy(url),
      });
      const error = await withProxyVariables({}, () => failureOf(ENDPOINT, http));
      expect(error.message).to.contain('answered 403');
    });

    it('is told as the one whose certificate is not trusted', async () => {
      const authority = await CertificateAuthority.create();
      await start();
      await proxy.stop();
      proxy = await ConnectProxy.start(undefined, await authority.issue(['localhost']));
      const url = `https://localhost:${proxy.port}`;
      const error = await withProxyVariables({ HTTPS_PROXY: url }, () => failureOf(ENDPOINT));
      expect(error).to.include({ reason: 'ERR_PROXY', permanent: true });
      expect(error.message)
        .to.match(/^The proxy localhost:\d+ \(HTTPS_PROXY\)/)
        .and.contain('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
        .and.contain('NODE_EXTRA_CA_CERTS');
    });
  });

  describe('for plain http', () => {
    const PLAIN = 'http://as.example/token';
    const byPlain = () => withProxyVariables({ HTTP_PROXY: proxy.url }, () => failureOf(PLAIN));

    for (const [status, headers] of [
      [407, {}],
      [503, { 'X-Squid-Error': 'ERR_DNS_FAIL 0', 'Retry-After': '7' }],
      [403, { Server: 'tinyproxy/1.11.1' }],
      [502, { 'Proxy-Status': 'edge; error=dns_error' }],
    ] as const) {
      it(`that answers ${status} for itself is named`, async () => {
        await start();
        proxy.answer = (_, response) => void response.writeHead(status, headers).end();
        const error = await byPlain();
        expect(error).to.include({ reason: 'ERR_PROXY', permanent: status < 500 });
        expect(error.retryAfterMs).to.equal('Retry-After' in headers ? 7_000 : undefined);
        const asked = 'a request in plain http for as.example, which it could read, and did not pass on';
        expect(error.message).to.contain(
          `The proxy ${proxy.host} (HTTP_PROXY) answered ${status} to ${asked}.`,
        );
        expect(proxy.asked).to.deep.equal([PLAIN]);
      });
    }

    it('hands on the answers of the token endpoint', async () => {
      await start();
      proxy.answer = (_, response) => void response.writeHead(401, { 'Proxy-Status': 'edge' }).end('{}');
      const answer = await withProxyVariables({ HTTP_PROXY: proxy.url }, () => sendRequest(PLAIN));
      expect(answer).to.include({ status: 401, body: '{}' });
    });

    it('that is not there is told as such', async () => {
      await start();
      const { host, url } = proxy;
      await proxy.stop();
      const error = await withProxyVariables({ HTTP_PROXY: url }, () => failureOf(PLAIN));
      expect(error).to.include({ reason: 'ERR_PROXY' });
      expect(error.message).to.contain(`The proxy ${host} (HTTP_PROXY)`);
      await start();
    });

    it('is not asked for what runs on this machine', async () => {
      await start();
      const server = await RawServer.start((socket) => socket.end(jsonAnswer(200, {})));
      await withProxyVariables({ HTTP_PROXY: proxy.url }, () =>
        sendRequest(`http://127.0.0.1:${server.port}/token`),
      );
      await server.stop();
      expect(proxy.asked).to.deep.equal([]);
    });
  });
});

describe('proxyFailure', () => {
  const judge = (error: Error, request: object) =>
    proxyFailure(
      readFault(AxiosError.from(error, undefined, undefined, request), (text) => text),
      ENDPOINT,
    );

  it('understands the agents of the package tunnel', async () => {
    const said = 'tunneling socket could not be established, statusCode=407';
    const agent = { proxyOptions: { host: 'proxy.example', port: 3_128, proxyAuth: 'a:b' } };
    const error = await withProxyVariables({}, () =>
      judge(Object.assign(new Error(said), { code: 'ECONNRESET' }), { agent }),
    );
    expect(error).to.include({ reason: 'ERR_PROXY', permanent: true });
    expect(error?.message).to.contain('proxy.example:3128').and.contain('does not accept');
  });

  it('understands what Node.js says where it uses proxies itself', async () => {
    const agent = { options: { proxyEnv: { HTTPS_PROXY: 'http://proxy.example:3128' } } };
    const thrown = Object.assign(new Error('Failed to establish tunnel'), {
      code: 'ERR_PROXY_TUNNEL',
      statusCode: 403,
    });
    const error = await withProxyVariables({ HTTPS_PROXY: 'http://a:b@proxy.example:3128' }, () =>
      judge(thrown, { agent }),
    );
    expect(error?.message).to.contain('The proxy proxy.example:3128 (HTTPS_PROXY) answered 403');
  });

  it('leaves failures without a proxy to others', () => {
    expect(judge(new Error('x'), { agent: new https.Agent() })).to.equal(undefined);
    expect(judge(new Error('x'), {})).to.equal(undefined);
  });
});
