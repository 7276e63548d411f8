import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import axios from 'axios';
import { expect } from 'chai';
import { Agent } from 'undici';
import { createAuthorizedFetch } from '../../../lib/fetch.js';
import {
  attachToken,
  type ClientHandle,
  ConfigurationError,
  ProviderClosedError,
  type TargetOptions,
  TokenEndpointError,
  TokenProvider,
  TokenRequestError,
} from '../../../lib/index.js';
import { FakeProvider } from '../../../lib/testing/fake/fake-provider.js';
import { tokenInterceptor } from '../../../lib/undici.js';
import { ApiServer, takingOnly } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

/** Members of the real provider that are right for the fake one as they are. */
const INHERITED = ['constructor', 'maxWaitMs', 'prover', 'authorize', Symbol.asyncDispose];

describe('FakeProvider', () => {
  it('has a method of its own for each that a real provider has', () => {
    const own = Reflect.ownKeys(FakeProvider.prototype);
    const missing = Reflect.ownKeys(TokenProvider.prototype).filter((name) => !own.includes(name));
    expect(missing).to.deep.equal(INHERITED.slice(1));
  });

  it('is a provider, to the compiler and when the program runs', async () => {
    const provider: TokenProvider = new FakeProvider();
    // Each member by its type: the compiler refuses this where one is missing or another.
    const same: { [Name in keyof TokenProvider]: TokenProvider[Name] } = new FakeProvider();
    const handle: ClientHandle = same.forClient({});
    expect(provider).to.be.instanceOf(TokenProvider);
    expect([await same.getToken(), await handle.getToken()]).to.deep.equal(['fake-token', 'fake-token']);
    expect(provider.maxWaitMs).to.equal(30_000);
  });

  it('authorizes requests by its tokens', async () => {
    const fake = new FakeProvider({ token: 'abc' });
    const headers = await fake.authorize({ method: 'GET', url: 'https://api.example/', scope: 'read' });
    expect(headers).to.deep.equal({ Authorization: 'Bearer abc' });
    expect(fake.calls).to.deep.equal([{ method: 'getToken', target: { scope: 'read' } }]);
  });

  it('shows nothing of itself', () => {
    const fake = new FakeProvider({ token: 'abc' });
    expect(Reflect.ownKeys(fake)).to.deep.equal([]);
    expect(inspect(fake, { depth: 9, showHidden: true })).to.not.contain('abc');
  });

  it('arms no timer but for who waits, and sends nothing', async () => {
    const time = new VirtualTime();
    const sent: unknown[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (...call) => {
      sent.push(call);
      throw new Error('no');
    };
    try {
      const fake = new FakeProvider();
      await fake.getToken();
      await fake.refresh();
      fake.fail().expire();
      await rejection(fake.getToken({ clientId: 'b' }));
      fake.hang();
      const waiting = rejection(fake.getToken());
      fake.health();
      fake.status();
      await fake.close();
      await waiting;
      expect([time.armed, sent]).to.deep.equal([0, []]);
    } finally {
      globalThis.fetch = fetch;
      time.restore();
    }
  });

  it('is told of its life by the test', async () => {
    const fake = new FakeProvider({ token: ['t1', 't2', 't3'], clientId: 'orders' });
    expect(fake.peek()).to.equal(undefined);
    expect(await fake.getToken()).to.equal('t1');
    expect(fake.peek()).to.include({ value: 't1', tokenType: 'Bearer' });
    expect(fake.fail().health().status).to.equal('warn');
    expect(fake.expire().health().status).to.equal('fail');
    expect(fake.set().health().status).to.equal('pass');
    expect(await fake.getToken()).to.equal('t2');
    expect(await fake.set({ token: 'own', scope: 'read' }).getToken()).to.equal('own');
    expect(fake.peek()?.scope).to.equal('read');
    expect((await fake.refresh()).value).to.equal('own');
    expect(fake.status()[0]?.target.clientId).to.equal('orders');
  });

  it('has a script for each target, or one for all', async () => {
    const fake = new FakeProvider({ token: ({ clientId }) => `of-${clientId}` });
    const ask = (clientId: string) => fake.getToken({ clientId }).catch(({ code }: { code: string }) => code);
    expect([await ask('a'), await ask('b')]).to.deep.equal(['of-a', 'of-b']);
    fake.fail(new TokenRequestError('no', 'ECONNRESET', true), { clientId: 'a' }).expire({ clientId: 'a' });
    expect([await ask('a'), await ask('b')]).to.deep.equal(['ERR_TOKEN_REQUEST', 'of-b']);
    fake.set({ token: 'mine' }, { clientId: 'a' });
    expect([await ask('a'), await ask('b'), await ask('c')]).to.deep.equal(['mine', 'of-b', 'of-c']);
    fake.hang({ clientId: 'd' });
    const waiting = ask('d');
    fake.set({ token: 'all' });
    expect([await waiting, await ask('a'), await ask('e')]).to.deep.equal(['all', 'all', 'all']);
    fake.fail().expire();
    expect([await ask('a'), await ask('f')]).to.deep.equal(Array(2).fill('ERR_TOKEN_UNAVAILABLE'));
    expect(fake.status()).to.have.length(7);
    expect(Object.isFrozen(fake.status())).to.equal(true);
  });

  for (const [what, look] of [
    ['peek', (fake, target) => fake.peek(target)],
    ['peek of a handle', (fake, target) => fake.forClient(target).peek()],
    ['expire', (fake, target) => void fake.expire(target)],
  ] as const satisfies readonly [string, (fake: FakeProvider, target: TargetOptions) => unknown][])
    it(`makes no entry for ${what}`, async () => {
      const fake = new FakeProvider();
      expect(look(fake, { scope: 'x' })).to.equal(undefined);
      expect([fake.status().length, fake.health().entries.length]).to.deep.equal([1, 1]);
    });

  it('keeps what was set for all apart from what was set for one', async () => {
    const fake = new FakeProvider({ token: 'first' });
    const both = async () => [await fake.getToken(), await fake.getToken({ clientId: 'a' })];
    fake.set({ token: 'mine' }, { clientId: 'a' });
    expect(await both()).to.deep.equal(['first', 'mine']);
    fake.set({ scope: 'read' });
    expect(await both()).to.deep.equal(['first', 'first']);
    fake.set({ token: 'second' }).set();
    expect(await both()).to.deep.equal(['second', 'second']);
    expect(fake.forClient({ clientId: 'a' }).peek()).to.include({ value: 'second', scope: 'read' });
  });

  it('writes down who asked for what', async () => {
    const fake = new FakeProvider({ token: 'abc' });
    await fake.getToken();
    await fake.getToken({ clientId: 'b', maxWaitMs: 5 });
    const handle = fake.forClient({ clientId: 'c', scope: 'read' });
    await handle.getToken();
    await handle.getToken({ minValidityMs: 1 });
    await handle.refresh();
    await fake.refresh();
    fake.invalidate('old');
    await fake.close();
    expect(fake.calls).to.deep.equal([
      { method: 'getToken', target: {} },
      { method: 'getToken', target: { clientId: 'b' }, options: { maxWaitMs: 5 } },
      { method: 'getToken', target: { clientId: 'c', scope: 'read' } },
      { method: 'getToken', target: { clientId: 'c', scope: 'read' }, options: { minValidityMs: 1 } },
      { method: 'refresh', target: { clientId: 'c', scope: 'read' } },
      { method: 'refresh', target: {} },
      { method: 'invalidate', token: 'old' },
      { method: 'close' },
    ]);
  });

  it('emits what happens, and what the test says', async () => {
    const fake = new FakeProvider();
    const heard: unknown[] = [];
    const listener = (event: object) => heard.push(event);
    fake.on('refresh', listener).once('degrade', listener);
    await fake.getToken();
    fake.emit('degrade', { trouble: 'write' }).emit('degrade').emit('evict');
    fake.off('refresh', listener);
    await fake.refresh();
    expect(heard).to.have.length(2);
    expect(heard[0]).to.include({ reason: 'absent' });
    expect(heard[1]).to.deep.include({ trouble: 'write', target: fake.status()[0]?.target });
    expect(Object.isFrozen(heard[1])).to.equal(true);
  });

  it('publishes its events on the channels of the real one', async () => {
    const published: unknown[] = [];
    const note = (event: unknown) => published.push(event);
    subscribe('m2m-token-provider:refresh', note);
    try {
      const fake = new FakeProvider();
      await fake.getToken();
      expect(published).to.have.length(1);
      expect(published[0]).to.deep.include({ reason: 'absent', target: fake.status()[0]?.target });
    } finally {
      unsubscribe('m2m-token-provider:refresh', note);
    }
  });

  it('is closed for good', async () => {
    const fake = new FakeProvider();
    const handle = fake.forClient({});
    await handle.getToken();
    {
      await using closing = fake;
      expect(closing.health().status).to.equal('pass');
    }
    for (const call of [
      () => fake.getToken(),
      () => fake.refresh(),
      () => handle.getToken(),
      () => handle.refresh(),
    ])
      expect(await rejection(call())).to.be.instanceOf(ProviderClosedError);
    expect([fake.peek(), handle.peek(), fake.health().status]).to.deep.equal([undefined, undefined, 'fail']);
  });

  for (const target of [undefined, {}, { scope: 'never asked for' }])
    it(`stays closed whatever is set for ${JSON.stringify(target) ?? 'all'}`, async () => {
      const fake = new FakeProvider();
      const heard: unknown[] = [];
      for (const name of ['refresh', 'failure', 'expire'] as const)
        fake.on(name, (event) => heard.push(event));
      await fake.close();
      fake
        .set({ token: 'zombie' }, target)
        .fail(undefined, target)
        .hang(target)
        .set({}, target)
        .expire(target);
      expect([fake.peek(target), heard]).to.deep.equal([undefined, []]);
      expect(fake.status().map(({ state }) => state)).to.deep.equal(['absent']);
      expect(await rejection(fake.getToken(target))).to.be.instanceOf(ProviderClosedError);
    });

  it('tells a caller of its signal first, also after the end, if it knows the target', async () => {
    const fake = new FakeProvider();
    await fake.close();
    const signal = AbortSignal.abort(new Error('enough'));
    expect((await rejection(fake.getToken({ signal }))).message).to.equal('enough');
    expect(await rejection(fake.getToken({ signal, scope: 'a' }))).to.be.instanceOf(ProviderClosedError);
  });

  describe('with attached clients', () => {
    let api: ApiServer;
    let fake: FakeProvider;
    beforeEach(async () => {
      api = await ApiServer.start();
      api.answer = takingOnly('t2');
      fake = new FakeProvider({ token: ['t1', 't2'] });
    });
    afterEach(async () => {
      await api.stop();
      expect(api.tokens).to.deep.equal(['t1', 't2']);
      expect(fake.calls.find(({ method }) => method === 'invalidate')).to.deep.equal({
        method: 'invalidate',
        token: 't1',
      });
    });

    it('serves axios, also after a 401', async () => {
      const client = axios.create({ baseURL: api.origin });
      attachToken(client, fake);
      expect((await client.get('/', { timeout: 5_000 })).data).to.equal('yes');
    });

    it('serves fetch, also after a 401', async () => {
      const response = await createAuthorizedFetch(fake, { origins: api.origin })(api.origin);
      expect(await response.text()).to.equal('yes');
    });

    it('serves undici, also after a 401', async () => {
      const agent = new Agent();
      const dispatcher = agent.compose(tokenInterceptor(fake, { origins: api.origin }));
      const { body } = await dispatcher.request({ origin: api.origin, path: '/', method: 'GET' });
      expect(await body.text()).to.equal('yes');
      await agent.close();
    });
  });

  for (const [what, call, words] of [
    ['options', () => new FakeProvider(7 as never), 'fakeProvider options: must be a plain object; got 7.'],
    [
      'an option',
      () => new FakeProvider({ tokn: 1 } as never),
      'tokn: is not among the fakeProvider options.',
    ],
    ['a client', () => new FakeProvider({ clientId: '' }), 'clientId: must be a non-empty string'],
    ['a token', () => new FakeProvider({ token: 'a b' }), 'token: must be text'],
    ['what is set', () => new FakeProvider().set('abc' as never), 'token options: must be a plain object'],
    [
      'whom it is set for',
      () => new FakeProvider().set({}, { client: 'a' } as never),
      'client: is not among',
    ],
    ['whom it fails for', () => new FakeProvider().fail(undefined, 'a' as never), 'target options: must be'],
    ['whom it hangs for', () => new FakeProvider().hang('a' as never), 'target options: must be'],
    ['whose token ends', () => new FakeProvider().expire(null as never), 'target options: must be'],
    [
      'what is no failure',
      () => new FakeProvider().fail(new Error('a') as never),
      'error: must be a TokenEndpointError, a',
    ],
    [
      'a client id of null',
      () => new FakeProvider({ clientId: null as never }),
      'clientId: must be a non-empty',
    ],
    [
      'an event of text',
      () => new FakeProvider().emit('refresh', 'due' as never),
      'event fields: must be a plain object; got a string.',
    ],
    ['what is no event', () => new FakeProvider().emit('error' as never), "event: must be one of 'refresh'"],
    [
      'what is no listener',
      () => new FakeProvider().on('refresh', 7 as never),
      'listener: must be a function',
    ],
    [
      'what is no token',
      () => new FakeProvider().invalidate(7 as never),
      'token: must be the rejected token itself',
    ],
    [
      'no target',
      () => new FakeProvider().forClient(null as never),
      'target options: must be a plain object',
    ],
    ['whose token is looked at', () => new FakeProvider().peek('a' as never), 'target options: must be'],
  ] as const)
    it(`throws for ${what}`, () => {
      expect(call).to.throw(ConfigurationError, words);
    });

  it('rejects calls that a real provider rejects, and writes none of them down', async () => {
    const fake = new FakeProvider();
    for (const call of [
      () => fake.getToken(null as never),
      () => fake.getToken({ maxWait: 1 } as never),
      () => fake.forClient({}).getToken({ clientId: 'a' } as never),
      () => fake.refresh('a' as never),
    ])
      expect(await rejection(call())).to.be.instanceOf(ConfigurationError);
    expect(fake.calls).to.deep.equal([]);
  });

  it('takes no error that does not say whether it is permanent, which callers would take for an outage', () => {
    const error = new TokenEndpointError('no', { httpStatus: 401, error: 'invalid_client' } as never);
    expect(() => new FakeProvider().fail(error)).to.throw(
      ConfigurationError,
      'error: must say whether it is',
    );
  });

  it('may have any error of a token request', async () => {
    const refused = new TokenEndpointError('no', {
      httpStatus: 401,
      error: 'invalid_client',
      permanent: true,
    });
    expect(await rejection(new FakeProvider().fail(refused).getToken())).to.equal(refused);
  });
});
