import { createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import axios from 'axios';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { Agent, fetch as undiciFetch } from 'undici';
import { type ClientAuthenticator, privateKeyJwt, tlsClient } from '../../lib/client-auth.js';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import {
  attachToken,
  MemoryTokenStore,
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  TokenUnavailableError,
} from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { makePem } from '../support/assertions.js';
import type { KeyAndCertificate } from '../support/certificates.js';
import { runNode } from '../support/child.js';
import { ConnectProxy } from '../support/connect-proxy.js';
import { MountedPair } from '../support/mounted-pair.js';
import { MtlsServer, thumbprintOf } from '../support/mtls-server.js';
import { leaksOf } from '../support/printed.js';
import { until } from '../support/redis-server.js';
import { rejection } from '../support/rejection.js';

/** Names every pair by its place in the list. */
const namerOf = (pairs: readonly KeyAndCertificate[]) => {
  const thumbprints = pairs.map(({ cert }) => thumbprintOf(cert));
  return (text: string) => thumbprints.findIndex((thumbprint) => text.endsWith(thumbprint));
};

describe('mutual TLS', function () {
  this.timeout(60_000);
  let server: MtlsServer;
  let pairs: [KeyAndCertificate, KeyAndCertificate, KeyAndCertificate, KeyAndCertificate];
  let mounted: MountedPair;
  let numberOf: (token: string) => number;
  beforeEach(async () => {
    server = await MtlsServer.start();
    pairs = [await server.issue(), await server.issue(), await server.issue(), await server.issue()];
    numberOf = namerOf(pairs);
    mounted = await MountedPair.mount(pairs[0]);
  });
  afterEach(async () => {
    sinon.restore();
    await server.stop();
    await mounted.unmount();
  });

  const http = () =>
    axios.create({ httpsAgent: new https.Agent({ ca: server.authority.pem }), proxy: false });
  const open = ({
    authentication = tlsClient(mounted.files),
    ...changes
  }: Partial<TokenProviderOptions> = {}) =>
    new TokenProvider({
      tokenEndpoint: `${server.url}/token`,
      clientId: 'acme',
      authentication,
      http: http(),
      ...changes,
    });

  it('lets nobody fail and nobody wait in 20 s of 4 s tokens, while certificates are rotated and revoked', async () => {
    server.lifetimeSeconds = 4;
    await using provider = open();
    const heard: string[] = [];
    for (const name of EVENT_NAMES) provider.on(name, () => heard.push(name));
    await provider.getToken();
    const errors: unknown[] = [];
    const seen = new Set<number>();
    const calls: Promise<unknown>[] = [];
    const callers = setInterval(() => {
      const call = provider.getToken().then(
        (token) => seen.add(numberOf(token)),
        (error) => errors.push(error),
      );
      calls.push(call);
    }, 50);
    await sleep(4_000);
    await mounted.swap(pairs[1]);
    await sleep(5_000);
    // As tools do that know nothing of atomic writes; in between there are requests.
    await mounted.overwrite(pairs[2], () => provider.refresh().catch(() => undefined));
    await sleep(4_000);
    server.revoked.add(thumbprintOf(pairs[2].cert));
    await mounted.swap(pairs[3]);
    await sleep(7_000);
    clearInterval(callers);
    await Promise.all(calls);
    expect(errors).to.deep.equal([]);
    expect([...seen]).to.deep.equal([0, 1, 2, 3]);
    expect(new Set(heard)).to.deep.equal(new Set(['refresh']));
  });

  it('goes on in the same attempt where the old certificate is refused, and files hold a new one', async () => {
    const method = tlsClient(mounted.files);
    const stale = { ...(await method.authenticate({ clientId: 'acme' } as never)) };
    // The files change after the proof was made.
    let isFirst = true;
    const authentication: ClientAuthenticator = {
      id: method.id,
      renew: (...parts) => method.renew?.(...parts) ?? false,
      secrets: () => method.secrets(),
      authenticate: (draft) => {
        if (!isFirst) return method.authenticate(draft);
        isFirst = false;
        return stale;
      },
    };
    server.revoked.add(thumbprintOf(pairs[0].cert));
    await mounted.swap(pairs[1]);
    await using provider = open({ authentication });
    expect(numberOf(await provider.getToken())).to.equal(1);
    expect(server.presented.map(numberOf)).to.deep.equal([0, 1]);
    expect(server.forms.map((form) => form.get('client_id'))).to.deep.equal(['acme', 'acme']);
  });

  it('tells of a refused certificate which it is, and takes the new one with the next request', async () => {
    sinon.stub(Math, 'random').returns(0);
    server.revoked.add(thumbprintOf(pairs[0].cert));
    await using provider = open();
    const error = await rejection(provider.getToken());
    expect(error).to.be.instanceOf(TokenEndpointError).and.include({ error: 'invalid_client' });
    expect(error.message).to.contain(thumbprintOf(pairs[0].cert)).and.contain('x5t#S256');
    await mounted.swap(pairs[1]);
    // A refusal of the client is remembered for 5 s at least.
    await until(() =>
      provider.getToken().then(
        (token) => numberOf(token) === 1,
        () => false,
      ),
    );
    expect(server.presented.map(numberOf)).to.deep.equal([0, 1]);
  });

  it('serves a token that is bound to the old certificate until an API rejects it, and then one of the new', async () => {
    await using provider = open();
    const old = await provider.getToken();
    await mounted.swap(pairs[1]);
    expect(await provider.getToken()).to.equal(old);
    const api = (token: string, { cert, key }: KeyAndCertificate) =>
      axios.get(server.url, {
        headers: { Authorization: `Bearer ${token}` },
        httpsAgent: new https.Agent({ ca: server.authority.pem, cert, key }),
        proxy: false,
        validateStatus: () => true,
      });
    expect((await api(old, pairs[0])).status).to.equal(200);
    expect((await api(old, pairs[1])).status).to.equal(401);
    provider.invalidate(old);
    const token = await provider.getToken();
    expect([numberOf(token), (await api(token, pairs[1])).status]).to.deep.equal([1, 200]);
  });

  it('brings bound tokens to APIs by the agents of axios, fetch and undici', async () => {
    await using provider = open();
    const { cert, key } = pairs[0];
    const connect = { ca: server.authority.pem, cert, key };
    const origins = [server.url];
    const api = axios.create({ httpsAgent: new https.Agent(connect), proxy: false });
    attachToken(api, provider, { origins });
    expect((await api.get(`${server.url}/orders`)).status).to.equal(200);
    const dispatcher = new Agent({ connect });
    const authorizedFetch = createAuthorizedFetch(provider, { origins, fetch: undiciFetch as never });
    expect((await authorizedFetch(`${server.url}/orders`, { dispatcher } as never)).status).to.equal(200);
    const composed = dispatcher.compose(tokenInterceptor(provider, { origins }));
    const { statusCode } = await composed.request({ origin: server.url, path: '/orders', method: 'GET' });
    expect(statusCode).to.equal(200);
    await dispatcher.destroy();
  });

  it('binds tokens of a client that proves itself by a key as well', async () => {
    const tls = tlsClient(mounted.files);
    const jwt = privateKeyJwt({ key: makePem() });
    const authentication: ClientAuthenticator = {
      id: `${jwt.id} ${tls.id}`,
      binding: () => tls.binding?.(),
      authenticate: async (request) => ({
        ...(await tls.authenticate(request)),
        ...(await jwt.authenticate(request)),
      }),
      renew: async (...refused) => (await jwt.renew?.(...refused)) || (tls.renew?.(...refused) ?? false),
      secrets: () => [...jwt.secrets(), ...tls.secrets()],
    };
    await using provider = open({ authentication });
    expect(numberOf(await provider.getToken())).to.equal(0);
    expect([...(server.forms[0]?.keys() ?? [])]).to.include.members(['client_id', 'client_assertion']);
  });

  it('is no reason to share a token that is bound to the certificate of another process', async () => {
    const store = new MemoryTokenStore();
    const later = await MountedPair.mount(pairs[0]);
    // Two containers mount the same paths; here the paths stand for them.
    const id = 'tls_client_auth files x';
    const by = (files: MountedPair['files']): ClientAuthenticator => {
      const method = tlsClient(files);
      return {
        id,
        authenticate: (draft) => method.authenticate(draft),
        binding: () => method.binding?.(),
        secrets: () => method.secrets(),
      };
    };
    await using one = open({ store, authentication: by(mounted.files) });
    await using other = open({ store, authentication: by(later.files) });
    const shared = await one.getToken();
    await sleep(50);
    expect(await other.getToken()).to.equal(shared);
    await later.swap(pairs[1]);
    expect(numberOf((await other.refresh()).value)).to.equal(1);
    await sleep(50);
    expect(numberOf((await one.refresh()).value)).to.equal(0);
    await mounted.swap(pairs[1]);
    // What the other one has stored is newer than its own, and of use.
    const asked = server.presented.length;
    expect(numberOf((await one.refresh()).value)).to.equal(1);
    expect(server.presented.length - asked).to.be.at.most(1);
    await later.unmount();
  });

  it('has clients that differ in certificate share no token: with resolveClient, with a store', async () => {
    const files = await Promise.all(pairs.slice(0, 2).map((pair) => MountedPair.mount(pair)));
    const ways = [
      ...pairs.map((pair, number) => ({ number, make: () => tlsClient(pair) })),
      ...files.map((mount, number) => ({ number, make: () => tlsClient(mount.files) })),
    ];
    const call = fc.record({ clientId: fc.constantFrom('acme', 'globex'), way: fc.nat(ways.length - 1) });
    const calls = fc.array(call, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(calls, fc.boolean(), async (asked, isShared) => {
        const store = new MemoryTokenStore();
        const make = () =>
          new TokenProvider({
            http: http(),
            ...(isShared && { store }),
            resolveClient: ({ region }) => ({
              tokenEndpoint: server.url,
              authentication: ways[Number(region?.slice(1))]?.make(),
            }),
          });
        const providers = [make(), make()];
        for (const [turn, { clientId, way }] of asked.entries()) {
          const token = await providers[turn % 2]?.getToken({ clientId, region: `w${way}` });
          expect(numberOf(`${token}`)).to.equal(ways[way]?.number);
        }
        await Promise.all(providers.map((provider) => provider.close()));
      }),
      { numRuns: 15 },
    );
    await Promise.all(files.map((mount) => mount.unmount()));
  });

  it('needs no http option: by NODE_EXTRA_CA_CERTS, directly and by the proxy of the environment', async () => {
    const ca = path.join(mounted.folder, 'ca.pem');
    await writeFile(ca, server.authority.pem);
    const proxy = await ConnectProxy.start();
    const source = `
      import { TokenProvider } from './lib/index.ts';
      import { tlsClient } from './lib/client-auth.ts';
      const [tokenEndpoint, certFile, keyFile] = process.argv.slice(-3);
      const provider = new TokenProvider({ tokenEndpoint, clientId: 'acme', authentication: tlsClient({ certFile, keyFile }) });
      console.log(await provider.getToken());
      await provider.close();
    `;
    const args = ['--input-type=module', '--import', 'tsx', '--eval', source, '--'];
    const { certFile, keyFile } = mounted.files;
    try {
      for (const HTTPS_PROXY of ['', proxy.url]) {
        const env = { NODE_EXTRA_CA_CERTS: ca, HTTPS_PROXY, https_proxy: '', NO_PROXY: '', no_proxy: '' };
        const { stdout, stderr } = await runNode([...args, `${server.url}/token`, certFile, keyFile], env);
        expect([stderr, numberOf(stdout.trim())]).to.deep.equal(['', 0]);
      }
      expect(proxy.asked).to.deep.equal([new URL(server.url).host]);
    } finally {
      await proxy.stop();
    }
  });

  it('shows nothing of key and passphrase, whatever happens', async () => {
    const passphrase = 'open-sesame-it-is';
    const locked = createPrivateKey(pairs[0].key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString();
    await mounted.swap({ cert: pairs[0].cert, key: locked });
    const lines = (key: string) =>
      key.split('\n').filter((line) => line.length > 20 && !line.includes('---'));
    const secrets = [passphrase, ...lines(pairs[0].key), ...lines(locked)];
    const store = new MemoryTokenStore();
    const names: string[] = [];
    const read = store.read.bind(store);
    store.read = (name) => {
      names.push(name);
      return read(name);
    };
    const agent = new https.Agent({ ca: server.authority.pem, keepAlive: true });
    const client = axios.create({ httpsAgent: agent, proxy: false });
    const seen: unknown[] = [names, agent, client];
    const note = (provider: TokenProvider) => {
      for (const name of EVENT_NAMES) provider.on(name, (event: unknown) => seen.push(name, event));
      seen.push(provider);
      return provider;
    };
    const options = { ...mounted.files, passphrase };
    await using good = note(open({ store, http: client, authentication: tlsClient(options) }));
    await good.getToken();
    server.revoked.add(thumbprintOf(pairs[0].cert));
    seen.push(await rejection(good.refresh()), good.status());
    for (const tokenEndpoint of ['https://localhost:1/token', 'http://localhost:1/token']) {
      await using bad = note(open({ tokenEndpoint, authentication: tlsClient(options) }));
      seen.push(await rejection(bad.getToken({ maxWaitMs: 100 })), bad.status());
    }
    await using broken = note(open({ authentication: tlsClient(options) }));
    await writeFile(mounted.files.keyFile, locked.slice(0, 150));
    seen.push(await rejection(broken.getToken({ maxWaitMs: 100 })));
    expect(seen.filter((one) => one instanceof Error).length).to.be.at.least(4);
    expect(
      seen.some((one) => one instanceof TokenUnavailableError || one instanceof TokenEndpointError),
    ).to.equal(true);
    expect(leaksOf({ seen }, secrets)).to.deep.equal([]);
    expect(inspect(seen, { depth: 10, showHidden: true })).to.not.contain('PRIVATE');
  });
});
