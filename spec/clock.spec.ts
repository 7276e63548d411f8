import { getEventListeners } from 'node:events';
import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { armTimer, elapsedMs, now, sleep, Timer, wallNow, withDeadline } from '../lib/clock.js';
import { rejection } from './support/rejection.js';
import { VirtualTime } from './support/virtual-time.js';

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

    it('never rings before a fraction of a millisecond is over', async () => {
      const at: number[] = [];
      const start = wallNow();
      armTimer(10.2, () => at.push(wallNow() - start));
      await time.pass(20);
      expect(at).to.deep.equal([11]);
    });

    it('does nothing once it is taken back, even in the second half of a long delay', async () => {
      let calls = 0;
      const cancel = armTimer(2 ** 31 + 5_000, () => {
        calls += 1;
      });
      await time.pass(2 ** 31);
      cancel();
      await time.pass(10_000);
      expect([calls, time.armed]).to.deep.equal([0, 0]);
    });

    it('lets the process end, unless it is to keep it alive', () => {
      // Not of the default sandbox: that would bring this test's fake timer back, later and elsewhere.
      const sandbox = sinon.createSandbox();
      const set = sandbox.spy(globalThis, 'setTimeout');
      for (const options of [undefined, {}, { keepsAlive: true }]) armTimer(5, () => undefined, options);
      sandbox.restore();
      expect(set.returnValues.map((timer) => timer.hasRef())).to.deep.equal([false, false, true]);
    });
  });

  describe('Timer', () => {
    it('tells its callback whom it rings for: one callback may serve many', async () => {
      const rung: string[] = [];
      const ring = (name: string) => rung.push(name);
      const [a, b] = ['a', 'b'].map((name) => new Timer(ring, name));
      a?.arm(20);
      b?.arm(10);
      await time.pass(20);
      expect(rung).to.deep.equal(['b', 'a']);
    });

    it('arms nothing before it is told to, and rings once for each time', async () => {
      const ring = sinon.spy();
      const timer = new Timer(ring, undefined);
      timer.cancel();
      expect(time.armed).to.equal(0);
      for (const delayMs of [10, -5, 2 ** 31 + 10]) {
        timer.arm(delayMs);
        await time.pass(Math.max(0, delayMs));
      }
      expect([ring.callCount, time.armed]).to.deep.equal([3, 0]);
    });

    it('forgets what it was armed for before, also in the second part of a long delay', async () => {
      const ring = sinon.spy();
      const timer = new Timer(ring, undefined);
      timer.arm(2 ** 31 + 5_000);
      await time.pass(2 ** 31);
      timer.arm(2 ** 31 + 5_000);
      timer.arm(10_000);
      expect(time.armed).to.equal(1);
      await time.pass(9_999);
      expect(ring.callCount).to.equal(0);
      await time.pass(2 ** 32);
      expect(ring.callCount).to.equal(1);
    });

    it('may be armed again by its own callback', async () => {
      const at: number[] = [];
      const start = wallNow();
      const timer: Timer = new Timer(() => {
        at.push(wallNow() - start);
        if (at.length < 3) timer.arm(10);
      }, undefined);
      timer.arm(5);
      await time.pass(1_000);
      expect([at, time.armed]).to.deep.equal([[5, 15, 25], 0]);
    });

    it('keeps the process alive only where it should', () => {
      const sandbox = sinon.createSandbox();
      const arm = sandbox.spy(globalThis, 'setTimeout');
      const hasRef = [undefined, { keepsAlive: true }].map((options) => {
        const timer = new Timer(() => undefined, undefined, options);
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

  describe('withDeadline, lenient', () => {
    const never = () => new Promise<never>(() => undefined);
    const over = new Error('over');
    const wait = (work: () => Promise<unknown>) =>
      withDeadline(work, {
        timeoutMs: 250,
        signal: new AbortController().signal,
        onTimeout: () => over,
        isLenient: true,
      });

    it('gives up in time where nothing holds up the event loop', async () => {
      const failed = rejection(wait(never));
      let isOver = false;
      void failed.then(() => {
        isOver = true;
      });
      await time.pass(249);
      expect(isOver).to.equal(false);
      await time.pass(1);
      expect(await failed).to.equal(over);
      expect(time.armed).to.equal(0);
    });

    it('leaves nothing behind where it has not to give up', async () => {
      expect(await wait(async () => 'done')).to.equal('done');
      expect(time.armed).to.equal(0);
    });

    const stall = (ms: number): void => {
      const endsAt = performance.now() + ms;
      while (performance.now() < endsAt);
    };

    it('takes a stall for one slice of 100 ms', async () => {
      time.restore();
      const waiting = wait(() => new Promise((resolve) => setTimeout(resolve, 900, 'done')));
      stall(800);
      expect(await waiting).to.equal('done');
    });

    it('looks at what has come meanwhile before it gives up', async () => {
      time.restore();
      const { signal } = new AbortController();
      const deadline = { timeoutMs: 50, signal, onTimeout: () => over, isLenient: true };
      const waiting = withDeadline(() => stat('package.json'), deadline);
      stall(300);
      expect((await waiting).isFile()).to.equal(true);
    });
  });

  describe('withDeadline', () => {
    const onTimeout = () => new Error('too late');
    const plan = (signal: AbortSignal) => ({ timeoutMs: 100, signal, onTimeout });
    let outer: AbortController;
    beforeEach(() => {
      outer = new AbortController();
    });

    it('gives what the work gives, and leaves neither timer nor listener behind', async () => {
      expect(await withDeadline(async () => 7, plan(outer.signal))).to.equal(7);
      expect([time.armed, getEventListeners(outer.signal, 'abort')]).to.deep.equal([0, []]);
    });

    it('rejects with what the work throws, at once or later', async () => {
      const atOnce = () => {
        throw new Error('sync');
      };
      expect((await rejection(withDeadline(atOnce, plan(outer.signal)))).message).to.equal('sync');
      const later = () => Promise.reject(new Error('async'));
      expect((await rejection(withDeadline(later, plan(outer.signal)))).message).to.equal('async');
    });

    it('rejects after timeoutMs, not 1 ms before, and aborts the work, which may ignore it', async () => {
      let inner: AbortSignal | undefined;
      const failure = rejection(
        withDeadline((signal) => {
          inner = signal;
          return new Promise(() => undefined);
        }, plan(outer.signal)),
      );
      await time.pass(99);
      expect(inner?.aborted).to.equal(false);
      await time.pass(1);
      expect((await failure).message).to.equal('too late');
      expect(inner?.aborted).to.equal(true);
    });

    it('lets the process end meanwhile, unless it is to keep it alive', () => {
      const sandbox = sinon.createSandbox();
      const set = sandbox.spy(globalThis, 'setTimeout');
      for (const keepsAlive of [undefined, false, true])
        void withDeadline(async () => 1, {
          ...plan(outer.signal),
          ...(keepsAlive !== undefined && { keepsAlive }),
        });
      sandbox.restore();
      expect(set.returnValues.map((timer) => timer.hasRef())).to.deep.equal([false, false, true]);
    });

    it('rejects at once when the outer signal is aborted, before or meanwhile', async () => {
      const failure = rejection(withDeadline(() => new Promise(() => undefined), plan(outer.signal)));
      outer.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
      expect(() => withDeadline(async () => 1, plan(outer.signal))).to.throw('closed');
      expect(time.armed).to.equal(0);
    });
  });
});
