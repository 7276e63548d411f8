import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { LEASE_MS, type StoredToken } from '../../lib/ground/token-store.js';
import type { RedisClient } from '../../lib/stores/redis-connection.js';
import { RedisTokenStore, type RedisTokenStoreOptions } from '../../lib/stores/redis-token-store.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';
import { rejection } from '../support/rejection.js';
import { storedToken } from '../support/stored-token.js';
import { VirtualTime } from '../support/virtual-time.js';

const keys = { k1: Buffer.alloc(32, 1) };
const target = 'a digest of the target';

describe('RedisTokenStore', () => {
  const client = { eval: () => undefined, evalsha: () => undefined } as never;

  for (const [options, words] of [
    [undefined, 'RedisTokenStore options: must be a plain object; got nothing.'],
    [{ client, keys, ttl: 5 }, 'ttl: is not among the RedisTokenStore options.'],
    [{ keys }, 'client: must be a client of ioredis or node-redis; got nothing.'],
    [{ client }, 'keys: is missing. Give { k1: 32 bytes as base64 or Buffer }, or sealed: false'],
    [{ client, sealed: true }, 'keys: is missing.'],
    [{ client, keys, sealed: false }, 'sealed: is false, but there are keys.'],
    [{ client, keys, sealed: 'no' }, 'sealed: must be true or false; got a string.'],
    [{ client, keys, prefix: '{a}' }, 'prefix: must be up to 128 characters without braces and white space'],
    [{ client, keys, prefix: 'a b' }, 'prefix: must be up to'],
    [{ client, keys, prefix: 'x'.repeat(129) }, 'prefix: must be up to'],
    [
      { client, keys, prefix: 7 },
      'prefix: must be up to 128 characters without braces and white space; got 7.',
    ],
  ] as const) {
    it(`refuses ${inspect(options, { depth: 0, breakLength: Number.POSITIVE_INFINITY })}`, () => {
      expect(() => new RedisTokenStore(options as never)).to.throw(ConfigurationError, words);
    });
  }

  it('shows nothing of its keys', () => {
    const key = Buffer.alloc(32, 65).toString('base64');
    const store = new RedisTokenStore({ client, keys: { k1: key } });
    const shown = inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store);
    expect([shown.includes(key), Reflect.ownKeys(store)]).to.deep.equal([false, []]);
  });

  describeWithRedis('with Redis', () => {
    let server: RedisServer;
    let redis: Redis;
    before(async () => {
      server = await RedisServer.start();
      redis = server.ioredis();
    });
    beforeEach(() => redis.flushall());
    after(() => server.close());

    const open = (options: Partial<RedisTokenStoreOptions> = { keys }) =>
      new RedisTokenStore({ client: redis, ...options });
    const put = async (store: RedisTokenStore, token: StoredToken = storedToken(), about = target) => {
      await store.takeLease(about, 'me', LEASE_MS);
      return store.write(about, 'me', token);
    };
    const keyNamed = async (end: string) => (await redis.keys(`*${end}`))[0] ?? '';
    const recordOf = async () => (await redis.get(await keyNamed(':token'))) ?? '';

    it('names its keys by a digest, in one slot of a cluster, and lets them end by themselves', async () => {
      await put(open());
      await open().takeLease(target, 'me', LEASE_MS);
      const names = (await redis.keys('*')).sort();
      const digests = names.map((name) => /^m2m:\{([\w-]{43})\}:(lease|token)$/.exec(name)?.[1]);
      expect(names.length).to.equal(2);
      expect(new Set(digests).size).to.equal(1);
      expect(digests[0]).to.not.equal(undefined);
      for (const name of names) expect(await redis.pttl(name)).to.be.within(1, 500_000);
    });

    it('leaves nothing readable of token, scope and client', async () => {
      await put(open());
      const all = (await recordOf()) + (await keyNamed(':token'));
      for (const word of ['token-1', 'read', 'acme', 'Bearer', 'as.example'])
        expect(all + Buffer.from(all.slice(8), 'base64url').toString('latin1')).to.not.contain(word);
    });

    it('stores in clear only if told so', async () => {
      await put(open({ sealed: false }));
      expect(await recordOf()).to.contain('"value":"token-1"');
    });

    it('begins all names with the prefix', async () => {
      await put(open({ keys, prefix: 'svc:' }));
      expect(await keyNamed(':token')).to.match(/^svc:\{/);
    });

    const forgeries: readonly (readonly [string, (good: string) => Promise<unknown> | string, string])[] = [
      ['rubbish', () => 'rubbish', 'is not sealed'],
      ['empty text', () => '', 'is no text'],
      [
        'bytes that are no text',
        async () => redis.set(await keyNamed(':token'), Buffer.from([0xff, 0xfe, 0])),
        'is not sealed',
      ],
      ['one that is cut off', (good) => good.slice(0, 30), '.'],
      [
        'one of an earlier version',
        (good) => good.replace('m2m2', 'm2m1'),
        'is not sealed in the way of this version',
      ],
      ['text in clear', () => 'm2m2-clear.{"value":"forged"}', 'is not sealed'],
      ['one that is too long', () => 'm2m2.k1.'.padEnd(70_000, 'A'), 'too long'],
    ];
    for (const [what, forge, words] of forgeries) {
      it(`finds fault with ${what}, and stores over it`, async () => {
        const store = open();
        await put(store);
        const forged = await forge(await recordOf());
        if (typeof forged === 'string' && forged !== 'OK') await redis.set(await keyNamed(':token'), forged);
        const { fault, token } = await store.read(target);
        expect(token).to.equal(undefined);
        expect(fault).to.match(new RegExp(words));
        expect(await put(store, storedToken('better'))).to.equal(true);
        expect((await store.read(target)).token?.value).to.equal('better');
      });
    }

    it('finds fault with the record of another target', async () => {
      const store = open();
      await put(store, storedToken('theirs'), 'another');
      const theirs = await recordOf();
      await redis.flushall();
      await put(store);
      await redis.set(await keyNamed(':token'), theirs);
      expect((await store.read(target)).fault).to.match(/does not open/);
    });

    it('reads no record that was moved to another prefix, be it one that the client puts in front', async () => {
      const clients = { a: server.ioredis({ keyPrefix: 'a:' }), b: server.ioredis({ keyPrefix: 'b:' }) };
      for (const [from, to] of [
        [open({ keys, prefix: 'test:' }), open({ keys, prefix: 'live:' })],
        [open({ keys, prefix: 'test:', sealed: true }), open({ keys, client: clients.a })],
        [open({ keys, client: clients.a }), open({ keys, client: clients.b })],
        [open({ sealed: false, prefix: 'test:' }), open({ sealed: false, prefix: 'live:' })],
      ] as const) {
        await redis.flushall();
        await put(from, storedToken('theirs'));
        const [record, before] = [await recordOf(), await keyNamed(':token')];
        await redis.flushall();
        await put(to, storedToken('ours'));
        expect(await keyNamed(':token')).to.not.equal(before);
        await redis.set(await keyNamed(':token'), record, 'PX', 500_000);
        const { token, fault } = await to.read(target);
        expect(token).to.equal(undefined);
        expect(fault).to.match(/of another target(, | or )prefix/);
      }
    });

    it('goes by the clock of Redis, whatever the clock of this machine shows, and whenever it is set', async () => {
      const store = open();
      const time = new VirtualTime(Date.now());
      try {
        for (const writerMs of [-3_600_000, 0, 3_600_000]) {
          time.stepWallClock(writerMs);
          await put(store);
          for (const readerMs of [-60_000, 0, 60_000, 86_400_000, -86_400_000]) {
            time.stepWallClock(readerMs);
            expect((await store.read(target)).token?.remainingMs).to.be.within(490_000, 500_000);
          }
        }
      } finally {
        time.restore();
      }
    });

    it('gives back no token that has ended, though its record is put back, and kept for longer', async () => {
      const store = open();
      const time = new VirtualTime(Date.now());
      try {
        await put(store, storedToken('old', { remainingMs: 100 }));
        const [record, name] = [await recordOf(), await keyNamed(':token')];
        await until(async () => (await redis.exists(name)) === 0);
        for (const clockMs of [0, -60_000, -3_600_000]) {
          time.stepWallClock(clockMs);
          await redis.set(name, record, 'PX', 600_000);
          expect(await store.read(target)).to.deep.equal({ owner: undefined, fault: 'has expired' });
          await redis.persist(name);
          expect((await store.read(target)).fault).to.equal('has no end in Redis');
        }
      } finally {
        time.restore();
      }
    });

    it('counts the way to the clock of Redis and back against the token, by whichever clock ran further', async () => {
      for (const isAsleep of [false, true]) {
        const time = new VirtualTime(Date.now());
        try {
          const client = onceClockIsRead(() => (isAsleep ? time.stepWallClock(2_000) : time.stall(2_000)));
          await put(open({ keys, client }));
        } finally {
          time.restore();
        }
        expect((await open().read(target)).token?.remainingMs).to.be.within(497_000, 498_000);
      }
    });

    it('stores nothing that ends on the way', async () => {
      const time = new VirtualTime(Date.now());
      try {
        const store = open({ keys, client: onceClockIsRead(() => time.stall(500)) });
        await put(open(), storedToken('before'));
        expect(await put(store, storedToken('too short', { remainingMs: 500 }))).to.equal(false);
        expect((await open().read(target)).token?.value).to.equal('before');
        await store.releaseLease(target, 'me');
        expect(await put(store, storedToken('long enough', { remainingMs: 900 }))).to.equal(true);
      } finally {
        time.restore();
      }
    });

    /** A client whose replies of the time, and no others, are on their way for as long as `passTime` makes it. */
    const onceClockIsRead = (passTime: () => void): RedisClient => ({
      eval: (...call: unknown[]) => redis.eval(...(call as Parameters<Redis['eval']>)),
      evalsha: async (...call: unknown[]) => {
        const reply = await redis.evalsha(...(call as Parameters<Redis['evalsha']>));
        if (Array.isArray(reply) && reply.length === 2) passTime();
        return reply;
      },
    });

    it('needs no other commands than docs/fleet.md says', async () => {
      const [, listed = ''] =
        /needs ((?:`[A-Z]+`[^`.:]*[:.]?[^`.:]*)+)\./.exec(readFileSync('docs/fleet.md', 'utf8')) ?? [];
      const commands = [...listed.matchAll(/`([A-Z]+)`/g)].map(([, name]) => `+${name?.toLowerCase()}`);
      expect(commands).to.include('+time').and.have.length(10);
      await redis.call('ACL', 'SETUSER', 'app', 'on', '>pass', '~m2m:*', '-@all', ...commands);
      const client = server.ioredis({ username: 'app', password: 'pass', enableReadyCheck: false });
      const store = open({ keys, client });
      await redis.script('FLUSH');
      expect(await put(store)).to.equal(true);
      expect((await store.read(target)).token?.value).to.equal('token-1');
      expect(await store.takeLease(target, 'me', LEASE_MS)).to.equal(true);
      expect(await store.extendLease(target, 'me', LEASE_MS)).to.equal(true);
      await store.releaseLease(target, 'me');
    });

    it('lets keys be changed in three roll-outs: each opens what its neighbours seal', async () => {
      const [k1, k2] = [keys.k1, Buffer.alloc(32, 2)];
      const rollOuts = [{ k1 }, { k1, k2 }, { k2, k1 }, { k2 }];
      for (const [index, own] of rollOuts.entries()) {
        for (const other of rollOuts.slice(Math.max(0, index - 1), index + 2)) {
          await put(open({ keys: own }), storedToken(`by-${index}`));
          expect((await open({ keys: other }).read(target)).token?.value).to.equal(`by-${index}`);
        }
      }
    });

    it('opens what an older key has sealed, until that is taken away', async () => {
      await put(open());
      const [k1, k2] = [keys.k1, Buffer.alloc(32, 2)];
      expect((await open({ keys: { k2, k1 } }).read(target)).token?.value).to.equal('token-1');
      expect((await open({ keys: { k2 } }).read(target)).fault).to.match(/whose id is not among the keys/);
    });

    it('does not store what is too long to be read', async () => {
      const error = await rejection(put(open(), storedToken('x'.repeat(60_000))));
      expect(error).to.include({ code: 'ERR_TOKEN_STORE', reason: 'ERR_TOO_LONG' });
      expect(await keyNamed(':token')).to.equal('');
    });

    it('rejects where Redis does', async () => {
      const store = open();
      await redis.config('SET', 'maxmemory', '1');
      expect((await rejection(store.takeLease(target, 'me', LEASE_MS))).message).to.match(/OOM/);
      await redis.config('SET', 'maxmemory', '0');
    });

    it('rejects where a client gives what is no reply, and takes numbers that are text', async () => {
      const odd = (reply: unknown) => {
        const client = { eval: async () => reply, evalsha: async () => reply };
        return new RedisTokenStore({ client, keys });
      };
      expect(await odd('1').takeLease(target, 'me', 1)).to.equal(true);
      expect(await odd('0').extendLease(target, 'me', 1)).to.equal(false);
      expect(await odd([null, '-2', 'you', '1', 'name']).read(target)).to.deep.equal({ owner: 'you' });
      for (const reply of [
        'OK',
        null,
        undefined,
        2,
        [],
        ['soon', 'name'],
        [0, 'name'],
        ['x', 1, null, 'soon', ''],
      ]) {
        for (const call of [
          odd(reply).read(target),
          odd(reply).takeLease(target, 'me', 1),
          odd(reply).write(target, 'me', storedToken()),
        ])
          expect(await rejection(call)).to.include({ reason: 'ERR_REPLY' });
      }
    });

    it('rejects where a key cannot be had: that is no fault of the record', async () => {
      await put(open());
      const store = open({ keys: { k1: () => Promise.reject(new Error('vault sealed')) } });
      expect((await rejection(store.read(target))).message).to.equal('vault sealed');
    });
  });
});
