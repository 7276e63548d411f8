import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { Countdown } from '../../lib/ground/countdown.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('Countdown', () => {
  let time: VirtualTime;
  let over: sinon.SinonSpy;
  beforeEach(() => {
    time = new VirtualTime();
    over = sinon.spy();
  });
  afterEach(() => {
    expect(time.armed).to.equal(0);
    time.restore();
  });

  for (const forMs of [0, 1, 24, 25, 26, 99, 499, 500, 501, 1_001, 30_000, 3_600_000]) {
    it(`is over after ${forMs} ms, and not 1 ms before`, async () => {
      const countdown = new Countdown(forMs, over);
      expect([over.callCount, countdown.msLeft]).to.deep.equal([0, forMs]);
      if (forMs > 0) await time.pass(forMs - 1);
      expect([over.callCount, countdown.msLeft]).to.deep.equal([0, Math.min(1, forMs)]);
      await time.pass(1);
      await time.settle();
      expect([over.callCount, countdown.msLeft]).to.deep.equal([1, 0]);
    });
  }

  it('knows at any moment how much time is left', async () => {
    const countdown = new Countdown(1_000, over);
    let goneMs = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), async (ms) => {
        await time.pass(ms);
        goneMs += ms;
        expect(countdown.msLeft).to.equal(Math.max(0, 1_000 - goneMs));
      }),
      { numRuns: 50 },
    );
    countdown.cancel();
  });

  it('may have no end', async () => {
    const countdown = new Countdown(Number.POSITIVE_INFINITY, over);
    await time.pass(2 ** 33);
    expect([over.callCount, countdown.msLeft]).to.deep.equal([0, Number.POSITIVE_INFINITY]);
    countdown.cancel();
  });

  it('calls nobody once it is cancelled, not even in the turn in which it would be over', async () => {
    const countdown = new Countdown(100, over);
    await time.pass(50);
    countdown.cancel();
    await time.pass(1_000);
    const late = new Countdown(100, over);
    await time.pass(95);
    late.onTimer();
    late.cancel();
    await time.settle();
    expect(over.callCount).to.equal(0);
  });

  it('counts no stall that is longer than a part of it', async () => {
    const countdown = new Countdown(1_000, over);
    for (let count = 0; count < 10; count += 1) {
      await time.pass(45);
      time.stall(2_000);
      await time.pass(5);
    }
    expect(countdown.msLeft).to.equal(1_000);
    await time.pass(999);
    expect([over.callCount, countdown.msLeft]).to.deep.equal([0, 1]);
    await time.pass(1);
    await time.settle();
    expect(over.callCount).to.equal(1);
  });

  it('counts all time where it has one part alone', async () => {
    new Countdown(30_000, over, { parts: 1 });
    time.stall(90_000);
    await time.pass(30_000);
    await time.settle();
    expect(over.callCount).to.equal(1);
  });

  it('comes to an end all the same where the loop is always held up: after twice its parts', async () => {
    new Countdown(1_000, over);
    for (let count = 0; count < 40; count += 1) {
      expect(over.callCount).to.equal(0);
      time.stall(2_000);
      await time.pass(50);
    }
    await time.settle();
    expect(over.callCount).to.equal(1);
  });

  it('goes by its timers where the clocks stand still, or jump', async () => {
    let steady = 5;
    performance.now = () => steady;
    new Countdown(1_000, over);
    await time.pass(400);
    steady = -1_000_000;
    await time.pass(400);
    steady = 1_000_000;
    await time.pass(200);
    await time.pass(50);
    await time.settle();
    expect(over.callCount).to.equal(1);
  });

  it('keeps the process alive only where it should', async () => {
    const sandbox = sinon.createSandbox();
    const arm = sandbox.spy(globalThis, 'setTimeout');
    const countdowns = [{}, { keepsAlive: true }].map((options) => new Countdown(10, over, options));
    sandbox.restore();
    expect(arm.returnValues.map((timer) => timer.hasRef())).to.deep.equal([false, true]);
    for (const countdown of countdowns) countdown.cancel();
  });
});
