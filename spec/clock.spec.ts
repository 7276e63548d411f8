import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { armTimer, elapsedMs, now, wallNow, withDeadline } from '../lib/clock.js';
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

    it('rejects at once when the outer signal is aborted, before or meanwhile', async () => {
      const failure = rejection(withDeadline(() => new Promise(() => undefined), plan(outer.signal)));
      outer.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
      expect(() => withDeadline(async () => 1, plan(outer.signal))).to.throw('closed');
      expect(time.armed).to.equal(0);
    });
  });
});
