import { setMaxListeners } from 'node:events';
import { expect } from 'chai';
import { abortReason, allowManyListeners, throwIfAborted } from '../../lib/ground/abort-signal.js';
import { ForeignAbortController } from '../support/foreign-abort-controller.js';
import { rejection } from '../support/rejection.js';
import { warningsOf } from '../support/warnings.js';

describe('a signal', () => {
  const listenToMany = (signal: AbortSignal) =>
    warningsOf(() => {
      for (let count = 0; count < 20; count += 1) signal.addEventListener('abort', () => count);
    });

  it('may have many listeners', async () => {
    const { signal } = new AbortController();
    allowManyListeners(signal);
    expect(await listenToMany(signal)).to.deep.equal([]);
  });

  it('of another maker is left as it is', async () => {
    const { signal } = new ForeignAbortController();
    expect(() => setMaxListeners(0, signal)).to.throw(TypeError);
    const before = Object.keys(signal);
    allowManyListeners(signal);
    expect(Object.keys(signal)).to.deep.equal(before);
    expect(await listenToMany(signal)).to.deep.equal([]);
  });

  for (const [what, Controller] of [
    ['of Node.js', AbortController],
    ['of another maker', ForeignAbortController],
  ] as const) {
    it(`${what} throws its reason, whatever that is, once it is aborted`, async () => {
      for (const reason of [new Error('enough'), 'words', null, 0]) {
        const controller = new Controller();
        expect(() => throwIfAborted(controller.signal)).to.not.throw();
        controller.abort(reason);
        expect(abortReason(controller.signal)).to.equal(reason);
        const thrown = new Promise(() => throwIfAborted(controller.signal));
        expect(await thrown.catch((error: unknown) => ({ error }))).to.deep.equal({ error: reason });
      }
    });

    it(`${what} that is aborted without a reason has an AbortError`, async () => {
      const controller = new Controller();
      controller.abort();
      expect(await rejection(new Promise(() => throwIfAborted(controller.signal)))).to.include({
        name: 'AbortError',
      });
    });
  }
});
