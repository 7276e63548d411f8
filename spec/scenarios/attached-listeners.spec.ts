import { EventEmitter, getEventListeners } from 'node:events';
import { expect } from 'chai';
import { Agent, type Dispatcher } from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { TokenProvider } from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { ApiServer, startTokenEndpoint, takingOnly } from '../support/api-server.js';
import { rejection } from '../support/rejection.js';
import { warningsOf } from '../support/warnings.js';

const CALLS = 10_000;
const AT_ONCE = 4;

type Send = (signal: unknown) => Promise<unknown>;

/** All calls, a few at once: undici itself listens once for each, and Node.js warns of more than ten. */
const callOften = async (send: Send, signal: unknown, calls = CALLS) => {
  for (let count = 0; count < calls; count += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => send(signal)));
};
const listenersOf = (signal: unknown) =>
  signal instanceof EventEmitter
    ? signal.listenerCount('abort')
    : getEventListeners(signal as AbortSignal, 'abort').length;

const emitting = () => {
  const signal = new EventEmitter();
  return { signal, abort: () => void signal.emit('abort') };
};
const aborting = () => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
};

describe('what ends a request early is let go with it', function () {
  this.timeout(60_000);
  let tokens: ApiServer;
  let api: ApiServer;
  let agent: Agent;
  let provider: TokenProvider;
  beforeEach(async () => {
    [tokens, api] = await Promise.all([startTokenEndpoint(), ApiServer.start()]);
    agent = new Agent({ connections: AT_ONCE });
    provider = new TokenProvider({ tokenEndpoint: tokens.origin, clientId: 'acme', clientSecret: 'hush' });
  });
  afterEach(async () => {
    await provider.close();
    await agent.destroy();
    await Promise.all([tokens, api].map((server) => server.stop()));
  });

  /** What the platform's fetch itself leaves until the next collection of garbage is not ours: it only answers here. */
  const answering = async () => new Response('yes');
  const fetchOf = (target?: () => Promise<object>): Send => {
    const options = { origins: api.origin, fetch: answering, ...(target && { target }) };
    const authorized = createAuthorizedFetch(provider, options);
    return (signal) => authorized(api.origin, { signal: signal as AbortSignal });
  };
  const undiciOf = (target?: () => Promise<object>): Send => {
    const composed = agent.compose(
      tokenInterceptor(provider, { origins: api.origin, ...(target && { target }) }),
    );
    return async (signal) => {
      const options = { origin: api.origin, path: '/', method: 'GET', signal };
      const { body } = await composed.request(options as Dispatcher.RequestOptions);
      await body.text();
    };
  };
  const target = async () => {
    await new Promise(setImmediate);
    return {};
  };

  const kinds = {
    'fetch and a signal': { make: () => new AbortController().signal, open: fetchOf },
    'undici and a signal': { make: () => new AbortController().signal, open: undiciOf },
    'undici and an emitter': { make: () => new EventEmitter(), open: undiciOf },
  };
  for (const [name, { make, open }] of Object.entries(kinds)) {
    describe(name, () => {
      for (const [how, tell] of [
        ['', undefined],
        [', with a target function', target],
      ] as const) {
        it(`after ${CALLS} calls${how}`, async () => {
          const signal = make();
          const warnings = await warningsOf(() => callOften(open(tell), signal));
          expect([listenersOf(signal), warnings]).to.deep.equal([0, []]);
        });
      }

      it('after waits for a token, and for a newer one', async () => {
        const signal = make();
        api.answer = takingOnly('t2');
        const warnings = await warningsOf(() => callOften(open(), signal, 2 * AT_ONCE));
        expect([listenersOf(signal), warnings, tokens.seen.length > 0]).to.deep.equal([0, [], true]);
      });

      it('after waits that the signal ends', async () => {
        tokens.answer = () => undefined;
        const { signal, abort } = make() instanceof EventEmitter ? emitting() : aborting();
        const waits = Array.from({ length: AT_ONCE }, () => rejection(open()(signal)));
        while (tokens.seen.length === 0) await new Promise(setImmediate);
        expect(listenersOf(signal)).to.be.above(0);
        abort();
        for (const { name } of await Promise.all(waits)) expect(name).to.equal('AbortError');
        expect(listenersOf(signal)).to.equal(0);
      });

      it('after waits that end because the provider is closed, or has no token', async () => {
        const signal = make();
        tokens.answer = (_, response) => response.writeHead(401).end('{"error":"invalid_client"}');
        await rejection(open()(signal));
        tokens.answer = () => undefined;
        const other = new TokenProvider({
          tokenEndpoint: tokens.origin,
          clientId: 'b',
          clientSecret: 'hush',
        });
        [provider] = [other, await provider.close()];
        const waits = Array.from({ length: AT_ONCE }, () => rejection(open(target)(signal)));
        while (tokens.seen.length < 2) await new Promise(setImmediate);
        await provider.close();
        await Promise.all(waits);
        expect(listenersOf(signal)).to.equal(0);
      });
    });
  }

  it('thirty waiting at once for one signal make no warning', async () => {
    const { signal } = new AbortController();
    const { answer } = tokens;
    let letGo = (): void => undefined;
    tokens.answer = (seen, response) => {
      letGo = () => answer(seen, response);
    };
    const warnings = await warningsOf(async () => {
      const send = fetchOf(target);
      const waits = Array.from({ length: 30 }, () => send(signal));
      while (tokens.seen.length === 0) await new Promise(setImmediate);
      letGo();
      await Promise.all(waits);
    });
    expect([warnings, listenersOf(signal)]).to.deep.equal([[], 0]);
  });

  it('leaves no more on a signal than the fetch of the platform does', async () => {
    const leaveBy = async (send: typeof fetch) => {
      const { signal } = new AbortController();
      for (let count = 0; count < 50; count += 1) await (await send(api.origin, { signal })).text();
      return listenersOf(signal);
    };
    const authorized = createAuthorizedFetch(provider, { origins: api.origin, target });
    expect(await leaveBy(authorized)).to.be.at.most(await leaveBy(fetch));
  });
});
