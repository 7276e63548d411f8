import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { digestOf, type Target } from '../../lib/oauth/target.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { actedMs } from '../support/acted-time.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';
import { target as ANY_TARGET } from '../support/target.js';

const CLIENT = { clientId: 'acme', clientSecret: 's3cret-of-acme' };
const keys = { k1: Buffer.alloc(32, 1) };
const PAGE = readFileSync('docs/fleet.md', 'utf8').replace(/\s+/g, ' ');

/** Somebody who can write to Redis, and has no key: what docs/fleet.md says of him, word for word. */
describeWithRedis('a writer without the key', function () {
  this.timeout(180_000);
  let redis: RedisServer;
  let writer: Redis;
  let server: TokenServer;
  let providers: TokenProvider[] = [];
  const start = async (lifetimeMs: number) => {
    redis = await RedisServer.start();
    writer = redis.ioredis();
    server = await startTokenServer({ ...CLIENT, lifetimeMs });
  };
  afterEach(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
    providers = [];
    await server.close();
    await redis.close();
  });

  const join = (options: Partial<TokenProviderOptions> = {}, prefix?: string) => {
    const store = new RedisTokenStore({ client: redis.ioredis(), keys, prefix });
    const { tokenEndpoint } = server;
    const provider = new TokenProvider({ ...CLIENT, tokenEndpoint, store, ...options });
    providers.push(provider);
    const faults: string[] = [];
    provider.on('degrade', ({ error }) => faults.push(error.message));
    return { provider, faults };
  };
  const nameOf = (end: 'token' | 'lease', about: Partial<Target> = {}, prefix = 'm2m:'): string => {
    const target: Target = {
      ...ANY_TARGET,
      server: new KnownTokenEndpoint(server.tokenEndpoint),
      clientId: CLIENT.clientId,
      ...about,
    };
    return `${prefix}{${createHash('sha256').update(digestOf(target)).digest('base64url')}}:${end}`;
  };
  const recordOf = async () => (await writer.get(nameOf('token'))) ?? '';
  /** A token is stored after callers have it. */
  const stored = (before = '') => until(async () => ![before, ''].includes(await recordOf()));
  const claims = (words: string) => expect(PAGE).to.contain(words);

  it('can give back an earlier token of the same target that has not ended yet', async () => {
    claims('give back an earlier token of the same target that has not ended yet');
    await start(600_000);
    const { provider } = join();
    const earlier = await provider.getToken();
    await stored();
    const record = await recordOf();
    const { value: later } = await provider.refresh();
    await stored(record);
    await writer.set(nameOf('token'), record, 'PX', 600_000);
    expect(await join().provider.getToken()).to.equal(earlier);
    expect([await provider.getToken(), server.counts.token]).to.deep.equal([later, 2]);
  });

  it('cannot give back one that has ended, by however long a keeping', async () => {
    claims('He cannot give them a token that has ended, one of another target or prefix, or one of his own.');
    await start(600_000);
    const store = new RedisTokenStore({ client: redis.ioredis(), keys });
    const token = { value: 'ended', tokenType: 'Bearer', scope: undefined, isLifetimeGuessed: false };
    const name = digestOf(targetOfClient());
    await store.takeLease(name, 'me', 3_000);
    await store.write(name, 'me', { ...token, lifetimeMs: 600_000, remainingMs: 200 });
    const record = await recordOf();
    await until(async () => (await writer.exists(nameOf('token'))) === 0);
    await writer.set(nameOf('token'), record, 'PX', 600_000);
    const { provider, faults } = join();
    expect(await provider.getToken()).to.not.equal('ended');
    expect([server.counts.token, faults]).to.deep.equal([
      1,
      ['The stored record has expired. It is not used.'],
    ]);
  });

  const targetOfClient = (): Target => ({
    ...ANY_TARGET,
    server: new KnownTokenEndpoint(server.tokenEndpoint),
    clientId: CLIENT.clientId,
  });

  const elsewhere: [string, Partial<TokenProviderOptions>, Partial<Target>, string | undefined][] = [
    ['another scope', { scope: 'write' }, { scope: ['write'] }, undefined],
    ['other parameters', { parameters: { a: 'b' } }, { parameters: [['a', 'b']] }, undefined],
    ['another prefix', {}, {}, 'live:'],
  ];
  for (const [what, options, about, prefix] of elsewhere) {
    it(`cannot give the token of one target to ${what}`, async () => {
      await start(600_000);
      const theirs = await join().provider.getToken();
      await stored();
      await writer.set(nameOf('token', about, prefix), await recordOf(), 'PX', 600_000);
      const { provider, faults } = join(options, prefix);
      expect(await provider.getToken()).to.not.equal(theirs);
      expect(server.counts.token).to.equal(2);
      expect(faults).to.deep.equal([
        'The stored record does not open: it is forged, damaged, or of another target, prefix or key. It is not used.',
      ]);
    });
  }

  it('can delete or spoil what is stored, so that processes fetch for themselves', async () => {
    claims('delete or spoil what is stored, so that processes fetch for themselves');
    await start(600_000);
    const tokens = [await join().provider.getToken()];
    await stored();
    for (const spoil of [
      () => writer.flushall(),
      () => writer.set(nameOf('token'), 'spoilt', 'PX', 600_000),
      async () => writer.set(nameOf('token'), (await recordOf()).slice(0, -9), 'PX', 600_000),
      () => writer.persist(nameOf('token')),
    ]) {
      await spoil();
      const before = await recordOf();
      tokens.push(await join().provider.getToken());
      await stored(before);
    }
    expect([new Set(tokens).size, server.counts.token]).to.deep.equal([5, 5]);
  });

  it('can keep a process that has no token waiting, by a lease that nobody holds', async () => {
    claims('keep a process that has no token yet waiting, by a lease that nobody holds: 13 s at most');
    claims('(`requestTimeoutMs` and 3 s)');
    await start(600_000);
    const { provider } = join({ requestTimeoutMs: 1_000 });
    const holding = await hold();
    try {
      const since = performance.now();
      expect(await waitOf(provider)).to.be.below(4_500);
      expect(performance.now() - since).to.be.at.least(2_500);
    } finally {
      clearInterval(holding);
    }
    expect(server.counts.token).to.equal(1);
  });

  it('keeps nobody waiting who holds a token', async () => {
    claims('who holds a token goes on serving it, and renews it before its end all the same');
    await start(10_000);
    const { provider } = join({ refresh: { keepWarm: true } });
    const failures: string[] = [];
    for (const name of ['failure', 'expire'] as const) provider.on(name, () => failures.push(name));
    await provider.getToken();
    await stored();
    const holding = await hold();
    try {
      for (; server.counts.token < 2; await sleep(20)) expect(await waitOf(provider)).to.be.below(300);
    } finally {
      clearInterval(holding);
    }
    expect(failures).to.deep.equal([]);
  });

  /** Somebody else has the lease, always. */
  const hold = async () => {
    const take = () => writer.set(nameOf('lease'), 'nobody', 'PX', 50_000);
    await take();
    return setInterval(() => void take(), 10);
  };

  const waitOf = (provider: TokenProvider): Promise<number> => actedMs(() => provider.getToken());
});
