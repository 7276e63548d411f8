import { expect } from 'chai';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('RetryBudget', () => {
  let time: VirtualTime;
  let budget: RetryBudget;
  beforeEach(() => {
    time = new VirtualTime();
    budget = new RetryBudget();
  });
  afterEach(() => time.restore());

  /** How many attempts it lets through, one after another, at this moment. */
  const drain = (isUrgent = true) => {
    let count = 0;
    while (count < 1_000 && budget.spend(isUrgent)) count += 1;
    return count;
  };

  it('allows 20 attempts at first', () => {
    expect([drain(), budget.spend(true)]).to.deep.equal([20, false]);
  });

  it('keeps the last five for renewals that callers wait for', () => {
    expect([drain(false), drain(true)]).to.deep.equal([15, 5]);
  });

  it('gets ten a second, and never holds more than 20', async () => {
    drain();
    for (const [ms, count] of [
      [99, 0],
      [1, 1],
      [1_000, 10],
      [2_000, 20],
      [3_600_000, 20],
    ] as const) {
      await time.pass(ms);
      expect(drain(), `after ${ms} ms`).to.equal(count);
    }
  });

  it('loses nothing when it is asked often', async () => {
    drain();
    let count = 0;
    for (let tick = 0; tick < 1_000; tick += 1) {
      await time.pass(10);
      if (budget.spend(true)) count += 1;
    }
    expect(count).to.be.within(99, 100);
  });

  it('gets one for each success, within the same bound', () => {
    drain();
    budget.earn();
    budget.earn();
    expect(drain()).to.equal(2);
    for (let count = 0; count < 50; count += 1) budget.earn();
    expect(drain()).to.equal(20);
  });

  it('goes on through a clock that is set back, and counts sleep', async () => {
    drain();
    time.stepWallClock(-3_600_000);
    await time.pass(1_000);
    expect(drain()).to.equal(10);
    time.stepWallClock(60_000);
    expect(drain()).to.equal(20);
  });
});
