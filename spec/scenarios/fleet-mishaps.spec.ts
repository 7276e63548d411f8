import { expect } from 'chai';
import {
  MemoryTokenStore,
  TokenProvider,
  type TokenProviderOptions,
  type TokenStore,
} from '../../lib/index.js';
import { runChild } from '../support/child.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

/** Each of these has gone wrong once. */
describe('a fleet: mishaps', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let memory: MemoryTokenStore;
  let providers: TokenProvider[];
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    memory = new MemoryTokenStore();
    providers = [];
  });
  afterEach(async () => {
    const closed = Promise.all(providers.map((provider) => provider.close()));
    await time.pass(2_000);
    await closed;
    expect(time.armed).to.equal(0);
    time.restore();
  });

  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const like = (changes: Partial<TokenStore> = {}, store: TokenStore = memory): TokenStore => ({
    read: (target) => store.read(target),
    takeLease: (target, owner, ms) => store.takeLease(target, owner, ms),
    extendLease: (target, owner, ms) => store.extendLease(target, owner, ms),
    releaseLease: (target, owner) => store.releaseLease(target, owner),
    write: (target, owner, token) => store.write(target, owner, token),
    ...changes,
  });
  const make = (
    store: TokenStore | null = memory,
    options: Partial<TokenProviderOptions> = {},
  ): TokenProvider => {
    const provider = new TokenProvider({
      subdomain: 'acme',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: server.http,
      store: store ?? undefined,
      ...options,
    });
    providers.push(provider);
    return provider;
  };
  const fleet = (size: number, store?: TokenStore, options?: Partial<TokenProviderOptions>) =>
    Array.from({ length: size }, () => make(store, options));
  const grant = (request: ScriptedRequest, count: number) => request.grant(`t${count}`);
  const answerAfter = (ms: number, answer = grant) => {
    server.respond = (request, count) => void setTimeout(() => answer(request, count), ms);
  };
  const outcomeOf = (token: Promise<string>): Promise<string> => token.catch((error: Error) => error.name);
  const outcomes = async (all: readonly TokenProvider[], withinMs = 31_000): Promise<string[]> => {
    const got = Promise.all(all.map((provider) => outcomeOf(provider.getToken())));
    await time.pass(withinMs);
    return got;
  };
  const degradesOf = (all: readonly TokenProvider[]): string[] => {
    const told: string[] = [];
    for (const provider of all) {
      provider.on('degrade', ({ trouble }) => told.push(trouble));
      provider.on('recover', ({ trouble }) => told.push(`${trouble} again`));
    }
    return told;
  };

  it('a lease that nobody has, and nobody gets', async () => {
    server.respond = grant;
    expect(await outcomes([make(like({ takeLease: async () => false }))], 1_000)).to.deep.equal(['t1']);
  });

  it('owners that change all the time', async () => {
    server.respond = grant;
    let count = 0;
    const store = like({ read: async () => ({ owner: `owner ${count++}` }), takeLease: async () => false });
    expect(await outcomes([make(store)], 14_000)).to.deep.equal(['t1']);
  });

  it('a store to which nothing can be written', async () => {
    answerAfter(100);
    const all = fleet(24, like({ write: () => Promise.reject(new Error('The vault is sealed')) }));
    expect((await outcomes(all)).filter((token) => !/^t/.test(token))).to.deep.equal([]);
  });

  const boom = (): never => {
    throw new Error('boom');
  };
  for (const [what, read] of Object.entries({
    'a token that throws when looked at': () => Object.defineProperty({}, 'token', { get: boom }),
    'a value that throws when looked at': () => ({
      token: Object.defineProperty({}, 'value', { get: boom, enumerable: true }),
    }),
    'a fault that is no text': () => ({ fault: Symbol('odd') }),
    'an error that throws when looked at': () => {
      throw Object.defineProperty(new Error('odd'), 'code', { get: boom });
    },
    'an error with an odd name': () => {
      throw Object.assign(new Error('odd'), { name: Symbol('odd') });
    },
    'an object that is another each time': () => new Proxy({}, { getPrototypeOf: boom }),
  })) {
    it(what, async () => {
      server.respond = grant;
      expect(await outcomes([make(like({ read: async () => read() as never }))], 1_000)).to.deep.equal([
        't1',
      ]);
    });
  }

  it('a value that is another when looked at again', async () => {
    server.respond = grant;
    let looks = 0;
    const token = {
      tokenType: 'Bearer',
      scope: undefined,
      lifetimeMs: 600_000,
      isLifetimeGuessed: false,
      remainingMs: 500_000,
      get value() {
        looks += 1;
        return looks === 1 ? 'good' : ({ evil: true } as never);
      },
    };
    expect(await outcomes([make(like({ read: async () => ({ token }) }))], 100)).to.deep.equal(['good']);
  });

  it('others who reach the store, but not the token endpoint', async () => {
    answerAfter(50);
    const sick = new ScriptedServer();
    for (const provider of fleet(4, memory, { http: sick.http })) void outcomeOf(provider.getToken());
    await time.pass(10);
    expect(await outcomes([make()], 14_000)).to.deep.equal(['t1']);
  });

  it('a holder who is cut off, and comes back with an older token', async () => {
    let isCut = false;
    const waiting: (() => void)[] = [];
    const gate = <Result>(work: () => Promise<Result>): Promise<Result> =>
      isCut ? new Promise((resolve) => waiting.push(() => resolve(work()))) : work();
    const cutOff = make(
      like({
        extendLease: (target, owner, ms) => gate(() => memory.extendLease(target, owner, ms)),
        write: (target, owner, token) => gate(() => memory.write(target, owner, token)),
      }),
    );
    const first = cutOff.getToken();
    await time.pass(500);
    isCut = true;
    const second = make().getToken();
    await time.pass(5_000);
    server.requests[1]?.grant('newer');
    await time.pass(100);
    expect(await second).to.equal('newer');
    server.requests[0]?.grant('older');
    await first;
    isCut = false;
    for (const send of waiting) send();
    await time.pass(100);
    expect(await outcomes([make()], 100)).to.deep.equal(['newer']);
  });

  it('a slow store, and a slow token endpoint', async () => {
    answerAfter(8_000);
    const all = fleet(
      10,
      like({
        read: async (target) => {
          await sleep(40);
          return memory.read(target);
        },
      }),
    );
    const told = degradesOf(all);
    expect(new Set(await outcomes(all))).to.deep.equal(new Set(['t1']));
    expect([server.requests.length, told]).to.deep.equal([1, []]);
  });

  it('a wall clock that is set while the store answers', async () => {
    server.respond = grant;
    const provider = make(
      like({
        read: async (target) => {
          await sleep(10);
          return memory.read(target);
        },
      }),
    );
    const told = degradesOf([provider]);
    void provider.getToken();
    await time.pass(5);
    time.stepWallClock(3_600_000);
    await time.pass(5_000);
    expect(told).to.deep.equal([]);
  });

  it('a store that was out of order once, for those who seldom ask', async () => {
    server.respond = grant;
    let isDown = true;
    const store = like({
      read: (target) => (isDown ? Promise.reject(new Error('down')) : memory.read(target)),
    });
    const seldom = make(store, { refresh: { background: false } });
    const told = degradesOf([seldom]);
    await outcomes([seldom]);
    isDown = false;
    for (let count = 0; count < 3; count += 1) {
      await time.pass(700_000);
      await outcomes([make(), seldom]);
    }
    expect(told).to.deep.equal(['read', 'read again']);
  });

  it('tokens rejected everywhere, after the store was out of order', async () => {
    answerAfter(50);
    let isDown = false;
    const all = fleet(
      24,
      like({ read: (target) => (isDown ? Promise.reject(new Error('down')) : memory.read(target)) }),
    );
    const round = async (): Promise<number> => {
      const before = server.requests.length;
      for (const provider of all) {
        const held = provider.peek();
        if (held) provider.invalidate(held.value);
        void outcomeOf(provider.getToken());
      }
      await time.pass(60_000);
      return server.requests.length - before;
    };
    const counts = [await round()];
    isDown = true;
    counts.push(await round());
    isDown = false;
    counts.push(await round(), await round());
    expect([counts[0], counts[3]]).to.deep.equal([1, 1]);
  });

  it('refresh() everywhere within a moment', async () => {
    answerAfter(5);
    const all = fleet(24);
    await outcomes(all);
    const before = server.requests.length;
    all.forEach((provider, index) => void setTimeout(() => void provider.refresh(), index * 4));
    await time.pass(10_000);
    expect(server.requests.length - before).to.equal(1);
  });

  it('one that is closed between the lease and its request', async () => {
    server.respond = grant;
    const slow = like({
      read: async (target) => {
        await sleep(20);
        return memory.read(target);
      },
    });
    const closed = make(slow);
    void outcomeOf(closed.getToken());
    await time.pass(30);
    await Promise.all([closed.close(), time.pass(100)]);
    expect(await outcomes([make(slow)], 500)).to.deep.equal(['t1']);
  });

  it('one that is closed as soon as it has its token', async () => {
    server.respond = grant;
    const closed = make(
      like({
        write: async (target, owner, token) => {
          await sleep(50);
          return memory.write(target, owner, token);
        },
      }),
    );
    const token = closed.getToken();
    await time.settle();
    await token;
    let isClosed = false;
    const ended = closed.close().then(() => {
      isClosed = true;
    });
    await time.pass(49);
    expect(isClosed).to.equal(false);
    await time.pass(1);
    await ended;
    expect(await outcomes([make()], 100)).to.deep.equal(['t1']);
  });

  it('a caller who wants a longer life than the stored token has left', async () => {
    server.respond = grant;
    await outcomes([make()], 200_000);
    const got = outcomeOf(make().getToken({ minValidityMs: 500_000 }));
    await time.pass(1_000);
    expect(await got).to.equal('t2');
  });

  it('a caller who wanted a token of long life, once', async () => {
    answerAfter(50);
    const all = fleet(5, memory, { refresh: { keepWarm: true } });
    const [first] = all as [TokenProvider];
    void first.getToken({ minValidityMs: 580_000 });
    await outcomes(all, 3_600_000);
    expect(server.requests.length).to.be.at.most(19);
  });

  it('refresh() while somebody has the lease for ever', async () => {
    server.respond = grant;
    let isForged = false;
    const store = like({
      read: async (target) => (isForged ? { owner: 'forged' } : memory.read(target)),
      takeLease: async (target, owner, ms) => !isForged && memory.takeLease(target, owner, ms),
    });
    const provider = make(store);
    await outcomes([provider], 100);
    isForged = true;
    const refreshed = provider.refresh();
    await time.pass(15_000);
    expect((await refreshed).value).to.equal('t2');
  });

  it('refresh() again and again while the store hangs', async () => {
    server.respond = grant;
    let hangs = false;
    const store = like({
      read: (target) => (hangs ? new Promise<never>(() => undefined) : memory.read(target)),
    });
    const provider = make(store);
    await outcomes([provider], 100);
    hangs = true;
    const took: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      await time.pass(20_000);
      const since = performance.now();
      void provider.refresh().then(() => took.push(performance.now() - since));
      await time.pass(1_000);
    }
    expect([took.length, took.filter((ms) => ms >= 500).length]).to.deep.equal([4, 1]);
  });

  it('a look at the store while a lease of our own rests', async () => {
    let isUp = false;
    let isDown = false;
    server.respond = (request, count) => (isUp ? grant(request, count) : request.answer(503));
    const provider = make(
      like({ read: (target) => (isDown ? Promise.reject(new Error('down')) : memory.read(target)) }),
    );
    const until = async (requests: number): Promise<void> => {
      while (server.requests.length < requests) {
        void outcomeOf(provider.getToken());
        await time.pass(50);
      }
    };
    await until(4);
    isDown = true;
    await until(5);
    isDown = false;
    isUp = true;
    await until(6);
    await time.pass(100);
    expect(await outcomes([make()], 1_000)).to.deep.equal(['t6']);
  });

  it('an answer of the store that is long on its way', async () => {
    server.respond = (request, count) => request.grant(`t${count}`, { expires_in: 1 });
    const refresh = { background: false };
    await outcomes([make(memory, { refresh })], 350);
    const late = make(
      like({
        read: async (target) => {
          const state = await memory.read(target);
          await sleep(450);
          return state;
        },
      }),
      { refresh },
    );
    void outcomeOf(late.getToken());
    let last = 0;
    for (let at = 350; at < 2_000; at += 10) {
      if (late.peek()?.value === 't1') last = at;
      await time.pass(10);
    }
    expect(last).to.be.below(1_000);
  });

  it('a token that was rejected, and comes back from the store', async () => {
    server.respond = grant;
    let isLost = false;
    const provider = make(
      like({ write: async (target, owner, token) => !isLost && memory.write(target, owner, token) }),
    );
    await outcomes([provider], 60_000);
    isLost = true;
    for (const rejected of ['t1', 't2']) {
      provider.invalidate(rejected);
      await time.pass(60_000);
    }
    expect(provider.peek()?.value).to.equal('t3');
  });

  it('a token that is too long for the store, beside another', async () => {
    server.respond = (request, count) =>
      request.grant(`${request.config.data}`.includes('long') ? 'x'.repeat(40_000) : `t${count}`);
    const provider = make();
    const told = degradesOf([provider]);
    void make().getToken({ scope: 'a' });
    await time.pass(100);
    void provider.getToken({ scope: 'long' });
    await time.pass(100);
    void provider.getToken({ scope: 'a' });
    await time.pass(100);
    expect([server.requests.length, told]).to.deep.equal([2, ['record']]);
  });

  it('a store that says null where nobody has the lease', async () => {
    server.respond = grant;
    const store = like({
      read: async (target) => {
        const state = await memory.read(target);
        return { ...state, owner: state.owner ?? (null as never) };
      },
    });
    expect(await outcomes([make(store)], 1_000)).to.deep.equal(['t1']);
  });

  it('recovery from an outage without a token', async () => {
    const counts: number[] = [];
    for (const store of [null, memory]) {
      server = new ScriptedServer();
      server.respond = (request) => request.answer(503);
      const all = fleet(6, store as never);
      for (let second = 0; second < 60; second += 1) {
        for (const provider of all) void outcomeOf(provider.getToken());
        await time.pass(1_000);
      }
      server.respond = grant;
      const got = await outcomes(all, 10_000);
      counts.push(got.filter((token) => /^t/.test(token)).length);
    }
    expect(counts).to.deep.equal([6, 6]);
  });

  it('a bad record that stays', async () => {
    server.respond = grant;
    const provider = make(like({ read: async () => ({ fault: 'is forged' }), write: async () => false }), {
      refresh: { keepWarm: true },
    });
    const told = degradesOf([provider]);
    void provider.getToken();
    await time.pass(3_600_000);
    expect([server.requests.length > 10, told]).to.deep.equal([true, ['record']]);
  });

  it('a store that always has another token, which is due', async () => {
    server.respond = grant;
    let count = 0;
    const token = () => ({
      value: `x${count}`,
      tokenType: 'Bearer',
      scope: undefined,
      lifetimeMs: 600_000,
      isLifetimeGuessed: false,
      remainingMs: 100_000 + count,
    });
    const store = like({
      read: async () => {
        count += 1;
        return { token: token() };
      },
    });
    expect(await outcomes([make(store)], 10)).to.deep.equal(['x1']);
    expect(count).to.be.below(10);
  });

  describe('an outage of the token endpoint', () => {
    const attempts = async (store: TokenStore | null, warmForS: number): Promise<number> => {
      server = new ScriptedServer();
      const all = Array.from({ length: 24 }, () => make(store));
      const live = async (seconds: number): Promise<void> => {
        for (let second = 0; second < seconds; second += 1) {
          for (const provider of all) void outcomeOf(provider.getToken());
          await time.pass(1_000);
        }
      };
      answerAfter(50);
      await live(warmForS);
      const before = server.requests.length;
      answerAfter(50, (request) => request.answer(503));
      await live(180);
      return server.requests.length - before;
    };

    it('costs a small part of the attempts while there is a token', async () => {
      expect(await attempts(memory, 240)).to.be.below((await attempts(null, 240)) / 4);
    });

    it('costs no more of them where there is none', async () => {
      expect(await attempts(memory, 0)).to.be.at.most(await attempts(null, 0));
    });
  });

  it('a pause that the token endpoint asks for holds for the whole fleet', async () => {
    answerAfter(50, (request) => request.answer(503, '', { 'Retry-After': '5' }));
    const all = fleet(8);
    for (const provider of all) void outcomeOf(provider.getToken());
    await time.pass(4_900);
    expect(server.requests.length).to.equal(1);
  });

  it('close() with a store that hangs, and nothing else to do', async () => {
    const address = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    time.restore();
    const { code, stdout } = await runChild(`
      import { TokenProvider } from ${address('../../lib/index.ts')};
      import { ScriptedServer } from ${address('../support/scripted-server.ts')};
      const server = new ScriptedServer();
      server.respond = (request) => request.grant('t');
      const hang = () => new Promise(() => {});
      const store = { read: async () => ({}), takeLease: async () => true, extendLease: hang, releaseLease: hang, write: hang };
      const provider = new TokenProvider({ subdomain: 'acme', clientId: 'c', clientSecret: 's', http: server.http, store });
      await provider.getToken();
      await provider.close();
      console.log('closed');`);
    expect([code, stdout]).to.deep.equal([0, 'closed\n']);
    time = new VirtualTime();
  });

  it('a process that waits in the background for others ends when it has nothing else to do', async () => {
    const address = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    time.restore();
    const { code, stdout } = await runChild(`
      import { TokenProvider } from ${address('../../lib/index.ts')};
      let reads = 0;
      const token = { value: 'theirs', tokenType: 'Bearer', scope: undefined, lifetimeMs: 600_000, isLifetimeGuessed: false, remainingMs: 100_000 };
      const no = async () => false;
      const read = async () => (reads++ === 0 ? { token } : { owner: 'busy' });
      const store = { read, takeLease: no, extendLease: no, releaseLease: no, write: no };
      const provider = new TokenProvider({ subdomain: 'acme', clientId: 'c', clientSecret: 's', store });
      console.log(await provider.getToken());
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(reads > 1);`);
    expect([code, stdout]).to.deep.equal([0, 'theirs\ntrue\n']);
    time = new VirtualTime();
  });

  it('many targets at once leave no warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    server.respond = grant;
    const slow = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      await sleep(5);
      return work();
    };
    const provider = make(
      like({
        read: (target) => slow(() => memory.read(target)),
        write: (target, owner, token) => slow(() => memory.write(target, owner, token)),
      }),
    );
    for (let count = 0; count < 30; count += 1) void provider.getToken({ scope: `s${count}` });
    await time.pass(1_000);
    time.restore();
    await new Promise(setImmediate);
    time = new VirtualTime();
    process.off('warning', note);
    expect([warnings, server.requests.length]).to.deep.equal([[], 30]);
  });
});
