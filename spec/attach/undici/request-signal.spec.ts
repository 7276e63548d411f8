import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { requestSignalOf } from '../../../lib/attach/undici/request-signal.js';

describe('requestSignalOf()', () => {
  it('gives a signal of any make as it is', () => {
    const { signal } = new AbortController();
    const foreign = {
      aborted: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    for (const given of [signal, foreign]) {
      const found = requestSignalOf({ signal: given });
      expect(found?.signal()).to.equal(given);
      found?.release();
    }
  });

  it('gives none where there is none, or what undici would refuse', () => {
    for (const signal of [undefined, null, 5, {}, { aborted: true }, { once: () => undefined }])
      expect(requestSignalOf({ signal })).to.equal(undefined);
  });

  it('listens once to an emitter, however many wait, and not before they do', () => {
    const emitter = new EventEmitter();
    const found = Array.from({ length: 30 }, () => requestSignalOf({ signal: emitter }));
    expect(emitter.listenerCount('abort')).to.equal(0);
    const signals = found.map((one) => one?.signal());
    expect([emitter.listenerCount('abort'), new Set(signals).size]).to.deep.equal([1, 1]);
    for (const one of found.slice(1)) one?.release();
    expect([emitter.listenerCount('abort'), signals[0]?.aborted]).to.deep.equal([1, false]);
    emitter.emit('abort');
    expect([emitter.listenerCount('abort'), signals[0]?.aborted]).to.deep.equal([0, true]);
  });

  it('leaves nothing behind, and begins anew after an abort', () => {
    const emitter = new EventEmitter();
    const first = requestSignalOf({ signal: emitter });
    first?.signal();
    emitter.emit('abort');
    const second = requestSignalOf({ signal: emitter });
    expect(second?.signal().aborted).to.equal(false);
    first?.release();
    first?.release();
    expect(emitter.listenerCount('abort')).to.equal(1);
    second?.release();
    expect(emitter.listenerCount('abort')).to.equal(0);
  });

  it('knows an emitter that says that it was aborted', () => {
    const emitter = Object.assign(new EventEmitter(), { aborted: true });
    expect(requestSignalOf({ signal: emitter })?.signal().aborted).to.equal(true);
    expect(emitter.listenerCount('abort')).to.equal(0);
  });
});
