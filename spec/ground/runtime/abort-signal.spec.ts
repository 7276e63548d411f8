import { expect } from 'chai';
import sinon from 'sinon';
import {
  abortReason,
  makeAbortController,
  throwIfAborted,
} from '../../../lib/ground/runtime/abort-signal.js';

/** As the polyfills of old have it. */
class OldController {
  readonly signal = Object.assign(new EventTarget(), { aborted: false });
  abort(): void {
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event('abort'));
  }
}

const oldSignal = (aborted: boolean) => ({ aborted }) as AbortSignal;

describe('abortReason', () => {
  it('is that of the signal; an AbortError where the signal has none', () => {
    const reason = new Error('enough');
    expect(abortReason(AbortSignal.abort(reason))).to.equal(reason);
    expect(abortReason(oldSignal(true)))
      .to.be.instanceOf(DOMException)
      .and.include({ name: 'AbortError' });
  });
});

describe('throwIfAborted', () => {
  it('throws the reason of an aborted signal, of any make', () => {
    throwIfAborted(new AbortController().signal);
    throwIfAborted(oldSignal(false));
    expect(() => throwIfAborted(AbortSignal.abort(new Error('enough')))).to.throw('enough');
    expect(() => throwIfAborted(oldSignal(true))).to.throw('aborted');
  });
});

describe('makeAbortController', () => {
  afterEach(() => sinon.restore());

  it('gives that of Node.js as it is', () => {
    const controller = makeAbortController();
    expect(Reflect.ownKeys(controller.signal).filter((key) => typeof key === 'string')).to.deep.equal([]);
    expect(controller).to.be.instanceOf(AbortController);
  });

  for (const Kind of [AbortController, OldController as typeof AbortController]) {
    it(`gives signals that say why they were aborted: ${Kind.name}`, () => {
      sinon.stub(globalThis, 'AbortController').value(Kind);
      const controller = makeAbortController();
      const { signal } = controller;
      const heard = sinon.spy(() => expect(signal.reason).to.equal(reason));
      const reason = new Error('enough');
      signal.addEventListener('abort', heard);
      signal.throwIfAborted();
      controller.abort(reason);
      controller.abort(new Error('once more'));
      expect([signal.aborted, signal.reason, heard.called]).to.deep.equal([true, reason, true]);
      expect(() => signal.throwIfAborted()).to.throw('enough');
    });

    it(`gives signals that have a reason where nobody gave one: ${Kind.name}`, () => {
      sinon.stub(globalThis, 'AbortController').value(Kind);
      const controller = makeAbortController();
      controller.abort();
      expect(() => controller.signal.throwIfAborted())
        .to.throw(DOMException)
        .with.property('name', 'AbortError');
    });
  }
});
