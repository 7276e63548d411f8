import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { actedMs } from '../support/acted-time.js';
import { type FleetMember, startFleet } from '../support/fleet.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';

/** The lease, and the longest wait between two looks. */
const TAKE_OVER_MS = 4_500;

describeWithRedis('a fleet of processes', function () {
  this.timeout(180_000);
  let redis: RedisServer;
  let running: AuthorizationServer | undefined;
  let fleet: FleetMember[] = [];
  const start = async (size: number, lifetimeSeconds: number) => {
    redis = await RedisServer.start();
    const server = await AuthorizationServer.start({
      clientId: 'acme',
      clientSecret: 's3cret',
      lifetimeSeconds,
    });
    running = server;
    fleet = await startFleet(size, server.tokenEndpoint, redis.port);
    return server;
  };
  afterEach(async () => {
    for (const member of fleet) member.signal('SIGKILL');
    await running?.stop();
    running = undefined;
    await redis.close();
  });
  const fetches = () =>
    fleet.flatMap((member) => member.of('refresh')).filter(({ source }) => source === 'endpoint').length;
  const tokens = async () => new Set(await Promise.all(fleet.map((member) => member.token())));

  it('makes one token request for all that start cold, and one for each renewal', async () => {
    const server = await start(12, 3);
    expect([(await tokens()).size, server.requests]).to.deep.equal([1, 1]);
    await until(() => fleet.every((member) => member.of('refresh').length >= 4));
    await sleep(300);
    const most = Math.max(...fleet.map((member) => member.of('refresh').length));
    expect(server.requests).to.be.within(4, most);
    expect([fetches(), fleet.flatMap((member) => member.of('degrade')).length]).to.deep.equal([
      server.requests,
      0,
    ]);
  });

  it('gets over the death of the one who fetches, while the old token serves', async () => {
    const server = await start(3, 14);
    await tokens();
    server.mood = 'hanging';
    await until(() => server.requests === 2);
    const holder = fleet.find(
      (member) => member.of('asking').length > (member.of('refresh')[0]?.source === 'endpoint' ? 1 : 0),
    );
    holder?.signal('SIGKILL');
    fleet = fleet.filter((member) => member !== holder);
    server.mood = 'well';
    const takeOver = async (): Promise<void> => {
      while (server.requests < 3) {
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
    const server = await start(2, 600);
    server.mood = 'hanging';
    const [holder, other] = fleet as [FleetMember, FleetMember];
    holder.ask();
    await until(() => server.requests === 1);
    other.ask();
    await sleep(300);
    expect(server.requests).to.equal(1);
    holder.signal('SIGKILL');
    server.mood = 'well';
    await until(() => other.of('token').length === 1);
    expect(other.of('token')[0]?.tookMs).to.be.below(TAKE_OVER_MS);
    expect(server.requests).to.equal(2);
  });

  it('keeps the newer token where one wakes up with an old answer', async () => {
    redis = await RedisServer.start();
    let count = 0;
    const late = createServer(async (request, response) => {
      request.resume();
      count += 1;
      const body = { access_token: `token-${count}`, token_type: 'Bearer', expires_in: 600 };
      await sleep(count === 1 ? 300 : 0);
      response.end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(late, 'listening');
    fleet = await startFleet(2, `http://127.0.0.1:${(late.address() as AddressInfo).port}/`, redis.port);
    const [sleeper, other] = fleet as [FleetMember, FleetMember];
    sleeper.ask();
    await until(() => count === 1);
    sleeper.signal('SIGSTOP');
    expect(await other.token()).to.equal('token-2');
    // It is written after the caller was served.
    await until(async () => (await recordOf()) !== null);
    const record = await recordOf();
    sleeper.signal('SIGCONT');
    await until(() => sleeper.of('token').length === 1);
    await sleep(300);
    expect([sleeper.of('token')[0]?.token, await recordOf(), count]).to.deep.equal(['token-1', record, 2]);
    late.close();
  });

  it('does without Redis for its whole life, and shares again once it is there', async () => {
    const server = await start(3, 4);
    await redis.stop();
    expect((await tokens()).size).to.equal(3);
    for (const member of fleet) {
      expect(member.of('token')[0]?.tookMs).to.be.below(1_500);
      expect(member.of('degrade').length).to.equal(1);
    }
    await until(() => server.requests >= 6);
    await redis.start();
    await until(() => fleet.every((member) => member.of('recover').length === 1));
    const renewals = () => fleet.map((member) => member.of('refresh').length);
    const allRenewed = async (times: number) => {
      const before = renewals();
      await until(() => renewals().every((now, at) => now - (before[at] ?? 0) >= times));
      return Math.max(...renewals().map((now, at) => now - (before[at] ?? 0)));
    };
    await allRenewed(1);
    const { requests } = server;
    const most = await allRenewed(3);
    // One request for each, where each for itself would make three times as many.
    expect(server.requests - requests).to.be.at.most(most + 1);
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
