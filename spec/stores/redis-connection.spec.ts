import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { connect, RedisScript } from '../../lib/stores/redis-connection.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { rejection } from '../support/rejection.js';

describe('connect', () => {
  for (const [what, client] of [
    ['nothing', undefined],
    ['null', null],
    ['an address', 'redis://localhost'],
    ['an object that runs no scripts', { get: () => 1 }],
    ['one that runs scripts by their text alone', { eval: () => 1 }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => connect(client)).to.throw(
        ConfigurationError,
        'client: must be a client of ioredis or node-redis',
      );
    });
  }

  describeWithRedis('to Redis', () => {
    let server: RedisServer;
    before(async () => {
      server = await RedisServer.start();
    });
    after(() => server.close());

    const script = new RedisScript('return { KEYS[1], KEYS[2], ARGV[1], ARGV[2], false, 7 }');
    const clients = {
      ioredis: async () => server.ioredis(),
      'ioredis with a prefix': async () => server.ioredis({ keyPrefix: '' }),
      'node-redis': () => server.nodeRedis(),
    };

    for (const [name, open] of Object.entries(clients)) {
      it(`runs scripts by ${name}, also after the server has forgotten them`, async () => {
        const run = connect(await open());
        for (let time = 0; time < 2; time += 1) {
          await server.ioredis().script('FLUSH');
          expect(await run(script, ['a', 'b'], ['x', 5])).to.deep.equal(['a', 'b', 'x', '5', null, 7]);
        }
        const before = await countEvals();
        await run(script, ['a', 'b'], [1, 2]);
        expect(await countEvals()).to.equal(before);
      });

      it(`passes on the errors of ${name}`, async () => {
        const run = connect(await open());
        const broken = new RedisScript(`return redis.call('INCR', KEYS[1], 'too', 'much')`);
        expect((await rejection(run(broken, ['a'], []))).message).to.match(/^ERR .*number of args/);
      });
    }

    /** How often a script was sent as text. */
    const countEvals = async (): Promise<number> => {
      const stats = await server.ioredis().info('commandstats');
      return Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
  });
});
