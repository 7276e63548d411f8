import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Cluster, Redis } from 'ioredis';
import { createCluster, createSentinel } from 'redis';
import { TokenProvider } from '../../lib/index.js';
import { type RedisClient, RedisTokenStore } from '../../lib/redis.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { describeWithRedis, freePort, RedisServer, until } from '../support/redis-server.js';

const CLIENT = { clientId: 'acme', clientSecret: 's3cret' };
const keys = { k1: Buffer.alloc(32, 1) };

describeWithRedis('a fleet on more than one Redis', function () {
  this.timeout(180_000);
  let folder: string;
  let servers: RedisServer[];
  let server: TokenServer;
  let providers: TokenProvider[];
  let closings: (() => unknown)[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'redis-'));
    server = await startTokenServer({ ...CLIENT, lifetimeMs: 600_000 });
    servers = [];
    providers = [];
    closings = [];
  });
  afterEach(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
    for (const close of closings) await close();
    for (const redis of servers) await redis.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  const start = async (...args: readonly string[]): Promise<RedisServer> => {
    const redis = await RedisServer.start('--dir', folder, ...args);
    servers.push(redis);
    return redis;
  };
  const join = (client: RedisClient) => {
    const told: string[] = [];
    const provider = new TokenProvider({
      ...CLIENT,
      tokenEndpoint: server.tokenEndpoint,
      scope: 'read',
      store: new RedisTokenStore({ client, keys }),
    });
    provider.on('refresh', ({ source }) => told.push(source));
    provider.on('degrade', ({ trouble, error }) => told.push(`degrade ${trouble} ${error.reason}`));
    providers.push(provider);
    return { provider, told };
  };

  describe('with Sentinel', () => {
    let master: RedisServer;
    let sentinel: RedisServer;
    beforeEach(async () => {
      master = await start('--repl-diskless-sync-delay', '0');
      const replica = await start(
        '--replicaof',
        '127.0.0.1',
        `${master.port}`,
        '--repl-diskless-load',
        'swapdb',
      );
      const copy = replica.ioredis();
      // Sentinel puts nobody in the master's place who has never had its data.
      await until(async () => (await copy.info('replication')).includes('master_link_status:up'));
      const port = await freePort();
      const file = path.join(folder, 'sentinel.conf');
      await writeFile(
        file,
        [
          `sentinel monitor tokens 127.0.0.1 ${master.port} 1`,
          'sentinel down-after-milliseconds tokens 400',
          'sentinel failover-timeout tokens 2000',
          `dir ${folder}`,
          `# ${port}`,
        ].join('\n'),
      );
      sentinel = await RedisServer.start(file, '--sentinel');
      servers.push(sentinel);
      const asked = sentinel.ioredis();
      await until(async () =>
        /master-link-status,ok/.test(String(await asked.call('SENTINEL', 'REPLICAS', 'tokens'))),
      );
    });

    const clients: Record<string, () => Promise<RedisClient>> = {
      ioredis: async () => {
        const client = new Redis({
          sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
          name: 'tokens',
          sentinelRetryStrategy: () => 50,
          retryStrategy: () => 50,
        });
        client.on('error', () => undefined);
        closings.push(() => client.disconnect());
        return client;
      },
      'node-redis': async () => {
        const client = createSentinel({
          name: 'tokens',
          sentinelRootNodes: [{ host: '127.0.0.1', port: sentinel.port }],
          scanInterval: 200,
        });
        client.on('error', () => undefined);
        await client.connect();
        closings.push(() => client.destroy());
        return client as never;
      },
    };

    for (const [name, open] of Object.entries(clients)) {
      it(`goes on sharing by ${name} after another server has taken over`, async () => {
        const [one, other] = [join(await open()), join(await open())];
        await one.provider.getToken();
        expect(await other.provider.getToken()).to.equal(await one.provider.getToken());
        expect([one.told, other.told]).to.deep.equal([['endpoint'], ['store']]);
        await master.stop();
        // Nobody waits for that, nor fails.
        await one.provider.refresh();
        await until(async () => {
          await sleep(200);
          // Whichever of them has fetched for both.
          await one.provider.refresh();
          await other.provider.refresh();
          return one.told.at(-1) === 'store' || other.told.at(-1) === 'store';
        });
      });
    }
  });

  describe('with Cluster', () => {
    const SIZE = 3;
    beforeEach(async () => {
      for (let index = 0; index < SIZE; index += 1)
        await start('--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${index}.conf`);
      const nodes = servers.map((redis) => redis.ioredis());
      for (const [index, node] of nodes.entries()) {
        const [from, to] = [Math.ceil((16_384 * index) / SIZE), Math.ceil((16_384 * (index + 1)) / SIZE) - 1];
        await node.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
        await node.call('CLUSTER', 'MEET', '127.0.0.1', servers[0]?.port ?? 0);
      }
      await until(async () => {
        const states = await Promise.all(nodes.map((node) => node.call('CLUSTER', 'INFO')));
        return states.every((state) => /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(String(state)));
      });
    });

    const clients: Record<string, () => Promise<RedisClient>> = {
      ioredis: async () => {
        const client = new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })));
        client.on('error', () => undefined);
        closings.push(() => client.disconnect());
        return client;
      },
      'node-redis': async () => {
        const client = createCluster({
          rootNodes: servers.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })),
        });
        client.on('error', () => undefined);
        await client.connect();
        closings.push(() => client.destroy());
        return client as never;
      },
    };

    for (const [name, open] of Object.entries(clients)) {
      it(`shares the tokens of many targets by ${name}, wherever their slots are`, async () => {
        const [one, other] = [join(await open()), join(await open())];
        const scopes = Array.from({ length: 40 }, (_, index) => (index === 0 ? 'read' : `read s${index}`));
        const ask = ({ provider }: typeof one) =>
          Promise.all(scopes.map((scope) => provider.getToken({ scope })));
        expect(await ask(one)).to.deep.equal(await ask(other));
        expect([server.counts.token, new Set(one.told), new Set(other.told)]).to.deep.equal([
          scopes.length,
          new Set(['endpoint']),
          new Set(['store']),
        ]);
        const held = await Promise.all(servers.map((redis) => redis.ioredis().dbsize()));
        for (const count of held) expect(count).to.be.above(0);
      });
    }
  });
});
