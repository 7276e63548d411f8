import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type TokenProvider, TokenRequestError } from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { until } from '../support/redis-server.js';
import { rejection } from '../support/rejection.js';
import { Callers } from '../support/servers/callers.js';
import { nodeOAuth } from '../support/servers/drivers/node-oauth.js';
import { describeInstalled } from '../support/servers/installed.js';
import { Nginx } from '../support/servers/proxies/nginx.js';
import { RealServer } from '../support/servers/real-server.js';
import { TokenRequests } from '../support/servers/token-requests.js';
import { heard } from '../support/servers/trials/busy-period.js';
import { CLIENTS, clientOf } from '../support/servers/trials/clients.js';
import { connect as connectTo, itPasses } from '../support/servers/trials/trial.js';

const PENDING: readonly string[] = [];
const trial = (title: string, run: () => Promise<void>) =>
  itPasses({ name: 'nginx', pending: PENDING }, title, run);

describeInstalled('nginx in front of a token endpoint', { program: 'nginx', args: ['-v'] }, function () {
  this.timeout(60_000);
  let server: RealServer;
  let nginx: Nginx;
  const start = async (lifetimeSeconds: number) => {
    const authority = await CertificateAuthority.create();
    server = await RealServer.start(nodeOAuth, { lifetimeSeconds, clients: CLIENTS });
    nginx = await Nginx.start(server.tokenEndpoint, await authority.issue(['localhost']));
  };
  afterEach(async () => {
    await nginx?.close();
    await server?.close();
  });

  const connect = (path = '/token') => connectAt(nginx.url(path));
  const connectAt = (tokenEndpoint: string) =>
    connectTo({ driver: nodeOAuth, server }, clientOf('post'), { tokenEndpoint });

  /** What callers saw who asked every 50 ms, from the first token on, while something happened. */
  async function callersDuring(
    lifetimeSeconds: number,
    happens: (provider: TokenProvider, requests: TokenRequests) => Promise<unknown>,
  ): Promise<Callers> {
    await start(lifetimeSeconds);
    using requests = new TokenRequests(nginx.port);
    await using provider = connect();
    await provider.getToken();
    const callers = new Callers(provider, requests, lifetimeSeconds * 1_000);
    await happens(provider, requests).finally(() => callers.stop());
    return callers;
  }

  for (const blip of [404, 503] as const) {
    trial(`lets nobody fail while it answers ${blip} for half a second at a renewal`, async () => {
      const { failures } = await callersDuring(4, async (provider, requests) => {
        nginx.begin(blip);
        await until(() => requests.refused > 0);
        await sleep(500);
        nginx.end(blip);
        await heard(provider, 'refresh', 2);
      });
      expect(failures).to.deep.equal([]);
    });

    trial(`lets nobody notice ${blip} for two seconds during the life of a token`, async () => {
      const { failures, waits } = await callersDuring(20, async (provider, requests) => {
        nginx.begin(blip);
        await until(() => requests.refused > 0);
        await sleep(2_000);
        nginx.end(blip);
        await heard(provider, 'refresh');
      });
      expect({ failures, waits }).to.deep.equal({ failures: [], waits: [] });
    });

    trial(`has callers wait while it answers ${blip} for a second at the start`, async () => {
      await start(60);
      nginx.begin(blip);
      await using provider = connect();
      const [token] = await Promise.all([provider.getToken(), sleep(1_000).then(() => nginx.end(blip))]);
      expect(token).to.be.a('string');
    });
  }

  trial('lets nobody notice that the server behind it is away (502) during the life of a token', async () => {
    const { failures, waits } = await callersDuring(20, async (provider, requests) => {
      await server.stop();
      await until(() => requests.refused > 0);
      await sleep(2_000);
      await server.start();
      await heard(provider, 'refresh');
    });
    expect({ failures, waits }).to.deep.equal({ failures: [], waits: [] });
  });

  trial('limits the requests of ten targets (429), and each gets its token', async () => {
    await start(60);
    await using provider = connect('/limited');
    const targets = Array.from({ length: 10 }, (_, index) => ({ scope: `scope${index}` }));
    const tokens = await Promise.all(targets.map((target) => provider.getToken(target)));
    expect(new Set(tokens).size).to.equal(10);
  });

  trial('tells that the path is wrong, where nginx has a page there', async () => {
    await start(60);
    for (const path of ['/nowhere', '/page.html']) {
      await using provider = connect(path);
      const error = await rejection(provider.getToken({ maxWaitMs: 10_000 }));
      expect(error, path).to.include({ permanent: true });
      expect(error.message)
        .to.contain(path)
        .and.match(/address|path|tokenEndpoint/);
    }
  });

  trial('tells soon that a login page came, not a token', async () => {
    await start(60);
    await using provider = connect('/login');
    const error = await rejection(provider.getToken({ maxWaitMs: 10_000 }));
    expect(error).to.include({ permanent: true });
    expect(error.message).to.match(/HTML|page/);
  });

  trial('tells where the token endpoint has gone, and sends no secret there', async () => {
    await start(60);
    using requests = new TokenRequests(nginx.port);
    await using provider = connect('/moved');
    const error = await rejection(provider.getToken());
    expect(error).to.include({ permanent: true });
    expect(error.message).to.contain(nginx.url('/token'));
    expect(requests.count).to.equal(1);
  });

  trial('tells of a body that the gateway finds too large', async () => {
    await start(60);
    await using provider = connect('/small');
    const error = await rejection(provider.getToken());
    expect(error).to.include({ permanent: true });
    expect(error.message)
      .to.contain('413')
      .and.match(/scope|parameters|limit|size/);
  });

  trial('tells of http spoken to a TLS port', async () => {
    await start(60);
    await using provider = connectAt(nginx.mistaken('http'));
    const error = await rejection(provider.getToken());
    expect(error).to.include({ permanent: true });
    expect(error.message).to.contain('https');
  });

  trial('tells at once of TLS spoken to a plain port', async () => {
    await start(60);
    await using provider = connectAt(nginx.mistaken('https'));
    const error = await rejection(provider.getToken({ maxWaitMs: 5_000 }));
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ permanent: true });
    expect(error.message).to.match(/plain|TLS/);
  });
});
