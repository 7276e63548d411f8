import { expect } from 'chai';
import { LEASE_MS, LONGEST_LEASE_MS, MAX_STORED_LENGTH } from '../../lib/ground/token-store.js';
import type { TokenStore } from '../../lib/index.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { tokenStoreContract } from '../../lib/testing.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

const keys = { k1: Buffer.alloc(32, 1) };

/** What every store must do. */
function itKeepsTheContract(makeStore: () => TokenStore): void {
  for (const { name, run } of tokenStoreContract(makeStore, { shared: true })) it(name, run);
}

describe('TokenStore', () => {
  it('has bounds that stores are built for', () => {
    expect([LEASE_MS, LONGEST_LEASE_MS, MAX_STORED_LENGTH]).to.deep.equal([3_000, 60_000, 32_768]);
  });

  describe('in memory', () => {
    const store = new MemoryTokenStore();
    itKeepsTheContract(() => store);
  });

  describeWithRedis('on Redis', () => {
    let server: RedisServer;
    let made = 0;
    let stores: { sealed: TokenStore[]; clear: TokenStore[] };
    before(async () => {
      server = await RedisServer.start();
      const clients = [server.ioredis(), await server.nodeRedis()];
      stores = {
        sealed: clients.map((client) => new RedisTokenStore({ client, keys })),
        clear: clients.map((client) => new RedisTokenStore({ client, sealed: false, prefix: 'clear:' })),
      };
    });
    after(() => server.close());
    /** By both clients in turn. */
    const oneOf = (pair: TokenStore[]) => pair[made++ % 2] as TokenStore;

    describe('by ioredis and node-redis', () => itKeepsTheContract(() => oneOf(stores.sealed)));
    describe('in clear', () => itKeepsTheContract(() => oneOf(stores.clear)));
  });
});
