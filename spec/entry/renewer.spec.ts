import { expect } from 'chai';
import sinon from 'sinon';
import { Renewer, type RenewerStep } from '../../lib/entry/renewer.js';
import { now } from '../../lib/ground/clock.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { LEASE_MS } from '../../lib/ground/token-store.js';
import { digestOf } from '../../lib/oauth/target.js';
import { TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import type { CarriedFailures } from '../../lib/renewal/renewal.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { Background } from '../../lib/sharing/background.js';
import { StoreGuard } from '../../lib/sharing/store-guard.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { SHUT } from '../../lib/token/held-token.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { storedToken } from '../support/stored-token.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('Renewer', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let queue: RequestQueue;
  let chance: sinon.SinonStub;
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    queue = new RequestQueue(1);
    chance = sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  const make = (options: Partial<TokenProviderOptions> = {}, carried?: CarriedFailures) => {
    const demand = {
      hot: SHUT,
      isAwaited: false,
      neededMs: 0,
      isWanted: sinon.stub().returns(true),
      onRenewerStep: sinon.spy((_: RenewerStep): void => undefined),
    };
    const budgetFor = sinon.spy((_: string) => new RetryBudget());
    const tuned = settings({ http: server.http, retry: { retries: 1 }, ...options });
    const events = new EventEmitter(EVENT_NAMES);
    const { store } = tuned;
    const parts = {
      settings: tuned,
      endpoint: new TokenEndpoint(tuned),
      queue,
      provider: {},
      budgetFor,
      sharing: store && {
        guard: new StoreGuard(store, events),
        settings: tuned,
        events,
        background: new Background(),
      },
    };
    const renewer = new Renewer(target, parts, demand, carried);
    const begin = () => renewer.startRenewal(renewer.noteTime());
    const told = <Kind extends RenewerStep['is']>(kind: Kind) =>
      demand.onRenewerStep.args
        .map(([step]) => step)
        .filter((step): step is Extract<RenewerStep, { is: Kind }> => step.is === kind);
    /** Whether the hot path is open at this moment. */
    const isHot = () => {
      const leftMs = demand.hot.hotUntil - Date.now();
      return leftMs > 0 && leftMs <= demand.hot.dueAfterMs;
    };
    return { renewer, demand, budgetFor, begin, told, isHot };
  };
  const warm = async (options: Partial<TokenProviderOptions> = {}) => {
    const made = make(options);
    server.respond = (request, count) => request.grant(`t${count}`);
    made.begin();
    await time.settle();
    return made;
  };

  it('arms nothing, and asks for no budget, before there is something to do', () => {
    const { budgetFor, isHot } = make();
    expect([time.armed, budgetFor.callCount, isHot()]).to.deep.equal([0, 0, false]);
  });

  it('shares its budget by the address of the server, without the query', async () => {
    const { begin, budgetFor } = make();
    begin();
    expect(budgetFor.args).to.deep.equal([['https://as.example/token']]);
    server.respond = (request) => request.grant('t1');
    await time.settle();
  });

  it('tells of each start, delay and outcome, and opens the hot path until the token is due', async () => {
    const { begin, told, isHot } = make();
    server.respond = (request, count) => (count === 3 ? request.grant('t1') : request.answer(503));
    begin();
    await time.pass(300);
    expect(told('retrying').map(({ delayMs }) => delayMs)).to.deep.equal([300]);
    expect(told('failed').length).to.equal(1);
    await time.pass(600);
    expect(told('started').map(({ reason }) => reason)).to.deep.equal(['absent', 'absent']);
    expect(told('renewed').length).to.equal(1);
    await time.pass(299_999);
    expect(isHot()).to.equal(true);
    await time.pass(1);
    expect(isHot()).to.equal(false);
    expect(told('started').at(-1)?.reason).to.equal('due');
  });

  it('tells of the end of each flight, whichever way it ended, when the token is in its slot', async () => {
    const { renewer, demand, begin, told } = make();
    server.respond = (request, count) => (count === 3 ? request.grant('t1') : request.answer(503));
    begin();
    await time.pass(299);
    expect([told('failed').length, told('renewed').length]).to.deep.equal([0, 0]);
    await time.pass(1);
    expect([told('failed').length, told('renewed').length]).to.deep.equal([1, 0]);
    const seen = sinon.spy(() => [renewer.slot.last?.value, renewer.state, demand.hot.hotUntil > 0]);
    demand.onRenewerStep = sinon.spy((step: RenewerStep) => void (step.is === 'renewed' && seen()));
    await time.pass(600);
    expect(seen.returnValues).to.deep.equal([['t1', 'idle', true]]);
  });

  it('tells with each new token which one it replaces', async () => {
    const { told } = await warm();
    await time.pass(300_000);
    const values = told('renewed').map(({ held, replaced }) => [replaced?.value, held.value]);
    expect(values).to.deep.equal([
      [undefined, 't1'],
      ['t1', 't2'],
    ]);
  });

  it('tells once that the token has expired, with the last failure, and shortens a delay that suited a token', async () => {
    const { renewer, told } = await warm({ refresh: { aheadMs: 60_000 } });
    server.respond = (request) => request.refuse('invalid_client', 401);
    await time.pass(540_000);
    const waitMs = Math.ceil(50_000 / 6);
    expect(renewer.renewal?.msToNextAttempt(renewer.noteTime())).to.equal(waitMs);
    await time.pass(3_000);
    expect(told('expired')).to.deep.equal([]);
    // It ends sooner than it seemed.
    renewer.slot.put(renewer.slot.last?.servedToItsEnd(1, now()) ?? expect.fail('No token is held.'));
    time.stall(1);
    renewer.noteTime();
    renewer.noteTime();
    expect(told('expired').map(({ held, lastError }) => [held.value, lastError?.code])).to.deep.equal([
      ['t1', 'ERR_TOKEN_ENDPOINT'],
    ]);
    expect(renewer.renewal?.msToNextAttempt(renewer.noteTime())).to.equal(5_000 - 3_001);
  });

  describe('where the server gives the same token until it ends', () => {
    /** The token has just come to its end, and the next one is asked for. */
    const atItsEnd = async () => {
      const made = await warm();
      server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await time.pass(300_000);
      server.respond = undefined;
      made.demand.onRenewerStep.resetHistory();
      await time.pass(300_000);
      return made;
    };

    it('keeps the token on the hot path until then, and says so in no other way', async () => {
      const { renewer, told, isHot, demand } = await warm();
      demand.onRenewerStep.resetHistory();
      server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await time.pass(300_000);
      expect(demand.onRenewerStep.args.map(([{ is }]) => is)).to.deep.equal(['started', 'kept']);
      expect(told('kept').map(({ held }) => held)).to.deep.equal([renewer.slot.last]);
      await time.pass(299_999);
      expect([isHot(), server.requests.length]).to.deep.equal([true, 2]);
    });

    it('asks then, and tells nobody of the end as long as that goes well', async () => {
      const { told, isHot } = await atItsEnd();
      expect([told('started').length, told('expired').length, isHot()]).to.deep.equal([1, 0, false]);
      server.last.grant('t2');
      await time.settle();
      expect([told('expired').length, told('renewed').length]).to.deep.equal([0, 1]);
    });

    it('tells of the end once, after the failure that makes it one', async () => {
      const { demand } = await atItsEnd();
      for (let attempt = 0; attempt < 2; attempt += 1) {
        server.last.answer(503);
        await time.pass(300);
      }
      const steps = demand.onRenewerStep.args.map(([{ is }]) => is);
      expect(steps.slice(0, 4)).to.deep.equal(['started', 'retrying', 'expired', 'failed']);
      server.respond = (request) => request.grant('t1', { expires_in: 100 });
      await time.pass(1_000);
      const { is, held, replaced } = demand.onRenewerStep.lastCall.args[0] as RenewerStep & { is: 'renewed' };
      expect([is, held.value, replaced?.value]).to.deep.equal(['renewed', 't1', 't1']);
    });

    it('tells of the end at once where a renewal has failed already', async () => {
      const { begin, told } = await warm({ retry: { retries: 0 } });
      server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await time.pass(599_900);
      server.respond = (request) => request.answer(503);
      begin();
      await time.pass(99);
      expect([told('failed').length, told('expired').length]).to.deep.equal([1, 0]);
      await time.pass(1);
      expect(told('expired').length).to.equal(1);
    });

    it('tells of the end where nobody wants the token, unless it is renewed during calls alone', async () => {
      for (const [options, told] of [
        [{}, 1],
        [{ refresh: { background: false } }, 0],
      ] as const) {
        const made = await warm(options);
        server.respond = (request) => request.grant('t1', { expires_in: 300 });
        await time.pass(300_000);
        if (told === 0) made.begin();
        await time.settle();
        made.demand.isWanted.returns(false);
        await time.pass(300_000);
        expect([server.requests.length, made.told('expired').length]).to.deep.equal([2, told]);
        await made.renewer.stop();
        server.requests.length = 0;
      }
    });
  });

  it('leaves the rest of the budget to renewals that callers wait for', async () => {
    const { demand, begin, budgetFor } = make();
    server.respond = (request) => request.answer(503);
    begin();
    await time.pass(300);
    const budget = budgetFor.lastCall.returnValue as RetryBudget;
    const drain = () => {
      while (budget.spend(false));
    };
    await time.pass(599);
    drain();
    await time.pass(1);
    expect(server.requests.length).to.equal(2);
    demand.isAwaited = true;
    await time.pass(599);
    drain();
    await time.pass(1);
    expect(server.requests.length).to.equal(3);
  });

  it('shuts the hot path while the clock is set back to before the token', async () => {
    const { isHot } = await warm();
    expect(isHot()).to.equal(true);
    time.stepWallClock(-1);
    expect(isHot()).to.equal(false);
  });

  for (const [what, options, isAwaited, isWanted, requests] of [
    ['somebody wants it', {}, false, true, 2],
    ['nobody wants it', {}, false, false, 1],
    ['callers wait, though nobody wants it otherwise', {}, true, false, 2],
    ['it must be renewed during calls alone', { refresh: { background: false } }, false, true, 1],
    [
      'it must be renewed during calls alone, and callers wait',
      { refresh: { background: false } },
      true,
      true,
      2,
    ],
  ] as const) {
    it(`makes ${requests} requests when the token falls due and ${what}`, async () => {
      const { demand } = await warm(options);
      demand.isAwaited = isAwaited;
      demand.isWanted.returns(isWanted);
      await time.pass(299_999);
      expect(server.requests.length).to.equal(1);
      server.respond = undefined;
      await time.pass(1);
      expect(server.requests.length).to.equal(requests);
    });
  }

  it('goes on from the failures of an earlier renewer of the target', async () => {
    const { renewer, begin } = make({ retry: { retries: 0 } });
    server.respond = (request) => request.answer(503);
    begin();
    await time.pass(100);
    const carried = renewer.renewal?.carryFailures();
    await renewer.stop();
    const next = make({}, carried);
    expect([next.renewer.state, next.renewer.renewal?.failuresInARow]).to.deep.equal(['cooling', 1]);
    await time.pass(199);
    expect(server.requests.length).to.equal(1);
    await time.pass(1);
    expect(server.requests.length).to.equal(2);
    await next.renewer.stop();
  });

  it('drops its token and ends the flight under way when it is stopped, and tells of nothing more', async () => {
    const { renewer, demand, isHot } = await warm();
    await time.pass(1);
    server.respond = undefined;
    renewer.startRenewal(renewer.noteTime());
    await time.settle();
    demand.onRenewerStep.resetHistory();
    await renewer.stop();
    expect(server.last.config.signal).to.have.property('aborted', true);
    server.last.grant('t2');
    await time.pass(3_600_000);
    expect([renewer.state, renewer.slot.last, isHot(), time.armed]).to.deep.equal([
      'idle',
      undefined,
      false,
      0,
    ]);
    expect(demand.onRenewerStep.args).to.deep.equal([]);
  });

  it('has its request go ahead of others once a caller waits for it', async () => {
    const order: string[] = [];
    let free = (): void => undefined;
    const turn = { lane: target.server.id, isUrgent: () => false, signal: new AbortController().signal };
    void queue.run(() => new Promise<void>((resolve) => (free = resolve)), { ...turn, owner: {} });
    void queue.run(async () => void order.push('other'), { ...turn, owner: {} });
    const { renewer, begin } = make();
    server.respond = (request) => {
      order.push('ours');
      request.grant('t1');
    };
    begin();
    await time.settle();
    renewer.expedite();
    free();
    await time.settle();
    expect(order).to.deep.equal(['ours', 'other']);
  });

  describe('with a store', () => {
    /** Another process puts a token there. */
    const publish = async (store: MemoryTokenStore, remainingMs: number, value = 'stored') => {
      const key = digestOf(target);
      await store.takeLease(key, 'other', LEASE_MS);
      await store.write(key, 'other', storedToken(value, { lifetimeMs: 600_000, remainingMs }));
    };

    for (const [what, remainingMs, neededMs, value] of [
      ['is fresh', 500_000, 0, 'stored'],
      ['is due already', 200_000, 0, 'stored'],
      ['lives as long as callers need', 500_000, 490_000, 'stored'],
      ['lives 1 ms less than callers need', 500_000, 490_001, 't1'],
      ['can no longer be used', 10_000, 0, 't1'],
    ] as const) {
      it(`holds ${value} when it had none and the stored token ${what}`, async () => {
        const store = new MemoryTokenStore();
        await publish(store, remainingMs);
        const { renewer, demand, begin } = make({ store });
        server.respond = (request, count) => request.grant(`t${count}`);
        demand.neededMs = neededMs;
        demand.isWanted.returns(false);
        begin();
        await time.pass(1_000);
        expect(renewer.slot.last?.value).to.equal(value);
        await renewer.stop();
      });
    }

    for (const [what, remainingMs, stored, value] of [
      ['is fresh and newer', 500_000, 'stored', 'stored'],
      ['is newer, but due already', 350_000, 'stored', 't2'],
      ['is the one held, as it was', 301_000, 't1', 't2'],
    ] as const) {
      it(`holds ${value} after its token fell due, when the stored token ${what}`, async () => {
        const store = new MemoryTokenStore();
        const { renewer, told } = await warm({ store });
        await time.pass(299_000);
        await publish(store, remainingMs, stored);
        // By this draw, a token is due after 200 s rather than 300 s.
        chance.returns(1 - Number.EPSILON);
        await time.pass(2_000);
        expect(told('renewed').map(({ held }) => held.value)).to.deep.equal(['t1', value]);
        await renewer.stop();
      });
    }

    for (const [what, lifetimeMs, requests] of [
      ['was asked for again a while ago', 400_000, 1],
      ['was asked for again just before this process did, which may be the answer that it knows', 599_500, 2],
    ] as const) {
      it(`makes ${requests} requests when its token falls due, where another process has published that ${what}`, async () => {
        const store = new MemoryTokenStore();
        const { renewer, told } = await warm({ store });
        server.respond = (request) => request.grant('t1', { expires_in: 300 });
        await time.pass(299_000);
        const key = digestOf(target);
        await store.takeLease(key, 'other', LEASE_MS);
        await store.write(key, 'other', storedToken('t1', { lifetimeMs, remainingMs: 301_000 }));
        await time.pass(2_000);
        expect([server.requests.length, told('kept').length]).to.deep.equal([requests, 1]);
        expect(renewer.slot.last?.isServedToItsEnd).to.equal(true);
        expect(Math.round(renewer.slot.usableMs(renewer.noteTime()))).to.equal(299_000);
        await renewer.stop();
      });
    }

    it('never takes a token again that was rejected, though a clock that was set lets it seem new', async () => {
      const store = new MemoryTokenStore();
      const { renewer } = await warm({ store });
      const { last } = renewer.slot;
      if (last) renewer.slot.reject(last);
      renewer.startRenewal(renewer.noteTime());
      await time.pass(200_000);
      expect(renewer.slot.last?.value).to.equal('t2');
      await publish(store, 599_999, 't1');
      await time.pass(101_000);
      expect(renewer.slot.last?.value).to.equal('t3');
      await renewer.stop();
    });

    it('does not take a token that is older than the last one held, which may have been rejected', async () => {
      const store = new MemoryTokenStore();
      const { renewer } = await warm({ store });
      const { last } = renewer.slot;
      if (last) renewer.slot.reject(last);
      await publish(store, 599_999);
      renewer.startRenewal(renewer.noteTime());
      await time.pass(1_000);
      expect(renewer.slot.last?.value).to.equal('t2');
      await renewer.stop();
    });
  });
});
