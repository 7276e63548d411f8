import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { TokenProvider } from '../../lib/index.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { digestOf } from '../../lib/oauth/target.js';
import { type RedisClient, RedisTokenStore } from '../../lib/redis.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { actedMs } from '../support/acted-time.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';
import { target } from '../support/target.js';

const CLIENT = { clientId: 'acme', clientSecret: 's3cret-of-acme' };
const keys = { k1: Buffer.alloc(32, 1) };

/** A provider, and what it told. */
class Member {
  readonly told: string[] = [];
  readonly shown: unknown[] = [];
  readonly provider: TokenProvider;

  constructor(tokenEndpoint: string, client: RedisClient, prefix?: string) {
    this.provider = new TokenProvider({
      ...CLIENT,
      tokenEndpoint,
      refresh: { keepWarm: true },
      store: new RedisTokenStore({ client, keys, prefix }),
    });
    for (const name of ['refresh', 'failure', 'expire', 'degrade', 'recover'] as const) {
      this.provider.on(name, (event) => {
        const { source = '', trouble = '' } = event as { source?: string; trouble?: string };
        this.told.push(`${name} ${source}${trouble}`.trim());
        this.shown.push(event);
      });
    }
  }

  count(what: string): number {
    return this.told.filter((told) => told.startsWith(what)).length;
  }
}

describeWithRedis('a fleet on Redis', function () {
  this.timeout(180_000);
  let redis: RedisServer;
  let server: TokenServer;
  let members: Member[] = [];
  beforeEach(async () => {
    redis = await RedisServer.start();
    server = await startTokenServer({ ...CLIENT, lifetimeMs: 3_000 });
  });
  afterEach(async () => {
    await Promise.all(members.map(({ provider }) => provider.close()));
    members = [];
    await server.close();
    await redis.close();
  });

  const join = (client: RedisClient = redis.ioredis()): Member => {
    const member = new Member(server.tokenEndpoint, client);
    members.push(member);
    return member;
  };
  const tokens = () => Promise.all(members.map(({ provider }) => provider.getToken()));
  const distinct = async () => new Set(await tokens()).size;

  /** Callers all the while: the longest that one of them waited. */
  const serve = async (forMs: number): Promise<number> => {
    let longestMs = 0;
    const endsAt = performance.now() + forMs;
    while (performance.now() < endsAt) {
      longestMs = Math.max(longestMs, await actedMs(tokens));
      await sleep(20);
    }
    return longestMs;
  };

  it('takes over by both clients what either has fetched', async () => {
    join();
    join(await redis.nodeRedis());
    expect(await distinct()).to.equal(1);
    await serve(3_500);
    expect(server.counts.token).to.be.within(2, 4);
    await until(async () => (await distinct()) === 1);
    expect(members.map((member) => member.count('degrade'))).to.deep.equal([0, 0]);
  });

  it('asks once for all where an API rejects the token everywhere at once', async () => {
    for (let count = 0; count < 5; count += 1) join();
    const [rejected = ''] = await tokens();
    for (const { provider } of members) provider.invalidate(rejected);
    const next = await tokens();
    expect([new Set(next).size, next.includes(rejected), server.counts.token]).to.deep.equal([1, false, 2]);
  });

  it('asks once for all who want a new one at once', async () => {
    for (let count = 0; count < 5; count += 1) join();
    const [before = ''] = await tokens();
    const next = await Promise.all(members.map(({ provider }) => provider.refresh()));
    expect(server.counts.token).to.be.within(2, 3);
    for (const { value } of next) expect(value).to.not.equal(before);
  });

  it('fetches where the stored token does not live for as long as a caller wants', async () => {
    join();
    await tokens();
    await sleep(700);
    const { provider } = join();
    await provider.getToken({ minValidityMs: 1_900 });
    expect(server.counts.token).to.equal(2);
  });

  it('takes a busy event loop for no trouble of the store', async () => {
    join();
    await tokens();
    const busy = join();
    const token = busy.provider.getToken();
    await new Promise(setImmediate);
    const endsAt = performance.now() + 700;
    while (performance.now() < endsAt);
    await token;
    expect([server.counts.token, busy.count('degrade')]).to.deep.equal([1, 0]);
  });

  it('shows no token, secret or key, whatever goes wrong', async () => {
    join();
    join();
    await tokens();
    const [secret] = await tokens();
    const stored = await dump();
    expect(stored).to.contain(':token');
    await redis.stop();
    await serve(2_600);
    const shown = inspect([members.flatMap((member) => member.shown), members], {
      depth: 12,
      showHidden: true,
    });
    expect(shown).to.contain('degrade');
    for (const word of [secret ?? '', CLIENT.clientSecret, CLIENT.clientId])
      expect(stored).to.not.contain(word);
    for (const word of [secret ?? '', CLIENT.clientSecret, keys.k1.toString('base64')])
      expect(shown).to.not.contain(word);
  });

  /** All that a reader of Redis can see. */
  const dump = async (): Promise<string> => {
    const client = redis.ioredis();
    const names = await client.keys('*');
    const values = await Promise.all(names.map((name) => client.get(name)));
    const opened = values.map((value) => Buffer.from(value ?? '', 'base64').toString('latin1'));
    return [...names, ...values, ...opened].join('\n');
  };

  describe('in trouble', () => {
    const trouble: Record<
      string,
      { begin: () => Promise<unknown> | unknown; end: () => Promise<unknown> | unknown }
    > = {
      'is stopped': { begin: () => redis.stop(), end: () => redis.start() },
      hangs: { begin: () => redis.signal('SIGSTOP'), end: () => redis.signal('SIGCONT') },
      'can only be read': {
        begin: () => redis.ioredis().replicaof('127.0.0.1', 1),
        end: () => redis.ioredis().replicaof('NO', 'ONE'),
      },
      'is out of memory': {
        begin: () => redis.ioredis().config('SET', 'maxmemory', '1'),
        end: () => redis.ioredis().config('SET', 'maxmemory', '0'),
      },
      'allows us nothing any more': {
        begin: () => redis.ioredis().call('ACL', 'SETUSER', 'default', '-eval', '-evalsha'),
        end: () => redis.ioredis().call('ACL', 'SETUSER', 'default', '+@all'),
      },
    };

    for (const [what, { begin, end }] of Object.entries(trouble)) {
      it(`serves all callers while Redis ${what}, tells of it once, and shares again`, async () => {
        for (let count = 0; count < 3; count += 1) join();
        await tokens();
        await begin();
        expect(await serve(2_600)).to.be.below(300);
        expect(members.map((member) => member.count('degrade'))).to.deep.equal([1, 1, 1]);
        await end();
        await until(() => members.every((member) => member.count('recover') === 1));
        await until(async () => (await distinct()) === 1);
        expect(
          members.map((member) => [member.count('degrade'), member.count('expire'), member.count('failure')]),
        ).to.deep.equal(members.map(() => [1, 0, 0]));
      });
    }

    it('is served while all that Redis holds is thrown away again and again', async () => {
      for (let count = 0; count < 3; count += 1) join();
      await tokens();
      const client = redis.ioredis();
      const flushing = setInterval(() => void client.flushall(), 30);
      try {
        expect(await serve(2_600)).to.be.below(300);
      } finally {
        clearInterval(flushing);
      }
      expect(members.map((member) => member.count('degrade'))).to.deep.equal([0, 0, 0]);
    });

    it('waits half a second at most where Redis has never been there', async () => {
      await redis.stop();
      join();
      join(redis.ioredis({ enableOfflineQueue: false }));
      expect(await actedMs(tokens)).to.be.below(1_000);
      expect(members.map((member) => member.count('degrade'))).to.deep.equal([1, 1]);
    });
  });

  describe('with a writer who has no key', () => {
    const forge = async (record: string): Promise<void> => {
      const client = redis.ioredis();
      for (const name of await client.keys('*:token')) await client.set(name, record);
    };

    it('uses none of a million records of his, and tells of one alone', async () => {
      await redis.close();
      redis = await RedisServer.start('--enable-debug-command', 'yes');
      // To fill Redis takes a while, and a machine may be slow: longer than a token of 3 s.
      await server.close();
      server = await startTokenServer({ ...CLIENT, lifetimeMs: 8_000 });
      for (let count = 0; count < 2; count += 1) join();
      await tokens();
      const client = redis.ioredis();
      await client.call('DEBUG', 'POPULATE', '1000000', 'm2m:{forged}:token', '64');
      const forging = setInterval(() => void forgeAll(client), 40);
      try {
        expect(await serve(4_500)).to.be.below(400);
      } finally {
        clearInterval(forging);
      }
      expect(await client.dbsize()).to.be.above(1_000_000);
      for (const token of await tokens()) expect(token.split('.').length).to.equal(3);
      for (const member of members)
        expect([member.count('failure'), member.count('expire')]).to.deep.equal([0, 0]);
    });

    /** In place of the record, and of the lease, which never ends. */
    const forgeAll = async (client: Redis): Promise<void> => {
      await client.set(nameOf('token'), 'm2m2.k1.Zm9yZ2Vk');
      await client.set(nameOf('lease'), 'forged');
    };

    it('is not held up by leases that never end', async () => {
      join();
      await redis.ioredis().set(nameOf('lease'), 'forged');
      expect(await actedMs(tokens)).to.be.below(500);
    });

    it('takes no token of one target for that of another', async () => {
      join();
      await tokens();
      const client = redis.ioredis();
      // A token is published after it was handed out.
      let record: string | null = null;
      while (record === null) record = await client.get(nameOf('token'));
      await client.flushall();
      const other = new TokenProvider({
        ...CLIENT,
        scope: 'write',
        tokenEndpoint: server.tokenEndpoint,
        store: new RedisTokenStore({ client, keys }),
      });
      const told: string[] = [];
      other.on('degrade', ({ error }) => told.push(error.message));
      await other.getToken();
      await forge(record);
      await other.refresh();
      await other.close();
      expect(server.counts.token).to.equal(3);
      expect(told).to.deep.equal([
        'The stored record does not open: it is forged, damaged, or of another target, prefix or key. It is not used.',
      ]);
    });

    /** A key in Redis, as anybody can compute it who knows the target. */
    const nameOf = (end: 'token' | 'lease'): string => {
      const { clientId } = CLIENT;
      const name = digestOf({ ...target, server: new KnownTokenEndpoint(server.tokenEndpoint), clientId });
      return `m2m:{${createHash('sha256').update(name).digest('base64url')}}:${end}`;
    };
  });
});
