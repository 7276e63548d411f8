import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/clock.js';
import { TokenEndpointError, TokenRequestError } from '../../lib/errors.js';
import { HeldToken } from '../../lib/refresh/held-token.js';
import { Renewal } from '../../lib/refresh/renewal.js';
import { RetryBudget } from '../../lib/refresh/retry-budget.js';
import { settings } from '../support/settings.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = new TokenRequestError('reset', 'ECONNRESET');
const untrusted = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);

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

  function make(attempt: (signal: AbortSignal) => Promise<HeldToken>, retries = 0, usableMs = 0) {
    const onLanding = sinon.spy();
    const onRetry = sinon.spy();
    const onRested = sinon.spy();
    const budget = new RetryBudget();
    const renewal = new Renewal({
      settings: settings({ retry: { retries } }),
      attempt,
      usableMs: () => usableMs,
      isUrgent: () => false,
      budget,
      onRetry,
      onLanding,
      onRested,
    });
    return { renewal, onLanding, onRetry, onRested, budget };
  }

  it('flies, lands, and is idle again', async () => {
    const held = heldToken();
    const { renewal, onLanding } = make(async () => held);
    expect(renewal.state).to.equal('idle');
    renewal.start('due');
    expect(renewal.state).to.equal('flying');
    await time.settle();
    expect(renewal.state).to.equal('idle');
    expect(onLanding.args).to.deep.equal([[{ held, attempts: 1, durationMs: 0, reason: 'due' }]]);
  });

  it('lets a caller end a wait that goes on for want of budget, though the failure was permanent', async () => {
    const { renewal, budget, onRested } = make(() => Promise.reject(untrusted));
    const take = sinon.stub(budget, 'take').returns(false);
    renewal.start('absent');
    await time.settle();
    expect(renewal.rememberedError).to.equal(untrusted);
    await time.pass(renewal.msToNextAttempt(now()) ?? 0);
    expect([renewal.state, renewal.rememberedError, onRested.callCount]).to.deep.equal([
      'cooling',
      undefined,
      0,
    ]);
    take.returns(true);
    renewal.urge(now());
    await time.pass(1);
    expect(onRested.callCount).to.equal(1);
  });

  it('cools down after a failure, to the millisecond', async () => {
    const { renewal, onLanding, onRested } = make(() => Promise.reject(reset));
    renewal.start('due');
    await time.settle();
    expect(onLanding.firstCall.args[0]).to.include({ error: reset, pauseMs: 300, reason: 'due' });
    expect(renewal.msToNextAttempt(now())).to.equal(300);
    await time.pass(299);
    renewal.look(now());
    expect(renewal.state).to.equal('cooling');
    await time.pass(1);
    renewal.look(now());
    expect(renewal).to.include({ state: 'idle', failuresInARow: 1, lastError: reset });
    expect(renewal.msToNextAttempt(now())).to.equal(undefined);
    expect(onRested.callCount).to.equal(1);
  });

  it('is cooling between the attempts of a flight as well, and goes on when the wall clock says so', async () => {
    const attempt = sinon.stub().rejects(reset);
    const { renewal } = make(attempt, 5);
    renewal.start('due');
    await time.settle();
    expect([renewal.state, renewal.msToNextAttempt(now())]).to.deep.equal(['cooling', 300]);
    time.stepWallClock(299);
    renewal.look(now());
    expect(renewal.state).to.equal('cooling');
    time.stepWallClock(1);
    expect(renewal.msToNextAttempt(now())).to.equal(0);
    renewal.look(now());
    expect(renewal.state).to.equal('flying');
    await time.settle();
    expect(attempt.callCount).to.equal(2);
    await renewal.stop();
    expect(time.armed).to.equal(0);
  });

  it('can be hastened in a wait that was drawn with a token in hand, but not beyond what the server asked for', async () => {
    const pauses: (number | undefined)[] = [];
    const busy = new TokenEndpointError('busy', { status: 503, permanent: false, retryAfterMs: 60_000 });
    for (const error of [untrusted, busy]) {
      const { renewal } = make(() => Promise.reject(error), 0, 500_000);
      for (const reason of ['due', 'due', 'due'] as const) {
        renewal.start(reason);
        await time.settle();
      }
      pauses.push(renewal.msToNextAttempt(now()));
      await time.pass(1_000);
      renewal.hasten(now());
      pauses.push(renewal.msToNextAttempt(now()));
      await renewal.stop();
    }
    expect(pauses).to.deep.equal([60_000, 5_000, 61_200, 60_200]);
    make(() => Promise.reject(reset)).renewal.hasten(now());
    expect(time.armed).to.equal(0);
  });

  it('can be urged to the least wait without a token, unless the failure is permanent or the server asked for it', async () => {
    const pauses: (number | undefined)[] = [];
    const busy = new TokenEndpointError('busy', { status: 503, permanent: false, retryAfterMs: 60_000 });
    for (const error of [reset, untrusted, busy]) {
      const { renewal } = make(() => Promise.reject(error), 0, 500_000);
      for (let failures = 0; failures < 6; failures += 1) {
        renewal.start('due');
        await time.settle();
      }
      renewal.urge(now());
      pauses.push(renewal.msToNextAttempt(now()));
      await renewal.stop();
    }
    expect(pauses).to.deep.equal([4_500, 150_000, 69_000]);
    make(() => Promise.reject(reset)).renewal.urge(now());
    expect(time.armed).to.equal(0);
  });

  it('remembers a permanent failure for callers, and no other', async () => {
    const passing = make(() => Promise.reject(reset)).renewal;
    const permanent = make(() => Promise.reject(untrusted)).renewal;
    for (const renewal of [passing, permanent]) renewal.start('absent');
    await time.settle();
    expect(passing.rememberedError).to.equal(undefined);
    expect(permanent.rememberedError).to.equal(untrusted);
    await time.pass(5_000);
    permanent.look(now());
    expect(permanent.rememberedError).to.equal(undefined);
  });

  it('goes on counting over several flights', async () => {
    const { renewal, onLanding, onRetry } = make(() => Promise.reject(reset), 1);
    renewal.start('due');
    await time.pass(300);
    renewal.start('due');
    await time.pass(1_200);
    expect(onRetry.args.map(([retry]) => retry.pauseMs)).to.deep.equal([300, 1_200]);
    expect(onLanding.args.map(([landing]) => landing.pauseMs)).to.deep.equal([600, 2_400]);
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

  describe('within the budget of its token endpoint', () => {
    const drain = (budget: RetryBudget) => {
      while (budget.take(true));
    };

    it('makes its first attempt for nothing, and pays for each that follows a failure', async () => {
      const { renewal, budget } = make(() => Promise.reject(reset), 2);
      const take = sinon.spy(budget, 'take');
      renewal.start('absent');
      await time.settle();
      expect(take.callCount).to.equal(0);
      await time.pass(300 + 600);
      expect(take.args).to.deep.equal([[false], [false]]);
      await time.pass(1_200);
      expect([renewal.state, take.callCount]).to.deep.equal(['idle', 3]);
    });

    it('goes on waiting where nothing is left, between two attempts and after the last', async () => {
      for (const retries of [1, 0]) {
        const attempt = sinon.stub().rejects(reset);
        const { renewal, budget, onRested } = make(attempt, retries);
        drain(budget);
        renewal.start('absent');
        await time.pass(300);
        expect([renewal.state, renewal.msToNextAttempt(now())]).to.deep.equal(['cooling', 300]);
        expect([attempt.callCount, onRested.callCount]).to.deep.equal([1, 0]);
        await time.pass(300);
        expect(attempt.callCount + onRested.callCount).to.equal(2);
        await renewal.stop();
      }
    });

    it('earns none with what others have fetched', async () => {
      const { value, sentAt, lifetimeMs, isLifetimeGuessed, dueAfterMs, usableForMs } = heldToken();
      const facts = { value, tokenType: 'Bearer', scope: undefined, sentAt, lifetimeMs, isLifetimeGuessed };
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
      expect([budget.take(true), budget.take(true)]).to.deep.equal([true, false]);
    });
  });

  it('brings nothing back to life once stopped', async () => {
    let land = (_: HeldToken): void => undefined;
    const { renewal, onLanding } = make(() => new Promise<HeldToken>((resolve) => (land = resolve)));
    renewal.start('absent');
    const stopped = renewal.stop();
    land(heldToken());
    await stopped;
    await time.settle();
    expect([renewal.state, onLanding.callCount]).to.deep.equal(['idle', 0]);
    await renewal.stop();
  });

  it('does not take the end of a stopped flight for that of the next', async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { renewal, onLanding } = make(untilAborted);
    renewal.start('absent');
    void renewal.stop();
    renewal.start('due');
    await time.settle();
    expect([renewal.state, onLanding.callCount]).to.deep.equal(['flying', 0]);
    await renewal.stop();
  });
});
