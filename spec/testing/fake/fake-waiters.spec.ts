import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { FakeWaiters } from '../../../lib/testing/fake/fake-waiters.js';
import { rejection } from '../../support/rejection.js';

describe('FakeWaiters', () => {
  let waiters: FakeWaiters<string>;
  beforeEach(() => {
    waiters = new FakeWaiters();
  });

  it('serves all who wait, once', async () => {
    const waiting = [waiters.enter(undefined), waiters.enter(undefined)];
    expect(waiters.isEmpty).to.equal(false);
    waiters.serve('t1');
    waiters.serve('t2');
    expect(await Promise.all(waiting)).to.deep.equal(['t1', 't1']);
    expect(waiters.isEmpty).to.equal(true);
  });

  it('fails all who wait', async () => {
    const waiting = [waiters.enter(undefined), waiters.enter(undefined)];
    const error = new Error('no');
    waiters.fail(error);
    for (const one of waiting) expect(await rejection(one)).to.equal(error);
    expect(waiters.isEmpty).to.equal(true);
  });

  it('lets who has a signal go by it, and nobody else', async () => {
    const own = new AbortController();
    const [mine, other] = [waiters.enter(own.signal), waiters.enter(undefined)];
    own.abort(new Error('enough'));
    expect((await rejection(mine)).message).to.equal('enough');
    expect(waiters.isEmpty).to.equal(false);
    waiters.serve('t1');
    expect(await other).to.equal('t1');
  });

  it('listens once to a signal of many calls, which Node.js would warn of', async () => {
    const own = new AbortController();
    const all = Array.from({ length: 20 }, () => rejection(waiters.enter(own.signal)));
    const others = Array.from({ length: 20 }, () => rejection(new FakeWaiters().enter(own.signal)));
    expect(getEventListeners(own.signal, 'abort')).to.have.length(1);
    own.abort(new Error('enough'));
    for (const { message } of await Promise.all([...all, ...others])) expect(message).to.equal('enough');
    expect(waiters.isEmpty).to.equal(true);
  });

  it('lets nobody wait whose signal has been aborted meanwhile', async () => {
    const own = AbortSignal.abort(new Error('enough'));
    expect((await rejection(waiters.enter(own))).message).to.equal('enough');
    expect(waiters.isEmpty).to.equal(true);
    expect(getEventListeners(own, 'abort')).to.deep.equal([]);
  });

  it('leaves no listener on signals', async () => {
    for (const end of [
      () => waiters.serve('t1'),
      () => waiters.fail(new Error('no')),
      (own: AbortController) => own.abort(),
    ]) {
      const own = new AbortController();
      const waiting = waiters.enter(own.signal).catch(() => undefined);
      expect(getEventListeners(own.signal, 'abort')).to.have.length(1);
      end(own);
      await waiting;
      expect(getEventListeners(own.signal, 'abort')).to.deep.equal([]);
    }
  });
});
