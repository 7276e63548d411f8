import { createPrivateKey } from 'node:crypto';
import https from 'node:https';
import tls from 'node:tls';
import { inspect } from 'node:util';
import KeepAliveAgent from 'agentkeepalive';
import axios, { type AxiosInstance } from 'axios';
import axios021 from 'axios-0.21';
import axios029 from 'axios-0.29';
import axios11 from 'axios-1.1';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import fc from 'fast-check';
import { HttpsProxyAgent as HpAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { TokenRequestError } from '../../../lib/ground/errors.js';
import { Transport } from '../../../lib/http/transport.js';
import type { ClientCertificate } from '../../../lib/options/client-authenticator.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../support/certificates.js';
import { ConnectProxy, withProxyVariables } from '../../support/connect-proxy.js';
import { MtlsServer, thumbprintOf } from '../../support/mtls-server.js';
import { rejection } from '../../support/rejection.js';

const never = new AbortController().signal;

describe('a request with a certificate', () => {
  let server: MtlsServer;
  let one: KeyAndCertificate;
  let other: KeyAndCertificate;
  before(async () => {
    server = await MtlsServer.start();
    [one, other] = await Promise.all([server.issue(), server.issue()]);
  });
  after(() => server.stop());
  beforeEach(() => {
    server.presented.length = 0;
  });

  const send = (certificate: ClientCertificate | undefined, instance?: AxiosInstance, url = server.url) =>
    new Transport(instance).send({ url, headers: {}, body: 'a=1', certificate }, never);
  const instanceWith = (httpsAgent: object) => axios.create({ httpsAgent, proxy: false });
  const trusting = (options: https.AgentOptions = {}) => ({ ca: server.authority.pem, ...options });

  const agents: readonly (readonly [string, () => object])[] = [
    ['https.Agent', () => new https.Agent(trusting())],
    ['https.Agent with keepAlive', () => new https.Agent(trusting({ keepAlive: true, maxSockets: 1 }))],
    ['agentkeepalive', () => new KeepAliveAgent.HttpsAgent(trusting({ maxSockets: 1 }))],
  ];
  for (const [name, make] of agents) {
    it(`goes out by an agent of the user, whose options hold: ${name}`, async () => {
      const instance = instanceWith(make());
      for (const { cert, key } of [one, other, one, one]) {
        const { body } = await send({ cert, key }, instance);
        expect(JSON.parse(body).access_token).to.contain(thumbprintOf(cert));
      }
      expect(server.presented).to.deep.equal([one, other, one, one].map(({ cert }) => thumbprintOf(cert)));
    });

    it(`leaves no trace of a key in an agent: ${name}`, async () => {
      const agent = make();
      const instance = instanceWith(agent);
      await send(one, instance);
      const names = Object.values(agent).flatMap((value) => Object.keys(Object(value)));
      const seen = inspect([instance, agent], { depth: 12, showHidden: true }) + names;
      expect(seen).to.not.contain('PRIVATE').and.not.contain(one.key.split('\n')[1]);
    });

    it(`never uses a connection of another certificate: ${name}`, async function () {
      this.timeout(20_000);
      const instance = instanceWith(make());
      const schedule = fc.array(fc.constantFrom('one', 'other', 'both at once'), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(schedule, async (steps) => {
          for (const step of steps) {
            const pairs = step === 'both at once' ? [one, other] : [step === 'one' ? one : other];
            await Promise.all(
              pairs.map(async (pair) => {
                const { body } = await send(pair, instance);
                expect(body).to.contain(`.${thumbprintOf(pair.cert)}`);
              }),
            );
          }
        }),
        { numRuns: 15 },
      );
    });
  }

  it('is sent again at once where it met a closed connection, with the certificate of that moment', async () => {
    const closing = await MtlsServer.start();
    closing.isClosing = true;
    const [before, after] = [await closing.issue(), await closing.issue()];
    const agent = new https.Agent({ keepAlive: true, ca: closing.authority.pem });
    const transport = new Transport(instanceWith(agent));
    const requestBy = (certificate: ClientCertificate) => ({
      url: closing.url,
      headers: {},
      body: 'a',
      certificate,
    });
    await transport.send(requestBy(before), never);
    const { body } = await transport.send(requestBy(before), never, async () => requestBy(after));
    expect(body).to.contain(thumbprintOf(after.cert));
    expect(closing.presented).to.deep.equal([before, after].map(({ cert }) => thumbprintOf(cert)));
    agent.destroy();
    await closing.stop();
  });

  for (const [version, library] of [
    ['1.2', axios12],
    ['1.1', axios11],
    ['0.29', axios029],
    ['0.21', axios021],
  ] as [string, unknown][]) {
    it(`goes out by axios ${version}`, async () => {
      const { create } = library as typeof axios;
      const instance = create({ httpsAgent: new https.Agent(trusting()), proxy: false });
      expect(await send(one, instance)).to.include({ status: 200 });
      expect(server.presented).to.deep.equal([thumbprintOf(one.cert)]);
    });
  }

  it('takes a chain, and a key that is encrypted', async () => {
    const between = await server.authority.intermediate();
    const own = await between.issue(['client.example']);
    const key = createPrivateKey(own.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
      .toString();
    const instance = instanceWith(new https.Agent(trusting()));
    const cert = `${own.key}${own.cert}${between.pem}`;
    expect(await send({ cert, key, passphrase: 'open' }, instance)).to.include({ status: 200 });
    expect(server.presented).to.deep.equal([thumbprintOf(own.cert)]);
    // Without what is between, the server does not know who signed it.
    await rejection(send({ cert: own.cert, key, passphrase: 'open' }, instance));
    expect(server.presented).to.have.length(1);
  });

  describe('by way of a proxy', () => {
    let proxy: ConnectProxy;
    let proxyAuthority: CertificateAuthority;
    /** What the proxy that speaks TLS was shown. */
    let shown: unknown[];
    let tlsProxy: ConnectProxy;
    before(async () => {
      shown = [];
      proxyAuthority = await CertificateAuthority.create('CA of the proxy');
      const own = await proxyAuthority.issue(['localhost']);
      // It asks for a certificate, too.
      const asking = { ...own, requestCert: true, rejectUnauthorized: false };
      [proxy, tlsProxy] = await Promise.all([ConnectProxy.start(), ConnectProxy.start(undefined, asking)]);
      tlsProxy.onSecure((socket) => shown.push(socket.getPeerCertificate().fingerprint256));
    });
    after(() => Promise.all([proxy.stop(), tlsProxy.stop()]));
    beforeEach(() => {
      shown.length = 0;
      proxy.asked.length = 0;
      tlsProxy.asked.length = 0;
    });
    const both = () => ({ ca: [server.authority.pem, proxyAuthority.pem] });
    const host = () => new URL(server.url).host;
    const url = () => `https://localhost:${tlsProxy.port}`;

    const ways: readonly (readonly [string, () => AxiosInstance])[] = [
      ['https-proxy-agent', () => instanceWith(new HttpsProxyAgent(url(), both()))],
      [
        'axios and its option proxy',
        () =>
          axios.create({
            httpsAgent: new https.Agent(both()),
            proxy: { protocol: 'https', host: 'localhost', port: tlsProxy.port },
          }),
      ],
    ];
    for (const [name, make] of ways) {
      it(`shows the certificate to the server, and not to the proxy: ${name}`, async () => {
        const instance = make();
        if (name === 'https-proxy-agent') Object.assign(instance.defaults.httpsAgent.options, both());
        expect(await send(one, instance)).to.include({ status: 200 });
        expect(server.presented).to.deep.equal([thumbprintOf(one.cert)]);
        expect([tlsProxy.asked, shown]).to.deep.equal([[host()], [undefined]]);
      });
    }

    it('goes through a tunnel of hpagent, each certificate by its own', async () => {
      const agent = new HpAgent({ proxy: proxy.url, keepAlive: true, maxSockets: 1, ...both() });
      const instance = instanceWith(agent);
      for (const pair of [one, other, one]) await send(pair, instance);
      expect(server.presented).to.deep.equal([one, other, one].map(({ cert }) => thumbprintOf(cert)));
      expect(proxy.asked).to.include(host());
      agent.destroy();
    });

    it('goes through the proxy of the environment', async () => {
      https.globalAgent.options.ca = both().ca;
      try {
        await withProxyVariables({ HTTPS_PROXY: proxy.url }, async () => {
          const instance = axios.create({ httpsAgent: new https.Agent(both()) });
          for (const pair of [one, other]) await send(pair, instance);
        });
      } finally {
        // An option that is there without a value would stand in for that of later requests.
        delete https.globalAgent.options.ca;
      }
      expect(server.presented).to.deep.equal([one, other].map(({ cert }) => thumbprintOf(cert)));
      expect(proxy.asked).to.deep.equal([host(), host()]);
    });
  });

  it('is refused in words of the server, which stay those of the server', async () => {
    server.revoked.add(thumbprintOf(other.cert));
    try {
      const answer = await send(other, instanceWith(new https.Agent(trusting())));
      expect(answer).to.include({ status: 401, body: '{"error":"invalid_client"}' });
    } finally {
      server.revoked.clear();
    }
  });

  describe('over connections that tell late which certificate they present, as those of Bun', () => {
    /** Presents this one, and tells when the connection is secure. */
    class Late extends https.Agent {
      override createConnection(options: https.RequestOptions) {
        const socket = tls.connect({ ...options, host: 'localhost', port: Number(options.port) } as object);
        const own = socket.getCertificate.bind(socket);
        socket.getCertificate = () => (socket.authorized ? own() : {});
        return socket as never;
      }
    }

    it('goes out where it is the right one', async () => {
      expect(await send(one, instanceWith(new Late(trusting())))).to.include({ status: 200 });
    });

    it('does not where it is another one', async () => {
      const agent = new Late(trusting({ cert: other.cert, key: other.key }));
      expect(await rejection(send(one, instanceWith(agent)))).to.include({ reason: 'ERR_HTTP_OPTION' });
    });
  });

  describe('that the http option does not present', () => {
    const refused = async (instance: AxiosInstance) => {
      const error = await rejection(send(one, instance));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_HTTP_OPTION', permanent: true });
      expect(inspect(error)).to.not.contain('PRIVATE');
      return error.message;
    };

    it('is not sent where its agent has a certificate of its own', async () => {
      const instance = instanceWith(new https.Agent(trusting({ cert: other.cert, key: other.key })));
      expect(await refused(instance)).to.match(
        /httpsAgent has a certificate of its own \(leave out cert, key/,
      );
      expect(server.presented).to.deep.equal([]);
    });

    it('is not sent where its agent takes no options of a request', async () => {
      class Deaf extends https.Agent {
        override createConnection({ host, port }: { host?: string; port?: number }) {
          return tls.connect({ host: `${host}`, port: port ?? 0, ca: server.authority.pem }) as never;
        }
      }
      expect(await refused(instanceWith(new Deaf()))).to.contain('does not take one for a single request');
      expect(server.presented).to.deep.equal([]);
    });

    it('is told when the server refuses what another adapter has sent', async () => {
      for (const status of [400, 401, 403]) {
        const adapter = async (config: object) => ({ status, data: '{}', headers: {}, config }) as never;
        expect(await refused(axios.create({ adapter }))).to.contain("adapter be 'http'");
      }
      const adapter = async (config: object) => ({ status: 200, data: '{}', headers: {}, config }) as never;
      expect(await send(one, axios.create({ adapter }))).to.include({ status: 200 });
    });
  });

  it('is not needed: nothing is presented then', async () => {
    const asking = await MtlsServer.start({ rejectUnauthorized: false });
    const instance = instanceWith(new https.Agent({ ca: asking.authority.pem }));
    await send(undefined, instance, asking.url);
    expect(asking.presented).to.deep.equal(['']);
    await asking.stop();
  });
});
