import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { LEASE_MS, type StoredToken } from '../../lib/ground/token-store.js';
import { RedisTokenStore, type RedisTokenStoreOptions } from '../../lib/stores/redis-token-store.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { rejection } from '../support/rejection.js';
import { storedToken } from '../support/stored-token.js';
import { VirtualTime } from '../support/virtual-time.js';

const keys = { k1: Buffer.alloc(32, 1) };
const target = '["https://as.example/token","acme"]';

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
        'one of a later version',
        (good) => good.replace('m2m1', 'm2m2'),
        'is not sealed in the way of this version',
      ],
      ['text in clear', () => 'm2m0.{"value":"forged"}', 'is not sealed'],
      ['one that is too long', () => 'm2m1.k1.'.padEnd(70_000, 'A'), 'too long'],
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

    it('finds fault with what was sealed, but is no token, and quotes nothing of it', async () => {
      const store = open({ sealed: false });
      await put(store);
      const head = (await recordOf()).replace(/\{.*$/, '');
      for (const text of ['sesame', '"sesame"', '{"value":"sesame"}', 'null', '[1]']) {
        await redis.set(await keyNamed(':token'), head + text, 'KEEPTTL');
        const { fault = '' } = await store.read(target);
        expect(fault).to.match(/is not what this version writes|has expired/);
        expect(fault).to.not.contain('sesame');
      }
    });

    it('goes by the end that Redis keeps where this machine is behind, and by its own where that is forged', async () => {
      const store = open();
      const time = new VirtualTime(Date.now());
      try {
        await put(store);
        time.stepWallClock(-3_600_000);
        expect((await store.read(target)).token?.remainingMs).to.be.within(490_000, 500_000);
        time.stepWallClock(3_600_000 + 100_000);
        await redis.pexpire(await keyNamed(':token'), 10_000_000);
        expect((await store.read(target)).token?.remainingMs).to.be.within(390_000, 400_000);
        time.stepWallClock(400_000);
        expect((await store.read(target)).fault).to.equal('has expired');
        await redis.persist(await keyNamed(':token'));
        expect((await store.read(target)).fault).to.equal('has no end in Redis');
      } finally {
        time.restore();
      }
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
      expect(await odd([null, '-2', 'you']).read(target)).to.deep.equal({ owner: 'you' });
      for (const reply of ['OK', null, undefined, 2, []]) {
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
