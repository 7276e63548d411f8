import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../../lib/testing.js';
import { actedMs } from '../support/acted-time.js';
import { type FleetMember, startFleet } from '../support/fleet.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';

/** The lease, and the longest wait between two looks. */
const TAKE_OVER_MS = 4_500;

describeWithRedis('a fleet of processes', function () {
  this.timeout(180_000);
  let redis: RedisServer;
  let running: TokenServer | undefined;
  let fleet: FleetMember[] = [];
  const start = async (size: number, options: TokenServerOptions = {}) => {
    redis = await RedisServer.start();
    const server = await startTokenServer({ clientId: 'acme', clientSecret: 's3cret', ...options });
    running = server;
    fleet = await startFleet(size, server.tokenEndpoint, redis.port);
    return server;
  };
  afterEach(async () => {
    for (const member of fleet) member.signal('SIGKILL');
    await running?.close();
    running = undefined;
    await redis.close();
  });
  const fetches = () =>
    fleet.flatMap((member) => member.of('refresh')).filter(({ source }) => source === 'endpoint').length;
  const tokens = async () => new Set(await Promise.all(fleet.map((member) => member.token())));

  it('makes one token request for all that start cold, and one for each renewal', async () => {
    const server = await start(12, { lifetimeMs: 3_000 });
    expect([(await tokens()).size, server.counts.token]).to.deep.equal([1, 1]);
    await until(() => fleet.every((member) => member.of('refresh').length >= 4));
    await sleep(300);
    const most = Math.max(...fleet.map((member) => member.of('refresh').length));
    expect(server.counts.token).to.be.within(4, most);
    expect([fetches(), fleet.flatMap((member) => member.of('degrade')).length]).to.deep.equal([
      server.counts.token,
      0,
    ]);
  });

  it('gets over the death of the one who fetches, while the old token serves', async () => {
    const server = await start(3, { lifetimeMs: 14_000 });
    await tokens();
    server.fail('hang');
    await until(() => server.counts.token === 2);
    const holder = fleet.find(
      (member) => member.of('asking').length > (member.of('refresh')[0]?.source === 'endpoint' ? 1 : 0),
    );
    holder?.signal('SIGKILL');
    fleet = fleet.filter((member) => member !== holder);
    server.recover();
    const takeOver = async (): Promise<void> => {
      while (server.counts.token < 3) {
        const [waited] = await Promise.all(fleet.map(waitOf));
        expect(waited).to.be.below(500);
        await sleep(50);
      }
    };
    expect(await actedMs(takeOver)).to.be.below(TAKE_OVER_MS);
    await until(() => fleet.every((member) => member.of('refresh').length === 2));
    expect(fleet.flatMap((member) => member.of('error'))).to.deep.equal([]);
  });

  it('gets over the death of the one who fetches the first token', async () => {
    const server = await start(2);
    server.fail('hang');
    const [holder, other] = fleet as [FleetMember, FleetMember];
    holder.ask();
    await until(() => server.counts.token === 1);
    other.ask();
    await sleep(300);
    expect(server.counts.token).to.equal(1);
    holder.signal('SIGKILL');
    server.recover();
    await until(() => other.of('token').length === 1);
    expect(other.of('token')[0]?.tookMs).to.be.below(TAKE_OVER_MS);
    expect(server.counts.token).to.equal(2);
  });

  it('keeps the newer token where one wakes up with an old answer', async () => {
    const server = await start(2, { token: ['token-1', 'token-2'] });
    server.fail([{ delayMs: 300 }]);
    const [sleeper, other] = fleet as [FleetMember, FleetMember];
    sleeper.ask();
    await until(() => server.requests.length === 1);
    sleeper.signal('SIGSTOP');
    expect(await other.token()).to.equal('token-2');
    // It is written after the caller was served.
    await until(async () => (await recordOf()) !== null);
    const record = await recordOf();
    sleeper.signal('SIGCONT');
    await until(() => sleeper.of('token').length === 1);
    await sleep(300);
    expect([sleeper.of('token')[0]?.token, await recordOf(), server.counts.token]).to.deep.equal([
      'token-1',
      record,
      2,
    ]);
  });

  it('does without Redis for its whole life, and shares again once it is there', async () => {
    const server = await start(3, { lifetimeMs: 4_000 });
    await redis.stop();
    expect((await tokens()).size).to.equal(3);
    for (const member of fleet) {
      expect(member.of('token')[0]?.tookMs).to.be.below(1_500);
      expect(member.of('degrade').length).to.equal(1);
    }
    await until(() => server.counts.token >= 6);
    await redis.start();
    await until(() => fleet.every((member) => member.of('recover').length === 1));
    const renewals = () => fleet.map((member) => member.of('refresh').length);
    const allRenewed = async (times: number) => {
      const before = renewals();
      await until(() => renewals().every((now, at) => now - (before[at] ?? 0) >= times));
      return Math.max(...renewals().map((now, at) => now - (before[at] ?? 0)));
    };
    await allRenewed(1);
    const before = server.counts.token;
    const most = await allRenewed(3);
    // One request for each, where each for itself would make three times as many.
    expect(server.counts.token - before).to.be.at.most(most + 1);
    await until(async () => (await tokens()).size === 1);
    expect(
      fleet.flatMap((member) => [...member.of('error'), ...member.of('degrade').slice(1)]),
    ).to.deep.equal([]);
  });

  const recordOf = async (): Promise<string | null> => {
    const client = redis.ioredis();
    const [name = ''] = await client.keys('*:token');
    return client.get(name);
  };

  const waitOf = async (member: FleetMember): Promise<number> => {
    await member.token();
    return member.of('token').at(-1)?.tookMs ?? Number.NaN;
  };
});
