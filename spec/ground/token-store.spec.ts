import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { LEASE_MS, type TokenStore } from '../../lib/ground/token-store.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { RedisTokenStore } from '../../lib/stores/redis-token-store.js';
import { describeWithRedis, RedisServer, until } from '../support/redis-server.js';
import { storedToken } from '../support/stored-token.js';

const keys = { k1: Buffer.alloc(32, 1) };

/** What every store must do. */
function itKeepsTheContract(open: () => TokenStore): void {
  let store: TokenStore;
  let target: string;
  let count = 0;
  beforeEach(() => {
    store = open();
    count += 1;
    target = `["https://as.example/token","client ${count}"]`;
  });

  it('holds nothing at first', async () => {
    expect(await store.read(target)).to.deep.equal({ owner: undefined });
  });

  it('gives back what was written, and what is left of its life', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    expect(await store.write(target, 'me', storedToken())).to.equal(true);
    await sleep(20);
    const { token, owner, fault } = await store.read(target);
    const { remainingMs = 0, ...facts } = token ?? {};
    const { remainingMs: _, ...written } = storedToken();
    expect([facts, owner, fault]).to.deep.equal([written, undefined, undefined]);
    expect(remainingMs).to.be.within(490_000, 499_985);
  });

  it('keeps a scope that the server did not name apart from an empty one', async () => {
    for (const scope of [undefined, '']) {
      await store.takeLease(target, 'me', LEASE_MS);
      await store.write(target, 'me', storedToken('t', { scope }));
      expect((await store.read(target)).token?.scope).to.equal(scope);
    }
  });

  it('gives the lease to one, once', async () => {
    expect(await store.takeLease(target, 'me', LEASE_MS)).to.equal(true);
    expect(await store.takeLease(target, 'you', LEASE_MS)).to.equal(false);
    expect(await store.takeLease(target, 'me', LEASE_MS)).to.equal(false);
    expect((await store.read(target)).owner).to.equal('me');
  });

  it('extends a lease for its owner, and gives it back to nobody who has lost it', async () => {
    expect(await store.extendLease(target, 'me', LEASE_MS)).to.equal(false);
    await store.takeLease(target, 'me', 1_000);
    expect(await store.extendLease(target, 'you', LEASE_MS)).to.equal(false);
    expect(await store.extendLease(target, 'me', 3_000)).to.equal(true);
    await sleep(1_020);
    expect((await store.read(target)).owner).to.equal('me');
    await until(async () => (await store.read(target)).owner === undefined);
    expect(await store.extendLease(target, 'me', LEASE_MS)).to.equal(false);
  });

  it('gives it to one of many who come at once', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => `owner ${index}`);
    const taken = await Promise.all(owners.map((owner) => store.takeLease(target, owner, LEASE_MS)));
    expect(taken.filter(Boolean).length).to.equal(1);
  });

  it('lets a lease lapse, and makes one shorter for its owner', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.extendLease(target, 'me', 30);
    await sleep(50);
    expect((await store.read(target)).owner).to.equal(undefined);
    expect(await store.takeLease(target, 'you', LEASE_MS)).to.equal(true);
  });

  it('ends a lease for its owner alone', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.releaseLease(target, 'you');
    expect(await store.takeLease(target, 'you', LEASE_MS)).to.equal(false);
    await store.releaseLease(target, 'me');
    expect(await store.takeLease(target, 'you', LEASE_MS)).to.equal(true);
  });

  it('ends the lease with the writing', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.write(target, 'me', storedToken());
    expect(await store.takeLease(target, 'you', LEASE_MS)).to.equal(true);
  });

  it('takes nothing from those who have no lease, nor from one whose lease has lapsed', async () => {
    expect(await store.write(target, 'me', storedToken('never'))).to.equal(false);
    await store.takeLease(target, 'me', 20);
    await sleep(40);
    expect(await store.write(target, 'me', storedToken('too late'))).to.equal(false);
    await store.takeLease(target, 'you', LEASE_MS);
    await store.write(target, 'you', storedToken('newer'));
    expect(await store.write(target, 'me', storedToken('older'))).to.equal(false);
    expect((await store.read(target)).token?.value).to.equal('newer');
  });

  it('drops a token at its end', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.write(target, 'me', storedToken('short', { remainingMs: 1_000 }));
    expect((await store.read(target)).token?.value).to.equal('short');
    await until(async () => (await store.read(target)).token === undefined);
    expect(await store.read(target)).to.deep.equal({ owner: undefined });
  });

  it('keeps targets apart', async () => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.write(target, 'me', storedToken());
    await store.takeLease(target, 'me', LEASE_MS);
    expect(await store.read(`${target} `)).to.deep.equal({ owner: undefined });
    expect(await store.takeLease(`${target} `, 'you', LEASE_MS)).to.equal(true);
  });
}

describe('TokenStore', () => {
  describe('in memory', () => itKeepsTheContract(() => new MemoryTokenStore()));

  describeWithRedis('on Redis', () => {
    let server: RedisServer;
    let stores: { ioredis: TokenStore; nodeRedis: TokenStore; clear: TokenStore };
    before(async () => {
      server = await RedisServer.start();
      const client = server.ioredis();
      stores = {
        ioredis: new RedisTokenStore({ client, keys }),
        nodeRedis: new RedisTokenStore({ client: await server.nodeRedis(), keys, prefix: 'other:' }),
        clear: new RedisTokenStore({ client, sealed: false, prefix: 'clear:' }),
      };
    });
    after(() => server.close());

    describe('by ioredis', () => itKeepsTheContract(() => stores.ioredis));
    describe('by node-redis', () => itKeepsTheContract(() => stores.nodeRedis));
    describe('in clear', () => itKeepsTheContract(() => stores.clear));
  });
});
