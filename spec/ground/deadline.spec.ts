import { getEventListeners } from 'node:events';
import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { withDeadline } from '../../lib/ground/deadline.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('deadline', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

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

    it('lets the process end meanwhile, unless it is told to keep it alive', () => {
      // Not of the default sandbox: that would bring this test's fake timer back, later and elsewhere.
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
  });

  describe('withDeadline, in a busy event loop', () => {
    const never = () => new Promise<never>(() => undefined);
    const over = new Error('over');
    const wait = (work: () => Promise<unknown>) =>
      withDeadline(work, {
        timeoutMs: 250,
        signal: new AbortController().signal,
        onTimeout: () => over,
      });

    it('gives up in time when nothing holds up the event loop', async () => {
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

    it('leaves no timer behind when the work is done in time', async () => {
      expect(await wait(async () => 'done')).to.equal('done');
      expect(time.armed).to.equal(0);
    });

    const stall = (ms: number): void => {
      const endsAt = performance.now() + ms;
      while (performance.now() < endsAt);
    };

    it('takes little of the time for used up by a stall', async () => {
      time.restore();
      const waiting = wait(() => new Promise((resolve) => setTimeout(resolve, 900, 'done')));
      stall(800);
      expect(await waiting).to.equal('done');
    });

    it('looks at what has come in the meantime before it gives up', async () => {
      time.restore();
      const { signal } = new AbortController();
      const deadline = { timeoutMs: 50, signal, onTimeout: () => over };
      const waiting = withDeadline(() => stat('package.json'), deadline);
      stall(300);
      expect((await waiting).isFile()).to.equal(true);
    });
  });
});
