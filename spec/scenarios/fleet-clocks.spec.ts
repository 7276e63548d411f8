import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { digestOf } from '../../lib/oauth/target.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { type FleetMember, startFleet } from '../support/fleet.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';
import { storedToken } from '../support/stored-token.js';
import { target as ANY_TARGET } from '../support/target.js';
import { canShiftClocks } from '../support/wrong-clock.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const keys = { k1: Buffer.alloc(32, 1) };

describeWithRedis('a fleet whose clocks are wrong', function () {
  this.timeout(180_000);
  let server: TokenServer;
  const servers: RedisServer[] = [];
  let fleet: FleetMember[] = [];
  beforeEach(async () => {
    server = await startTokenServer({
      clientId: 'acme',
      clientSecret: 's3cret',
      lifetimeMs: 4_000,
    });
  });
  afterEach(async () => {
    for (const member of fleet) member.signal('SIGKILL');
    fleet = [];
    await server.close();
    for (const redis of servers.splice(0)) await redis.close();
  });

  const add = async (starting: Promise<RedisServer>): Promise<RedisServer> => {
    const redis = await starting;
    servers.push(redis);
    return redis;
  };
  const tokens = async () => new Set(await Promise.all(fleet.map((member) => member.token())));
  /** Of the members of the fleet. */
  const target = () =>
    digestOf({
      ...ANY_TARGET,
      server: new KnownTokenEndpoint(server.tokenEndpoint),
      clientId: 'acme',
    });
  const nameOfRecord = () => `m2m:{${createHash('sha256').update(target()).digest('base64url')}}:token`;
  const storeOn = (redis: RedisServer) => new RedisTokenStore({ client: redis.ioredis(), keys });
  const put = async (store: RedisTokenStore, remainingMs: number) => {
    await store.takeLease(target(), 'me', 3_000);
    await store.write(target(), 'me', storedToken('of-old', { remainingMs }));
  };

  it('shares by the clock of Redis: one request for each renewal of all', async () => {
    const redis = await add(RedisServer.start());
    const clocksMs = [-HOUR_MS, 0, HOUR_MS, -MINUTE_MS, MINUTE_MS];
    fleet = await startFleet(clocksMs.length, server.tokenEndpoint, redis.port, clocksMs);
    expect([(await tokens()).size, server.counts.token]).to.deep.equal([1, 1]);
    await until(() => fleet.every((member) => member.of('refresh').length >= 3));
    const most = Math.max(...fleet.map((member) => member.of('refresh').length));
    expect(server.counts.token).to.be.at.most(most);
    expect(fleet.flatMap((member) => [...member.of('degrade'), ...member.of('error')])).to.deep.equal([]);
  });

  it('hands out no token that has ended, whoever puts its record back, and however far behind a reader is', async () => {
    const redis = await add(RedisServer.start());
    const client = redis.ioredis();
    await put(storeOn(redis), 300);
    const record = (await client.get(nameOfRecord())) ?? '';
    await until(async () => (await client.exists(nameOfRecord())) === 0);
    const clocksMs = [-MINUTE_MS, -9 * MINUTE_MS, 0];
    fleet = await startFleet(clocksMs.length, server.tokenEndpoint, redis.port, clocksMs);
    for (const member of fleet) {
      await client.set(nameOfRecord(), record, 'PX', 600_000);
      expect(await member.token()).to.not.equal('of-old');
    }
  });

  if (canShiftClocks) {
    describe('and a Redis whose clock is wrong', () => {
      for (const seconds of [-3_600, 3_600]) {
        it(`shares by a clock that is wrong by ${seconds} s`, async () => {
          const redis = await add(RedisServer.startWithClock(seconds));
          const [now = 0] = await redis.ioredis().time();
          expect(Number(now) - Date.now() / 1_000).to.be.closeTo(seconds, 60);
          fleet = await startFleet(3, server.tokenEndpoint, redis.port, [-MINUTE_MS, 0, MINUTE_MS]);
          expect([(await tokens()).size, server.counts.token]).to.deep.equal([1, 1]);
          expect(fleet.flatMap((member) => member.of('degrade'))).to.deep.equal([]);
        });
      }

      /** A token is stored; then a replica takes over whose clock differs from its master's. */
      const failOver = async (seconds: number): Promise<RedisTokenStore> => {
        const master = await add(RedisServer.start('--repl-diskless-sync-delay', '0'));
        const following = ['--replicaof', '127.0.0.1', `${master.port}`, '--repl-diskless-load', 'swapdb'];
        const replica = await add(RedisServer.startWithClock(seconds, ...following));
        const copy = replica.ioredis();
        await until(async () => (await copy.info('replication')).includes('master_link_status:up'));
        const [client, store] = [master.ioredis(), storeOn(master)];
        await put(store, 500_000);
        await until(async () => isCaughtUp(await client.info('replication')));
        await copy.replicaof('NO', 'ONE');
        return storeOn(replica);
      };

      /** Whether the one replica has all that its master has. */
      const isCaughtUp = (info: string): boolean => {
        const [, own] = /master_repl_offset:(\d+)/.exec(info) ?? [];
        return info.includes(`offset=${own},`);
      };

      for (const [what, seconds, outcome] of [
        // Redis itself takes it for ended.
        ['ahead: it has ended', 3_600, undefined],
        ['behind: it is of a time to come', -60, 'was stored later than it is now, by the clock of Redis'],
      ] as const) {
        it(`uses no token stored before another Redis took over whose clock is ${what}`, async () => {
          const store = await failOver(seconds);
          const { token, fault } = await store.read(target());
          expect([token, fault]).to.deep.equal([undefined, outcome]);
        });
      }

      it('may use one for as much longer as the clock of the Redis that took over is behind', async () => {
        const store = await failOver(-2);
        await until(async () => (await store.read(target())).token !== undefined);
        expect((await store.read(target())).token?.remainingMs).to.be.within(499_000, 500_000);
      });
    });
  }
});
