import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { FailureHistory } from '../../lib/renewal/failure-history.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { RetryPacer } from '../../lib/renewal/retry-pacer.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = new TokenRequestError('reset', 'ECONNRESET');

describe('RetryPacer', () => {
  let time: VirtualTime;
  let budget: RetryBudget;
  let urgency: { isAwaited: boolean; usableMs: () => number };
  let pacer: RetryPacer;
  let onOver: sinon.SinonSpy;
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    budget = new RetryBudget();
    urgency = { isAwaited: false, usableMs: () => 0 };
    pacer = new RetryPacer(new FailureHistory(settings()), budget, urgency);
    onOver = sinon.spy();
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  /** Spends the budget, so that `left` attempts remain. */
  const spend = (left: number) => {
    while (budget.spend(true));
    for (let count = 0; count < left; count += 1) budget.earn();
  };

  it('counts failures, and takes its delays from the time that the token held is usable', () => {
    urgency.usableMs = () => 600_000;
    const delaysMs = Array.from({ length: 6 }, () => pacer.noteFailure(reset));
    expect(delaysMs).to.deep.equal([300, 600, 1_200, 2_400, 4_800, 9_000]);
    urgency.usableMs = () => 0;
    expect(pacer.noteFailure(reset)).to.equal(4_500);
    expect(pacer.failures).to.include({ count: 7, lastError: reset });
  });

  for (const [source, earned] of [
    ['endpoint', 1],
    ['store', 0],
  ] as const) {
    it(`forgets its failures after a token of the ${source}, and earns ${earned} attempts`, () => {
      pacer.noteFailure(reset);
      spend(0);
      pacer.noteSuccess(source);
      expect(pacer.failures).to.include({ count: 0, lastError: undefined });
      expect([budget.spend(true), budget.spend(true)]).to.deep.equal([earned === 1, false]);
    });
  }

  it('pays for each attempt at the end of its delay, not before', async () => {
    const paid = sinon.spy(budget, 'spend');
    pacer.startDelay(1_000, onOver);
    await time.pass(999);
    expect([paid.callCount, onOver.callCount]).to.deep.equal([0, 0]);
    await time.pass(1);
    expect([paid.args, onOver.callCount]).to.deep.equal([[[false]], 1]);
  });

  it('waits newly drawn delays while the budget is spent, and counts no failure', async () => {
    sinon.stub(budget, 'spend').returns(true).onFirstCall().returns(false).onSecondCall().returns(false);
    for (let count = 0; count < 2; count += 1) pacer.noteFailure(reset);
    const delay = pacer.startDelay(1_000, onOver);
    await time.pass(1_000);
    expect([delay.msLeft(now()), delay.isProlonged]).to.deep.equal([600, true]);
    await time.pass(600);
    expect([delay.msLeft(now()), onOver.callCount]).to.deep.equal([600, 0]);
    await time.pass(600);
    expect([onOver.callCount, pacer.failures.count]).to.deep.equal([1, 2]);
  });

  it('leaves the last of the budget to renewals that callers wait for at that moment', async () => {
    pacer.noteFailure(reset);
    const [patient, awaited] = [sinon.spy(), sinon.spy()];
    pacer.startDelay(10, patient);
    pacer.startDelay(20, awaited);
    spend(4);
    await time.pass(10);
    expect(patient.callCount).to.equal(0);
    urgency.isAwaited = true;
    await time.pass(10);
    expect([patient.callCount, awaited.callCount]).to.deep.equal([0, 1]);
  });
});
