import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES, type RefreshReason } from '../../lib/ground/events.js';
import { LEASE_MS, type TokenStore } from '../../lib/ground/token-store.js';
import { digestOf, type Target } from '../../lib/oauth/target.js';
import { Background } from '../../lib/sharing/background.js';
import { Sharing } from '../../lib/sharing/sharing.js';
import { StoreGuard } from '../../lib/sharing/store-guard.js';
import type { SharedAttempt } from '../../lib/sharing/wait-policy.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import type { HeldToken } from '../../lib/token/held-token.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { storedToken } from '../support/stored-token.js';
import { target } from '../support/target.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const key = digestOf(target);

describe('Sharing', () => {
  let time: VirtualTime;
  let store: MemoryTokenStore;
  let told: string[];
  beforeEach(() => {
    time = new VirtualTime();
    store = new MemoryTokenStore();
    told = [];
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  const member = (own: TokenStore = store, about = target) => {
    const events = new EventEmitter(EVENT_NAMES);
    events.on('degrade', ({ trouble }) => told.push(`degrade ${trouble}`));
    events.on('recover', ({ trouble }) => told.push(`recover ${trouble}`));
    const background = new Background();
    const parts = { guard: new StoreGuard(own, events), settings: settings(), events, background };
    return { sharing: new Sharing(parts, about), background, events };
  };
  const attempt = (changes: Partial<SharedAttempt> = {}) => ({
    reason: 'absent' as RefreshReason,
    signal: new AbortController().signal,
    isWelcome: () => true,
    spareMs: () => 0,
    ...changes,
    fetch: sinon.spy(changes.fetch ?? (async (): Promise<HeldToken> => heldToken('fetched'))),
  });
  const publish = async (value: string) => {
    await store.takeLease(key, 'other', LEASE_MS);
    await store.write(key, 'other', storedToken(value));
  };
  const takesMs = (ms: number, value = 'fetched') =>
    sinon.spy(async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return heldToken(value);
    });
  /** As it is with a promise in virtual time. */
  const passing = async <T>(ms: number, promise: Promise<T>): Promise<T> => {
    await time.pass(ms);
    return promise;
  };
  const broken = (changes: Partial<TokenStore>): TokenStore => {
    const own: TokenStore = {
      read: (about) => store.read(about),
      takeLease: (about, owner, ms) => store.takeLease(about, owner, ms),
      extendLease: (about, owner, ms) => store.extendLease(about, owner, ms),
      releaseLease: (about, owner) => store.releaseLease(about, owner),
      write: (about, owner, token) => store.write(about, owner, token),
    };
    return Object.assign(own, changes);
  };
  const hang = () => new Promise<never>(() => undefined);

  it('takes over what is stored, and asks nobody', async () => {
    await publish('theirs');
    const given = attempt();
    const held = await member().sharing.attempt(given);
    expect([held.value, held.source, given.fetch.callCount]).to.deep.equal(['theirs', 'store', 0]);
    expect((await store.read(key)).owner).to.equal(undefined);
  });

  it('fetches where there is nothing of use, and publishes what comes', async () => {
    await publish('useless');
    const one = member();
    const held = await one.sharing.attempt(attempt({ isWelcome: ({ value }) => value !== 'useless' }));
    await one.background.ended(1_000);
    expect([held.value, held.source]).to.deep.equal(['fetched', 'endpoint']);
    const { token, owner } = await store.read(key);
    expect([token?.value, token?.remainingMs, owner]).to.deep.equal(['fetched', 600_000, undefined]);
  });

  it('makes one request for many who begin at once', async () => {
    const fetch = takesMs(200);
    const all = Array.from({ length: 50 }, () => member().sharing.attempt(attempt({ fetch })));
    await time.pass(1_000);
    const values = (await Promise.all(all)).map(({ value }) => value);
    expect([fetch.callCount, new Set(values).size]).to.deep.equal([1, 1]);
  });

  it('looks once more when it has the lease: somebody may have published in between', async () => {
    const own = broken({
      takeLease: async (about, owner, ms) => {
        await publish('just-now');
        return store.takeLease(about, owner, ms);
      },
    });
    const one = member(own);
    const given = attempt();
    expect((await one.sharing.attempt(given)).value).to.equal('just-now');
    await one.background.ended(1_000);
    expect([given.fetch.callCount, (await store.read(key)).owner]).to.deep.equal([0, undefined]);
  });

  it('keeps the lease for as long as its request takes', async () => {
    const slow = member().sharing.attempt(attempt({ fetch: takesMs(9_000) }));
    const other = attempt();
    const waiting = member().sharing.attempt(other);
    await time.pass(10_000);
    expect([(await slow).value, (await waiting).source, other.fetch.callCount]).to.deep.equal([
      'fetched',
      'store',
      0,
    ]);
    expect(time.armed).to.equal(0);
  });

  it('fetches itself within the lease of one who is killed', async () => {
    await store.takeLease(key, 'killed', LEASE_MS);
    const given = attempt();
    const held = await passing(LEASE_MS + 500, member().sharing.attempt(given));
    expect([held.source, given.fetch.callCount]).to.deep.equal(['endpoint', 1]);
  });

  it('does not wait for ever for one who holds on', async () => {
    const stuck = broken({ read: async () => ({ owner: 'stuck' }), takeLease: async () => false });
    const held = await passing(15_600, member(stuck).sharing.attempt(attempt()));
    expect(held.source).to.equal('endpoint');
  });

  it('looks again soon at first, and seldom while there is a token', async () => {
    const looks = async (spareMs: number, forMs: number) => {
      const read = sinon.spy(async () => ({ owner: 'busy' }));
      const controller = new AbortController();
      const own = broken({ read, takeLease: async () => false });
      const ended = rejection(
        member(own).sharing.attempt(attempt({ spareMs: () => spareMs, signal: controller.signal })),
      );
      await time.pass(forMs);
      controller.abort(new Error('enough'));
      await ended;
      return read.callCount;
    };
    expect(await looks(0, 100)).to.be.within(2, 4);
    expect(await looks(0, 9_000)).to.be.within(18, 45);
    expect(await looks(300_000, 10_000)).to.be.within(8, 20);
  });

  describe('after a failure', () => {
    const failing = (error: Error) => attempt({ fetch: sinon.spy(() => Promise.reject(error)) });

    it('leaves the others a moment later, where it is a passing one', async () => {
      const one = member();
      const error = new TokenRequestError('reset', 'ECONNRESET');
      expect(await rejection(one.sharing.attempt(failing(error)))).to.equal(error);
      await one.background.ended(1_000);
      expect((await store.read(key)).owner).to.not.equal(undefined);
      await time.pass(1_000);
      expect((await store.read(key)).owner).to.equal(undefined);
    });

    it('goes on itself as soon as it likes: it has had a wait of its own', async () => {
      const one = member();
      await rejection(one.sharing.attempt(failing(new TokenRequestError('reset', 'ECONNRESET'))));
      await one.background.ended(1_000);
      const next = attempt();
      expect((await one.sharing.attempt(next)).source).to.equal('endpoint');
      await one.background.ended(1_000);
      expect((await store.read(key)).token?.value).to.equal('fetched');
    });

    it('keeps nobody waiting for longer than one who is alone would wait, where there is no token', async () => {
      const extensions = sinon.spy(store, 'extendLease');
      await store.takeLease(key, 'gone.9', 100);
      const one = member();
      const failed = rejection(one.sharing.attempt(failing(new TokenRequestError('reset', 'ECONNRESET'))));
      await time.pass(1_000);
      await failed;
      expect(extensions.args.map(([, , ms]) => ms)).to.deep.equal([4_500]);
    });

    it('leaves them later each time, whoever it is that fails, until there is a token', async () => {
      const extensions = sinon.spy(store, 'extendLease');
      const fail = async ({ sharing, background }: ReturnType<typeof member>): Promise<void> => {
        const given = { ...failing(new TokenRequestError('reset', 'ECONNRESET')), spareMs: () => 600_000 };
        const failed = rejection(sharing.attempt(given));
        await time.pass(12_000);
        await failed;
        await background.ended(1_000);
      };
      const [one, other] = [member(), member()];
      await fail(one);
      await fail(one);
      // It waits for the end of the other's lease, and learns from its name.
      await store.takeLease(key, 'gone.2', 500);
      await fail(other);
      expect(extensions.args.map(([, , ms]) => ms)).to.deep.equal([1_000, 2_000, 8_000]);
      await one.sharing.attempt(attempt());
      await one.background.ended(1_000);
      await other.sharing.attempt(attempt());
      await time.pass(600_000);
      extensions.resetHistory();
      await fail(one);
      await time.pass(60_000);
      await store.takeLease(key, 'nobody', 1);
      await time.pass(1);
      await fail(other);
      expect(extensions.args.map(([, , ms]) => ms)).to.deep.equal([1_000, 1_000]);
    });

    it('leaves them at once, where it is for good: they hear it as soon as they would alone', async () => {
      const one = member();
      const refused = new TokenEndpointError('no', {
        httpStatus: 401,
        error: 'invalid_client',
        permanent: true,
      });
      await rejection(one.sharing.attempt(failing(refused)));
      await one.background.ended(1_000);
      expect((await store.read(key)).owner).to.equal(undefined);
    });

    it('leaves them at once, where it was ended', async () => {
      const one = member();
      const controller = new AbortController();
      const ended = new TokenRequestError('The flight was ended.', 'ERR_ABORTED');
      controller.abort(ended);
      const { sharing, background } = one;
      await store.takeLease(key, 'x', 0);
      await rejection(sharing.attempt({ ...failing(ended), signal: controller.signal }));
      await background.ended(1_000);
      expect([(await store.read(key)).owner, time.armed]).to.deep.equal([undefined, 0]);
    });
  });

  describe('with a store that is out of order', () => {
    it('costs half a second, once, where somebody waits; then nothing', async () => {
      const one = member(broken({ read: hang }));
      const fetch = takesMs(0);
      const first = one.sharing.attempt(attempt({ fetch }));
      await time.pass(499);
      expect(fetch.callCount).to.equal(0);
      await passing(2, first);
      await passing(0, one.sharing.attempt(attempt({ fetch })));
      expect([fetch.callCount, told]).to.deep.equal([2, ['degrade read']]);
    });

    it('costs less than a second where it is slow', async () => {
      const slowly =
        <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
        async (...args: Args): Promise<Result> => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          return work(...args);
        };
      const own = broken({});
      const slow = { ...own, read: slowly(own.read), takeLease: slowly(own.takeLease) };
      const fetch = takesMs(0);
      const first = member(slow).sharing.attempt(attempt({ fetch }));
      await time.pass(601);
      await first;
      expect(fetch.callCount).to.equal(1);
    });

    it('gives another Redis the time to take over, while a token is there', async () => {
      let isDown = true;
      const own = broken({
        read: (about) => (isDown ? Promise.reject(new Error('ECONNREFUSED no')) : store.read(about)),
      });
      const given = attempt({ reason: 'due', spareMs: () => 290_000 });
      const next = member(own).sharing.attempt(given);
      await time.pass(10_000);
      expect([given.fetch.callCount, told]).to.deep.equal([0, ['degrade read']]);
      await publish('theirs');
      isDown = false;
      await time.pass(2_000);
      expect([(await next).value, given.fetch.callCount, told.at(-1)]).to.deep.equal([
        'theirs',
        0,
        'recover read',
      ]);
    });

    it('does without it where it is gone for longer', async () => {
      const own = broken({ takeLease: () => Promise.reject(new Error('READONLY no')) });
      const one = member(own);
      const warm = { reason: 'due' as const, spareMs: () => 290_000 };
      const next = one.sharing.attempt(attempt(warm));
      await time.pass(57_000);
      const held = await passing(32_000, next);
      expect(held.source).to.equal('endpoint');
      await time.pass(60_000);
      const later = attempt(warm);
      await passing(0, one.sharing.attempt(later));
      expect(later.fetch.callCount).to.equal(1);
    });

    it('tries it again while a token is there, and tells when it is well', async () => {
      const own = broken({ read: () => Promise.reject(new Error('ERR no')) });
      const one = member(own);
      await one.sharing.attempt(attempt());
      await publish('theirs');
      own.read = (about) => store.read(about);
      await one.sharing.attempt(attempt());
      expect(told).to.deep.equal(['degrade read']);
      const held = await one.sharing.attempt(attempt({ reason: 'due', spareMs: () => 60_000 }));
      expect([held.source, told]).to.deep.equal(['store', ['degrade read', 'recover read']]);
    });

    for (const [what, changes] of [
      ['reads rubbish', { read: async () => 42 as never }],
      ['reads nothing at all', { read: async () => null as never }],
      [
        'promises nothing',
        { read: () => ({}) as never, takeLease: () => true as never, write: () => 1 as never },
      ],
      [
        'throws at once',
        {
          read: () => {
            throw new Error('no');
          },
        },
      ],
      ['gives no lease to speak of', { takeLease: async () => 'yes' as never }],
      ['cannot write', { write: () => Promise.reject(new Error('OOM no')) }],
      ['cannot extend', { extendLease: () => Promise.reject(new Error('READONLY no')) }],
      ['cannot lease', { takeLease: () => Promise.reject(new Error('READONLY no')) }],
      ['hangs with writing', { write: hang }],
      [
        'throws from a getter',
        {
          read: async () => ({
            get token(): never {
              throw new Error('no');
            },
          }),
        },
      ],
    ] as const) {
      it(`gets its own token where the store ${what}`, async () => {
        const one = member(broken(changes as Partial<TokenStore>));
        const held = await passing(600, one.sharing.attempt(attempt()));
        const ended = one.background.ended(1_000);
        await time.pass(600);
        await ended;
        expect([held.value, time.armed]).to.deep.equal(['fetched', 0]);
      });
    }

    it('tells nothing of the token that it was given where the store throws that', async () => {
      const reasons: string[] = [];
      const write: TokenStore['write'] = async (_, __, { value }) => {
        throw Object.assign(new Error('x'), { code: value });
      };
      const one = member(broken({ write }));
      one.events.on('degrade', ({ error }) => reasons.push(error.reason));
      expect((await one.sharing.attempt(attempt())).value).to.equal('fetched');
      await one.background.ended(1_000);
      expect(reasons).to.deep.equal(['Error']);
    });

    it('tells once of records that are bad, and of the good one that it writes over them', async () => {
      const own = broken({ read: async () => ({ fault: 'is cut off' }) });
      const one = member(own);
      await one.sharing.attempt(attempt());
      await one.background.ended(1_000);
      expect(told).to.deep.equal(['degrade record', 'recover record']);
      own.read = async () => ({ token: { value: 'x' } as never });
      own.write = async () => false;
      await one.sharing.attempt(attempt());
      await one.sharing.attempt(attempt());
      await one.background.ended(1_000);
      expect(told.slice(2)).to.deep.equal(['degrade record']);
    });
  });

  it('lets one who was paused, and has lost the lease, store nothing', async () => {
    let isPaused = false;
    const own = broken({
      extendLease: async (about, owner, ms) => !isPaused && store.extendLease(about, owner, ms),
    });
    const one = member(own);
    const waking = one.sharing.attempt(attempt({ fetch: takesMs(60_000, 'old') }));
    await time.settle();
    isPaused = true;
    await time.pass(LEASE_MS + 1);
    await publish('newer');
    isPaused = false;
    await time.pass(60_000);
    expect((await waking).value).to.equal('old');
    await one.background.ended(1_000);
    expect((await store.read(key)).token?.value).to.equal('newer');
  });

  it('leaves the lease at once where its request is ended', async () => {
    const one = member();
    const controller = new AbortController();
    const reason = new TokenRequestError('The flight was ended.', 'ERR_ABORTED');
    const fetch = (): Promise<HeldToken> =>
      new Promise((_, reject) => controller.signal.addEventListener('abort', () => reject(reason)));
    const ended = rejection(one.sharing.attempt(attempt({ fetch, signal: controller.signal })));
    await time.settle();
    expect((await store.read(key)).owner).to.not.equal(undefined);
    controller.abort(reason);
    await ended;
    await one.background.ended(1_000);
    expect([(await store.read(key)).owner, time.armed]).to.deep.equal([undefined, 0]);
  });

  it('asks nobody where it is ended while the store hangs', async () => {
    const controller = new AbortController();
    const given = attempt({ signal: controller.signal });
    const ended = rejection(member(broken({ read: hang })).sharing.attempt(given));
    await time.settle();
    controller.abort(new Error('closed'));
    await ended;
    expect(given.fetch.callCount).to.equal(0);
  });

  it('does not ask for a lease that another has', async () => {
    await store.takeLease(key, 'busy', LEASE_MS);
    const take = sinon.spy(store, 'takeLease');
    const waiting = member().sharing.attempt(attempt());
    await time.pass(LEASE_MS - 100);
    expect(take.callCount).to.equal(0);
    await passing(600, waiting);
  });

  it('extends no lease that it has lost', async () => {
    const extend = sinon.stub(store, 'extendLease').resolves(false);
    const slow = member().sharing.attempt(attempt({ fetch: takesMs(9_000) }));
    await passing(9_000, slow);
    expect(extend.callCount).to.equal(1);
  });

  it('ends its wait with the signal', async () => {
    await store.takeLease(key, 'busy', LEASE_MS);
    const controller = new AbortController();
    const ended = rejection(member().sharing.attempt(attempt({ signal: controller.signal })));
    await time.pass(100);
    const reason = new Error('closed');
    controller.abort(reason);
    expect([await ended, time.armed]).to.deep.equal([reason, 0]);
  });

  describe('of tokens that are bound', () => {
    /** A process whose tokens are bound to `held`, which may change at any time. */
    const bound = (held: { to: unknown }) => {
      const binding = async () => held.to as string;
      const authenticator = { id: 'bound', authenticate: () => ({}), secrets: () => [] };
      const about: Target = { ...target, authenticator: { ...authenticator, binding } };
      const nameOf = (value: unknown) => digestOf(about, value as string);
      const get = async (changes: Partial<SharedAttempt> = {}) => {
        const fetch = async () => heldToken(`of-${held.to}`);
        const given = attempt({ fetch, ...changes });
        const { value } = await one.sharing.attempt(given);
        return { value, asked: given.fetch.callCount };
      };
      const one = member(store, about);
      return { get, nameOf, ended: () => one.background.ended(1_000) };
    };

    it('goes on between processes that have the same binding, and no others', async () => {
      const [one, same, other] = [bound({ to: 'a' }), bound({ to: 'a' }), bound({ to: 'b' })];
      expect(await one.get()).to.deep.equal({ value: 'of-a', asked: 1 });
      await one.ended();
      expect(await same.get()).to.deep.equal({ value: 'of-a', asked: 0 });
      expect(await other.get()).to.deep.equal({ value: 'of-b', asked: 1 });
    });

    it('follows a binding that changes, and leaves the lease of the one before', async () => {
      const held = { to: 'a' };
      const [one, newer] = [bound(held), bound({ to: 'b' })];
      const failed = new TokenRequestError('no', 'ECONNRESET');
      await rejection(one.get({ fetch: () => Promise.reject(failed) }));
      await one.ended();
      expect((await store.read(one.nameOf('a'))).owner).to.not.equal(undefined);
      await newer.get();
      await newer.ended();
      held.to = 'b';
      expect(await one.get()).to.deep.equal({ value: 'of-b', asked: 0 });
      await one.ended();
      expect((await store.read(one.nameOf('a'))).owner).to.equal(undefined);
    });

    it('publishes no token that may be bound to something else than it was asked for', async () => {
      const held = { to: 'a' };
      const one = bound(held);
      const fetch = async () => {
        held.to = 'b';
        return heldToken('of-a-or-b');
      };
      expect(await one.get({ fetch })).to.include({ value: 'of-a-or-b' });
      await one.ended();
      for (const to of ['a', 'b']) {
        const { token, owner } = await store.read(one.nameOf(to));
        expect([token, owner]).to.deep.equal([undefined, undefined]);
      }
    });

    it('adopts no token that came after the binding had changed', async () => {
      const held = { to: 'a' };
      const one = bound(held);
      await store.takeLease(one.nameOf('a'), 'other', LEASE_MS);
      const waiting = one.get();
      await time.settle();
      held.to = 'b';
      await store.write(one.nameOf('a'), 'other', storedToken('of-a'));
      expect(await passing(1_000, waiting)).to.deep.equal({ value: 'of-b', asked: 1 });
    });

    it('does without the store while it is not known to what', async () => {
      for (const to of [5, null]) {
        const one = bound({ to });
        const read = sinon.spy(store, 'read');
        expect(await one.get()).to.include({ asked: 1 });
        await one.ended();
        expect(read.callCount).to.equal(0);
        read.restore();
      }
    });

    it('never hands out what is bound to something else, whoever rotates when', async () => {
      const step = fc.record({ who: fc.nat(2), to: fc.option(fc.constantFrom('a', 'b', 'c')) });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          store = new MemoryTokenStore();
          const holders = Array.from({ length: 3 }, () => ({ to: 'a' }));
          const processes = holders.map(bound);
          for (const { who, to } of steps) {
            const held = holders[who] as { to: string };
            if (to !== null) held.to = to;
            const process = processes[who] as ReturnType<typeof bound>;
            const { value } = await process.get();
            expect(value).to.equal(`of-${held.to}`);
            await process.ended();
          }
        }),
        { numRuns: 50 },
      );
    });
  });
});
