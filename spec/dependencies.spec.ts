import https from 'node:https';
import { inspect } from 'node:util';
import axios, { Axios, AxiosError } from 'axios';
import { expect } from 'chai';
import { EventEmitter } from 'eventemitter3';
import { LRUCache } from 'lru-cache';
import pRetry from 'p-retry';
import sinon from 'sinon';
import { AuthorizationServer } from '../examples/embedded/authorization-server.js';
import { jsonAnswer, RawServer } from './support/raw-server.js';
import { rejection } from './support/rejection.js';
import { VirtualTime } from './support/virtual-time.js';

/** What this package relies on, or works around. An upgrade that changes one of these shows here first. */
describe('facts about', () => {
  describe('p-retry', () => {
    it('calls onFailedAttempt after every failed attempt, the last one too, and waits for it', async () => {
      const seen: number[] = [];
      await rejection(
        pRetry(() => Promise.reject(new Error('no')), {
          retries: 2,
          minTimeout: 0,
          onFailedAttempt: async ({ retriesLeft }) => {
            await new Promise(setImmediate);
            seen.push(retriesLeft);
          },
        }),
      );
      expect(seen).to.deep.equal([2, 1, 0]);
    });

    it('ends when onFailedAttempt throws', async () => {
      const attempt = sinon.stub().rejects(new Error('no'));
      const options = {
        retries: 5,
        minTimeout: 0,
        onFailedAttempt: () => Promise.reject(new Error('enough')),
      };
      expect((await rejection(pRetry(attempt, options))).message).to.equal('enough');
      expect(attempt.callCount).to.equal(1);
    });

    it('has no jitter at its cap, which is why the delays are ours', async () => {
      const time = new VirtualTime();
      const at: number[] = [];
      const done = rejection(
        pRetry(
          () => {
            at.push(Date.now());
            return Promise.reject(new Error('no'));
          },
          { retries: 3, minTimeout: 1_000, maxTimeout: 1_000, randomize: true },
        ),
      );
      await time.pass(10_000);
      await done;
      time.restore();
      expect(at.slice(1).map((when, index) => when - (at[index] ?? 0))).to.deep.equal([1_000, 1_000, 1_000]);
    });

    it('does not repeat a TypeError, which is why attempts reject with errors of ours alone', async () => {
      const attempt = sinon.stub().rejects(new TypeError('no'));
      await rejection(pRetry(attempt, { retries: 5, minTimeout: 0 }));
      expect(attempt.callCount).to.equal(1);
    });
  });

  describe('eventemitter3', () => {
    it('lets a listener that throws stop the others, which is why listeners are guarded', () => {
      const emitter = new EventEmitter();
      const heard = sinon.spy();
      emitter.on('x', () => {
        throw new Error('listener at fault');
      });
      emitter.on('x', heard);
      expect(() => emitter.emit('x')).to.throw('listener at fault');
      expect(heard.callCount).to.equal(0);
    });
  });

  describe('lru-cache', () => {
    const filled = (maxSize = 3) => {
      const cache = new LRUCache<string, object>({ maxSize, sizeCalculation: () => 1 });
      for (const key of ['a', 'b', 'c']) cache.set(key, {});
      return cache;
    };

    it('counts by maxSize, and lets the one used the longest ago go', () => {
      const cache = filled();
      cache.set('d', {});
      expect([[...cache.rkeys()], cache.size]).to.deep.equal([['b', 'c', 'd'], 3]);
    });

    it('takes no room ahead for a maxSize, as it does for a max', () => {
      expect(() => new LRUCache({ max: Number.MAX_SAFE_INTEGER })).to.throw(RangeError);
      expect(filled(Number.MAX_SAFE_INTEGER).size).to.equal(3);
    });

    it('begins rkeys and rvalues with the one used the longest ago', () => {
      const cache = filled();
      expect([...cache.rkeys()]).to.deep.equal(['a', 'b', 'c']);
      expect([...cache.rvalues()][0]).to.equal(cache.peek('a'));
    });

    it('puts in front what is got, and leaves alone what is peeked at', () => {
      const cache = filled();
      cache.peek('a');
      expect([...cache.rkeys()]).to.deep.equal(['a', 'b', 'c']);
      cache.get('a');
      expect([...cache.rkeys()]).to.deep.equal(['b', 'c', 'a']);
    });
  });

  describe('axios', () => {
    let server: RawServer;
    let thief: RawServer;
    let reply = jsonAnswer(200, {});
    before(async () => {
      server = await RawServer.start((socket) => socket.end(reply));
      thief = await RawServer.start((socket) => socket.end(jsonAnswer(200, {})));
    });
    after(() => Promise.all([server.stop(), thief.stop()]));
    const url = () => `http://127.0.0.1:${server.port}/`;

    it('holds the secrets of a request in its errors, which is why none of them goes up', async () => {
      reply = jsonAnswer(401, {});
      const error = await rejection(
        axios.post(url(), 'client_secret=s3cret', { auth: { username: 'a', password: 's3cret' } }),
      );
      expect(error).to.be.instanceOf(AxiosError);
      expect(inspect(error, { depth: null })).to.contain('client_secret=s3cret');
    });

    it('posts the body to wherever a 307 points, which is why redirects are off', async () => {
      reply = jsonAnswer(307, {}, `Location: http://127.0.0.1:${thief.port}/\r\n`);
      await axios.post(url(), 'client_secret=s3cret');
      expect(thief.requests[0]).to.contain('client_secret=s3cret');
    });

    it('hands axios.defaults on to axios.create(), but not to new Axios()', () => {
      axios.defaults.headers.common['X-Other'] = 'other';
      const [created, bare] = [axios.create(), new Axios()];
      delete axios.defaults.headers.common['X-Other'];
      expect(inspect(created.defaults)).to.contain('X-Other');
      expect(inspect(bare.defaults)).to.not.contain('X-Other');
    });

    it('lets null win over the defaults of an instance, and undefined not', () => {
      const http = axios.create({ auth: { username: 'a', password: 'b' } });
      const seen: unknown[] = [];
      http.defaults.adapter = async (config) => {
        seen.push(config.auth);
        return { data: '', status: 200, statusText: '', headers: {}, config };
      };
      return Promise.all([
        http.get('/', { auth: null } as never),
        http.get('/', { auth: undefined } as never),
      ]).then(() => {
        expect(seen).to.deep.equal([null, { username: 'a', password: 'b' }]);
      });
    });
  });

  it('Node: a timer of more than 2^31 - 1 ms fires at once, which is why long delays go in steps', async () => {
    const warn = sinon.stub(process, 'emitWarning');
    // Otherwise the time of this spec would be over.
    await new Promise((resolve) => setTimeout(resolve, 2 ** 31));
    warn.restore();
  });

  it('Node: an https agent passes its sockets through createConnection', () => {
    expect(https.Agent.prototype).to.respondTo('createConnection');
  });

  it('oidc-provider: is quiet as it is started here, and drops an unknown scope without a word', async () => {
    const said = (['log', 'info', 'warn', 'error'] as const).map((name) => sinon.spy(console, name));
    const server = await AuthorizationServer.start({ clientId: 'acme', clientSecret: 's3cret' });
    const { data } = await axios.post(
      server.tokenEndpoint,
      'grant_type=client_credentials&scope=read+unknown',
      {
        auth: { username: 'acme', password: 's3cret' },
      },
    );
    await server.stop();
    sinon.restore();
    expect(said.map(({ callCount }) => callCount)).to.deep.equal([0, 0, 0, 0]);
    expect(data).to.include({ scope: 'read', token_type: 'Bearer' });
  });
});
