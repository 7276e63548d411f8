import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { type CarriedFailures, Renewal, type RenewalStep } from '../../lib/renewal/renewal.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { HeldToken } from '../../lib/token/held-token.js';
import { settings } from '../support/settings.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = new TokenRequestError('reset', 'ECONNRESET');
const untrusted = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);
const refused = new TokenEndpointError('no', { httpStatus: 401, error: 'invalid_client', permanent: true });

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('Renewal', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  function make(
    attempt: (signal: AbortSignal) => Promise<HeldToken>,
    { retries = 0, usableMs = 0, carried = undefined as CarriedFailures | undefined } = {},
  ) {
    const onRenewalStep = sinon.spy((_: RenewalStep<HeldToken>): void => undefined);
    const owner = { attempt, usableMs: () => usableMs, isAwaited: false, onRenewalStep };
    const budget = new RetryBudget();
    const renewal = new Renewal(owner, settings({ retry: { retries } }), budget, carried);
    const told = <Kind extends RenewalStep<HeldToken>['is']>(kind: Kind) =>
      onRenewalStep.args
        .map(([step]) => step)
        .filter((step): step is Extract<RenewalStep<HeldToken>, { is: Kind }> => step.is === kind);
    return { renewal, owner, told, budget };
  }

  it('flies, tells of the token, and is idle again', async () => {
    const held = heldToken();
    const { renewal, owner } = make(async () => held);
    expect(renewal.state).to.equal('idle');
    renewal.start('due');
    expect(renewal.state).to.equal('flying');
    await time.settle();
    expect(renewal.state).to.equal('idle');
    expect(owner.onRenewalStep.args).to.deep.equal([
      [{ is: 'renewed', held, attempts: 1, durationMs: 0, reason: 'due' }],
    ]);
  });

  it('lets a caller end a delay that is prolonged for want of budget, though the failure was permanent', async () => {
    const { renewal, budget, told } = make(() => Promise.reject(untrusted));
    const spend = sinon.stub(budget, 'spend').returns(false);
    renewal.start('absent');
    await time.settle();
    expect(renewal.rememberedError).to.equal(untrusted);
    await time.pass(renewal.msToNextAttempt(now()) ?? 0);
    expect([renewal.state, renewal.rememberedError, told('ready').length]).to.deep.equal([
      'cooling',
      undefined,
      0,
    ]);
    spend.returns(true);
    renewal.wakeForCaller(now());
    await time.pass(1);
    expect(told('ready').length).to.equal(1);
  });

  it('cools down after a failure, to the millisecond', async () => {
    const { renewal, told } = make(() => Promise.reject(reset));
    renewal.start('due');
    await time.settle();
    expect(told('failed')[0]).to.include({ error: reset, delayMs: 300, reason: 'due' });
    expect(renewal.msToNextAttempt(now())).to.equal(300);
    await time.pass(299);
    renewal.noteTime(now());
    expect(renewal.state).to.equal('cooling');
    await time.pass(1);
    renewal.noteTime(now());
    expect(renewal).to.include({ state: 'idle', failuresInARow: 1, lastError: reset });
    expect(renewal.msToNextAttempt(now())).to.equal(undefined);
    expect(told('ready').length).to.equal(1);
  });

  it('is cooling between the attempts of a flight as well, and goes on when the wall clock says so', async () => {
    const attempt = sinon.stub().rejects(reset);
    const { renewal } = make(attempt, { retries: 5 });
    renewal.start('due');
    await time.settle();
    expect([renewal.state, renewal.msToNextAttempt(now())]).to.deep.equal(['cooling', 300]);
    time.stepWallClock(299);
    renewal.noteTime(now());
    expect(renewal.state).to.equal('cooling');
    time.stepWallClock(1);
    expect(renewal.msToNextAttempt(now())).to.equal(0);
    renewal.noteTime(now());
    expect(renewal.state).to.equal('flying');
    await time.settle();
    expect(attempt.callCount).to.equal(2);
    await renewal.stop();
    expect(time.armed).to.equal(0);
  });

  it('caps a delay that was drawn with a usable token, but not below what the server asked for', async () => {
    const delays: (number | undefined)[] = [];
    const busy = new TokenEndpointError('busy', { httpStatus: 503, permanent: false, retryAfterMs: 60_000 });
    for (const error of [refused, untrusted, busy]) {
      const { renewal } = make(() => Promise.reject(error), { usableMs: 500_000 });
      for (const reason of ['due', 'due', 'due'] as const) {
        renewal.start(reason);
        await time.settle();
      }
      delays.push(renewal.msToNextAttempt(now()));
      await time.pass(1_000);
      renewal.capDelay(now());
      delays.push(renewal.msToNextAttempt(now()));
      await renewal.stop();
    }
    expect(delays).to.deep.equal([60_000, 4_000, 60_000, 1_000, 61_200, 60_200]);
    make(() => Promise.reject(reset)).renewal.capDelay(now());
    expect(time.armed).to.equal(0);
  });

  it('is woken for a caller after the least delay without a token, unless the failure is permanent or the server named a time', async () => {
    const delays: (number | undefined)[] = [];
    const busy = new TokenEndpointError('busy', { httpStatus: 503, permanent: false, retryAfterMs: 60_000 });
    for (const error of [reset, untrusted, busy]) {
      const { renewal } = make(() => Promise.reject(error), { usableMs: 500_000 });
      for (let failures = 0; failures < 6; failures += 1) {
        renewal.start('due');
        await time.settle();
      }
      renewal.wakeForCaller(now());
      delays.push(renewal.msToNextAttempt(now()));
      await renewal.stop();
    }
    expect(delays).to.deep.equal([4_500, 83_334, 69_000]);
    make(() => Promise.reject(reset)).renewal.wakeForCaller(now());
    expect(time.armed).to.equal(0);
  });

  it('remembers a permanent failure for callers, and no other', async () => {
    const passing = make(() => Promise.reject(reset)).renewal;
    const permanent = make(() => Promise.reject(untrusted)).renewal;
    for (const renewal of [passing, permanent]) renewal.start('absent');
    await time.settle();
    expect(passing.rememberedError).to.equal(undefined);
    expect(permanent.rememberedError).to.equal(untrusted);
    await time.pass(499);
    permanent.noteTime(now());
    expect(permanent.rememberedError).to.equal(untrusted);
    await time.pass(1);
    permanent.noteTime(now());
    expect(permanent.rememberedError).to.equal(undefined);
  });

  it('does not remember it in the turn in which its delay ends, when no token is left', async () => {
    const { renewal } = make(() => Promise.reject(refused), { usableMs: 500_000 });
    renewal.start('due');
    await time.pass(5_000);
    expect([renewal.msToNextAttempt(now()), renewal.rememberedError]).to.deep.equal([10_000, refused]);
    renewal.capDelay(now());
    expect([renewal.state, renewal.rememberedError]).to.deep.equal(['cooling', undefined]);
    await time.settle();
    expect(renewal.state).to.equal('idle');
  });

  it('tries an address that may be wrong for 3 s, within one flight', async () => {
    const notFound = new TokenEndpointError('no', { httpStatus: 404, permanent: true });
    const attempt = sinon.stub().rejects(notFound);
    const { renewal, told } = make(attempt, { retries: 10 });
    renewal.start('absent');
    await time.pass(2_999);
    expect([attempt.callCount, renewal.rememberedError, told('failed').length]).to.deep.equal([
      6,
      undefined,
      0,
    ]);
    await time.pass(1);
    expect([attempt.callCount, renewal.rememberedError]).to.deep.equal([7, notFound]);
    expect(told('failed').map(({ error, attempts, delayMs }) => [error, attempts, delayMs])).to.deep.equal([
      [notFound, 7, 500],
    ]);
  });

  it('goes on counting over several flights', async () => {
    const { renewal, told } = make(() => Promise.reject(reset), { retries: 1 });
    renewal.start('due');
    await time.pass(300);
    renewal.start('due');
    await time.pass(1_200);
    expect(told('retrying').map(({ attempt, delayMs }) => [attempt, delayMs])).to.deep.equal([
      [1, 300],
      [1, 1_200],
    ]);
    expect(told('retrying')[0]).to.include({ reason: 'due', error: reset });
    expect(told('failed').map(({ delayMs }) => delayMs)).to.deep.equal([600, 2_400]);
  });

  it('counts anew after a success, and arms nothing', async () => {
    const attempt = sinon.stub().resolves(heldToken()).onFirstCall().rejects(reset);
    const { renewal } = make(attempt);
    renewal.start('absent');
    await time.settle();
    expect(renewal).to.include({ state: 'cooling', failuresInARow: 1, lastError: reset });
    renewal.start('absent');
    await time.settle();
    expect(renewal).to.include({ state: 'idle', failuresInARow: 0, lastError: undefined });
    expect(time.armed).to.equal(0);
  });

  describe('within the retry budget of its server', () => {
    const drain = (budget: RetryBudget) => {
      while (budget.spend(true));
    };

    it('makes its first attempt for free, and pays for each that follows a failure', async () => {
      const { renewal, budget } = make(() => Promise.reject(reset), { retries: 2 });
      const spend = sinon.spy(budget, 'spend');
      renewal.start('absent');
      await time.settle();
      expect(spend.callCount).to.equal(0);
      await time.pass(300 + 600);
      expect(spend.args).to.deep.equal([[false], [false]]);
      await time.pass(1_200);
      expect([renewal.state, spend.callCount]).to.deep.equal(['idle', 3]);
    });

    it('prolongs the delay while the budget is spent, between two attempts and after the last', async () => {
      for (const retries of [1, 0]) {
        const attempt = sinon.stub().rejects(reset);
        const { renewal, budget, told } = make(attempt, { retries });
        drain(budget);
        renewal.start('absent');
        await time.pass(300);
        expect([renewal.state, renewal.msToNextAttempt(now())]).to.deep.equal(['cooling', 300]);
        expect([attempt.callCount, told('ready').length]).to.deep.equal([1, 0]);
        await time.pass(300);
        expect(attempt.callCount + told('ready').length).to.equal(2);
        await renewal.stop();
      }
    });

    it('earns nothing with a token that another process has fetched', async () => {
      const { facts, dueAfterMs, usableForMs } = heldToken();
      const adopted = new HeldToken(facts, { dueAfterMs, usableForMs }, 'store');
      const { renewal, budget } = make(async () => adopted);
      const earn = sinon.spy(budget, 'earn');
      renewal.start('due');
      await time.settle();
      expect([renewal.state, earn.callCount]).to.deep.equal(['idle', 0]);
    });

    it('earns another with each success', async () => {
      const { renewal, budget } = make(async () => heldToken());
      drain(budget);
      renewal.start('due');
      await time.settle();
      expect([budget.spend(true), budget.spend(true)]).to.deep.equal([true, false]);
    });
  });

  it('brings nothing back to life once stopped', async () => {
    let answer = (_: HeldToken): void => undefined;
    const { renewal, owner } = make(() => new Promise<HeldToken>((resolve) => (answer = resolve)));
    renewal.start('absent');
    const stopped = renewal.stop();
    answer(heldToken());
    await stopped;
    await time.settle();
    expect([renewal.state, owner.onRenewalStep.callCount]).to.deep.equal(['idle', 0]);
    await renewal.stop();
  });

  it('does not take the end of a stopped flight for that of the next', async () => {
    const { renewal, owner } = make(untilAborted);
    renewal.start('absent');
    void renewal.stop();
    renewal.start('due');
    await time.settle();
    expect([renewal.state, owner.onRenewalStep.callCount]).to.deep.equal(['flying', 0]);
    await renewal.stop();
  });

  describe('that is given up', () => {
    it('carries nothing over when nothing has failed', async () => {
      const { renewal } = make(untilAborted, { usableMs: 1 });
      expect(renewal.carryFailures()).to.equal(undefined);
      renewal.start('due');
      expect(renewal.carryFailures()).to.equal(undefined);
      await renewal.stop();
    });

    it('counts a flight with no usable token as failed', async () => {
      const { renewal } = make(untilAborted);
      renewal.start('absent');
      const { failures, delay } = renewal.carryFailures() ?? expect.fail('Nothing is carried over.');
      expect(failures).to.include({ count: 1 });
      expect(failures.lastError).to.include({
        reason: 'ERR_ABORTED',
        permanent: false,
        message: 'The flight was ended, since others needed the room (maxTargets).',
      });
      expect(delay).to.deep.equal({ at: now(), leftMs: 300 });
      await renewal.stop();
    });

    it('leaves its failures and the rest of its delay to the next one', async () => {
      const { renewal } = make(() => Promise.reject(reset));
      renewal.start('absent');
      await time.pass(100);
      const carried = renewal.carryFailures();
      await renewal.stop();
      await time.pass(50);
      const next = make(async () => heldToken(), { carried });
      expect(next.renewal).to.include({ state: 'cooling', failuresInARow: 1, lastError: reset });
      expect(next.renewal.msToNextAttempt(now())).to.equal(150);
      await time.pass(150);
      expect([next.renewal.state, next.told('ready').length]).to.deep.equal(['idle', 1]);
    });

    it('leaves no longer a delay than suits a target without a token, and none that is over', async () => {
      const { renewal } = make(() => Promise.reject(refused), { usableMs: 500_000 });
      renewal.start('due');
      await time.settle();
      const carried = renewal.carryFailures();
      expect(carried?.delay?.leftMs).to.equal(15_000);
      await renewal.stop();
      const next = make(untilAborted, { carried }).renewal;
      expect([next.msToNextAttempt(now()), next.rememberedError]).to.deep.equal([5_000, refused]);
      await next.stop();
      await time.pass(15_000);
      const late = make(untilAborted, { carried });
      await time.settle();
      expect([late.renewal.state, late.told('ready').length]).to.deep.equal(['idle', 1]);
    });
  });
});
