import { expect } from 'chai';
import sinon from 'sinon';
import { allowManyListeners } from '../../../lib/ground/runtime/many-listeners.js';

describe('allowManyListeners', () => {
  afterEach(() => sinon.restore());

  it('lifts the limit of Node.js, which would warn otherwise, and leaves foreign signals alone', () => {
    const warn = sinon.stub(process, 'emitWarning');
    const { signal } = new AbortController();
    allowManyListeners(signal);
    // As the polyfills of old have it.
    allowManyListeners(new EventTarget() as AbortSignal);
    for (let count = 0; count < 20; count += 1) signal.addEventListener('abort', () => count);
    expect(warn.callCount).to.equal(0);
  });
});
