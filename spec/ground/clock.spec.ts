import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { armTimer, elapsedMs, LastingTimer, now, sleep, Timer, wallNow } from '../../lib/ground/clock.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('clock', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  describe('elapsedMs', () => {
    it('goes by the wall clock when the steady one stood still (sleep)', () => {
      const since = now();
      time.stepWallClock(3_600_000);
      expect(elapsedMs(since)).to.equal(3_600_000);
    });

    it('goes by the steady clock when the wall clock was set back', async () => {
      const since = now();
      await time.pass(5_000);
      time.stepWallClock(-3_600_000);
      expect(elapsedMs(since)).to.equal(5_000);
    });

    it('is never less than what either clock says', () => {
      fc.assert(
        fc.property(fc.integer(), fc.integer(), (wallMs, steadyMs) => {
          const since = { wall: 1_000, steady: 1_000 };
          const passed = elapsedMs(since, { wall: 1_000 + wallMs, steady: 1_000 + steadyMs });
          expect(passed).to.equal(Math.max(wallMs, steadyMs));
        }),
      );
    });
  });

  it('reads the clocks of the moment, also when they were replaced after loading', async () => {
    const before = wallNow();
    await time.pass(1_234);
    expect(wallNow() - before).to.equal(1_234);
  });

  describe('armTimer', () => {
    for (const delayMs of [0, 1, 999, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 60 * 24 * 3_600_000]) {
      it(`calls back after ${delayMs} ms, and not 1 ms before`, async () => {
        let calls = 0;
        armTimer(delayMs, () => {
          calls += 1;
        });
        await time.pass(Math.max(0, delayMs - 1));
        expect(calls).to.equal(delayMs === 0 ? 1 : 0);
        await time.pass(1);
        expect(calls).to.equal(1);
      });
    }

    it('never calls back before a fraction of a millisecond is over', async () => {
      const at: number[] = [];
      const start = wallNow();
      armTimer(10.2, () => at.push(wallNow() - start));
      await time.pass(20);
      expect(at).to.deep.equal([11]);
    });

    it('does nothing once it is cancelled, even in the second half of a long delay', async () => {
      let calls = 0;
      const cancel = armTimer(2 ** 31 + 5_000, () => {
        calls += 1;
      });
      await time.pass(2 ** 31);
      cancel();
      await time.pass(10_000);
      expect([calls, time.armed]).to.deep.equal([0, 0]);
    });

    it('lets the process end', () => {
      // Not of the default sandbox: that would bring this test's fake timer back, later and elsewhere.
      const sandbox = sinon.createSandbox();
      const set = sandbox.spy(globalThis, 'setTimeout');
      armTimer(5, () => undefined);
      sandbox.restore();
      expect(set.firstCall.returnValue.hasRef()).to.equal(false);
    });
  });

  describe('Timer', () => {
    it('fires outside the async context of whoever armed it', async () => {
      time.restore();
      const storage = new AsyncLocalStorage<string>();
      const seen = await new Promise<unknown>((resolve) => {
        const timer = new Timer({ onTimer: () => resolve(storage.getStore()) });
        storage.run('request', () => timer.arm(1));
        setTimeout(() => undefined, 50);
      });
      expect(seen).to.equal(undefined);
    });

    it('tells its own owner, and no other', async () => {
      const told: string[] = [];
      const [a, b] = ['a', 'b'].map((name) => new Timer({ onTimer: () => told.push(name) }));
      a?.arm(20);
      b?.arm(10);
      await time.pass(20);
      expect(told).to.deep.equal(['b', 'a']);
    });

    it('arms nothing before it is told to, and tells its owner once for each time', async () => {
      const onTimer = sinon.spy();
      const timer = new Timer({ onTimer });
      timer.cancel();
      expect(time.armed).to.equal(0);
      for (const delayMs of [10, -5, 2 ** 31 + 10]) {
        timer.arm(delayMs);
        await time.pass(Math.max(0, delayMs));
      }
      expect([onTimer.callCount, time.armed]).to.deep.equal([3, 0]);
    });

    it('forgets what it was armed for before, also in the second part of a long delay', async () => {
      const onTimer = sinon.spy();
      const timer = new Timer({ onTimer });
      timer.arm(2 ** 31 + 5_000);
      await time.pass(2 ** 31);
      timer.arm(2 ** 31 + 5_000);
      timer.arm(10_000);
      expect(time.armed).to.equal(1);
      await time.pass(9_999);
      expect(onTimer.callCount).to.equal(0);
      await time.pass(2 ** 32);
      expect(onTimer.callCount).to.equal(1);
    });

    it('may be armed again by its owner when it fires', async () => {
      const at: number[] = [];
      const start = wallNow();
      const owner = {
        onTimer: () => {
          at.push(wallNow() - start);
          if (at.length < 3) timer.arm(10);
        },
      };
      const timer = new Timer(owner);
      timer.arm(5);
      await time.pass(1_000);
      expect([at, time.armed]).to.deep.equal([[5, 15, 25], 0]);
    });

    it('takes timers that are numbers, and clears them by the clock that armed them', () => {
      const sandbox = sinon.createSandbox();
      const clear = sandbox.stub(globalThis, 'clearTimeout');
      sandbox.stub(globalThis, 'setTimeout').returns(7 as never);
      const timer = new Timer({ onTimer: () => undefined });
      timer.arm(10);
      sandbox.restore();
      timer.cancel();
      expect(clear.args).to.deep.equal([[7]]);
    });

    it('keeps the process alive only where it should', () => {
      const sandbox = sinon.createSandbox();
      const arm = sandbox.spy(globalThis, 'setTimeout');
      const hasRef = [Timer, LastingTimer].map((Kind) => {
        const timer = new Kind({ onTimer: () => undefined });
        timer.arm(10);
        timer.cancel();
        return arm.lastCall.returnValue.hasRef();
      });
      sandbox.restore();
      expect(hasRef).to.deep.equal([false, true]);
    });
  });

  describe('sleep', () => {
    it('waits', async () => {
      let isOver = false;
      const slept = sleep(100, new AbortController().signal).then(() => {
        isOver = true;
      });
      await time.pass(99);
      expect(isOver).to.equal(false);
      await time.pass(1);
      await slept;
      expect(time.armed).to.equal(0);
    });

    it('ends with the signal, and does not begin after it', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const slept = rejection(sleep(100, controller.signal));
      controller.abort(reason);
      expect(await slept).to.equal(reason);
      expect(await rejection(sleep(100, controller.signal))).to.equal(reason);
      expect(time.armed).to.equal(0);
    });

    it('leaves no listener with the signal', async () => {
      const { signal } = new AbortController();
      const slept = sleep(1, signal);
      await time.pass(1);
      await slept;
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });
  });
});
