import { expect } from 'chai';
import sinon from 'sinon';
import { DueTimer } from '../../lib/renewal/due-timer.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('DueTimer', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('fires at the first of several moments, once', async () => {
    const onTimer = sinon.spy();
    new DueTimer({ onTimer }).setFor(undefined, 500, 200);
    await time.pass(199);
    expect(onTimer.callCount).to.equal(0);
    await time.pass(10_000);
    expect(onTimer.callCount).to.equal(1);
  });

  it('is replaced by the next setting, and stopped by one without moments ahead', async () => {
    const onTimer = sinon.spy();
    const timer = new DueTimer({ onTimer });
    timer.setFor(100);
    timer.setFor(200);
    expect(time.armed).to.equal(1);
    timer.setFor(undefined, 0, -5);
    await time.pass(1_000);
    expect([onTimer.callCount, time.armed]).to.deep.equal([0, 0]);
  });

  it('is exact up to 10 s, and at most 15 ms late beyond', async () => {
    for (const [delayMs, after] of [
      [9_999, 9_999],
      [10_000, 10_000],
      [10_001, 10_016],
      [300_000, 300_000],
      [300_001, 300_016],
    ] as const) {
      const onTimer = sinon.spy();
      new DueTimer({ onTimer }).setFor(delayMs);
      await time.pass(after - 1);
      expect(onTimer.callCount).to.equal(0);
      await time.pass(1);
      expect(onTimer.callCount).to.equal(1);
    }
  });
});
