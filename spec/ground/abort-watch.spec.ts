import { expect } from 'chai';
import sinon from 'sinon';
import { AbortWatch } from '../../lib/ground/abort-watch.js';

describe('AbortWatch', () => {
  it('calls all back once when the signal is aborted, also when they are deleted meanwhile', () => {
    const watch = new AbortWatch();
    const own = new AbortController();
    const second: sinon.SinonSpy = sinon.spy(() => watch.delete(own.signal, second));
    const first: sinon.SinonSpy = sinon.spy(() => watch.delete(own.signal, first));
    watch.add(own.signal, first);
    watch.add(own.signal, second);
    own.abort();
    expect([first.callCount, second.callCount]).to.deep.equal([1, 1]);
  });

  it('calls back nobody who was deleted, and stops listening when all were', () => {
    const watch = new AbortWatch();
    const own = new AbortController();
    const remove = sinon.spy(own.signal, 'removeEventListener');
    const [gone, stays] = [sinon.spy(), sinon.spy()];
    watch.add(own.signal, gone);
    watch.add(own.signal, stays);
    watch.delete(own.signal, gone);
    expect(remove.callCount).to.equal(0);
    own.abort();
    expect([gone.callCount, stays.callCount]).to.deep.equal([0, 1]);
    watch.delete(own.signal, stays);
    watch.delete(own.signal, stays);
    expect(remove.callCount).to.equal(1);
  });

  it('tells signals apart', () => {
    const watch = new AbortWatch();
    const [one, other] = [new AbortController(), new AbortController()];
    const [called, silent] = [sinon.spy(), sinon.spy()];
    watch.add(one.signal, called);
    watch.add(other.signal, silent);
    watch.delete(other.signal, called);
    one.abort();
    expect([called.callCount, silent.callCount]).to.deep.equal([1, 0]);
  });
});
