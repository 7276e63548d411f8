import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { LEASE_MS } from '../../lib/ground/token-store.js';
import { connect, type RunScript } from '../../lib/stores/redis-connection.js';
import {
  LOOK_AT_CLOCK,
  MAX_RECORD_LENGTH,
  READ,
  RELEASE_LEASE,
  TAKE_LEASE,
  WRITE,
} from '../../lib/stores/redis-scripts.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

describeWithRedis('the scripts for Redis', () => {
  let server: RedisServer;
  let redis: Redis;
  let run: RunScript;
  before(async () => {
    server = await RedisServer.start();
    redis = server.ioredis();
    run = connect(redis);
  });
  beforeEach(() => redis.flushall());
  after(() => server.close());

  const keys = ['token', 'lease'];
  const readAll = () => run(READ, keys, [LEASE_MS]) as Promise<unknown[]>;
  /** Without the time and the name. */
  const read = async () => (await readAll()).slice(0, 3);
  const take = (owner = 'me') => run(TAKE_LEASE, keys, [LEASE_MS, owner, LEASE_MS]);

  for (const [what, forge] of [
    ['a list', () => redis.lpush('token', 'x')],
    ['a hash', () => redis.hset('token', 'a', 'b')],
    ['a stream', () => redis.xadd('token', '*', 'a', 'b')],
    ['text that is too long', () => redis.set('token', 'x'.repeat(MAX_RECORD_LENGTH + 1))],
  ] as const) {
    it(`gives ${what} as an empty record, and writes over it`, async () => {
      await forge();
      expect(await read()).to.deep.equal(['', -1, null]);
      await take();
      expect(await run(WRITE, keys, [LEASE_MS, 'me', 'record', 1_000])).to.equal(1);
      const [record, leftMs, owner] = (await read()) as [string, number, null];
      expect([record, owner]).to.deep.equal(['record', null]);
      expect(leftMs).to.be.within(900, 1_000);
    });
  }

  it('tells the time by the clock of Redis, to the microsecond, and what Redis calls the record', async () => {
    const timeOf = async (): Promise<number> => {
      const [seconds, microseconds] = (await redis.time()) as unknown as [string, string];
      return Number(seconds) * 1e6 + Number(microseconds);
    };
    const prefixed = connect(server.ioredis({ keyPrefix: 'app:' }));
    for (const [ask, length, name] of [
      [() => run(LOOK_AT_CLOCK, keys, []), 2, 'token'],
      [() => prefixed(LOOK_AT_CLOCK, keys, []), 2, 'app:token'],
      [readAll, 5, 'token'],
    ] as const) {
      const before = await timeOf();
      const reply = (await ask()) as unknown[];
      expect(reply.length).to.equal(length);
      expect(reply.at(-2)).to.be.within(before, await timeOf());
      expect(reply.at(-1)).to.equal(name);
    }
  });

  it('gives the longest record that is taken', async () => {
    await redis.set('token', 'x'.repeat(MAX_RECORD_LENGTH));
    expect(((await read()) as string[])[0]?.length).to.equal(MAX_RECORD_LENGTH);
  });

  for (const [what, forge] of [
    ['without an end', () => redis.set('lease', 'foreign')],
    ['with a later end than ours have', () => redis.set('lease', 'foreign', 'PX', LEASE_MS + 60_000)],
    ['of another type', () => redis.lpush('lease', 'foreign')],
    ['with a name that is too long', () => redis.set('lease', 'x'.repeat(65), 'PX', 1_000)],
  ] as const) {
    it(`takes a lease ${what} for none`, async () => {
      await forge();
      expect(await read()).to.deep.equal([null, -2, null]);
      expect(await run(RELEASE_LEASE, keys, [LEASE_MS, 'foreign'])).to.equal(0);
      expect(await take()).to.equal(1);
      expect(((await read()) as string[])[2]).to.equal('me');
      expect(await redis.pttl('lease')).to.be.within(LEASE_MS - 500, LEASE_MS);
    });
  }
});
