import { getEventListeners } from 'node:events';
import axios, { type CancelToken } from 'axios';
import { expect } from 'chai';
import { CallerSignal } from '../../../lib/attach/axios/caller-signal.js';

describe('CallerSignal', () => {
  const nothing = () => undefined;

  it('is not there without signal and cancel token, or where the signal is less than one', () => {
    const less = { aborted: false, addEventListener: nothing };
    for (const config of [{}, { signal: less }]) {
      const caller = new CallerSignal(config);
      expect([caller.isThere, caller.signal]).to.deep.equal([false, undefined]);
      caller.release();
    }
  });

  it('is the signal itself where that is alone', () => {
    const { signal } = new AbortController();
    const caller = new CallerSignal({ signal });
    expect([caller.isThere, caller.signal]).to.deep.equal([true, signal]);
  });

  for (const hasSignal of [false, true]) {
    it(`heeds a cancel token ${hasSignal ? 'beside a signal' : 'alone'}, with its reason`, async () => {
      const source = axios.CancelToken.source();
      const { signal: own } = new AbortController();
      const caller = new CallerSignal({ cancelToken: source.token, ...(hasSignal && { signal: own }) });
      expect([caller.isThere, caller.signal?.aborted]).to.deep.equal([true, false]);
      source.cancel('enough');
      await new Promise(setImmediate);
      expect([own.aborted, caller.signal?.aborted]).to.deep.equal([false, true]);
      expect(caller.signal?.reason).to.include({ message: 'enough' });
    });
  }

  it('heeds the signal beside a cancel token, before and after it is asked for', () => {
    const { token: cancelToken } = axios.CancelToken.source();
    const controller = new AbortController();
    const caller = new CallerSignal({ cancelToken, signal: controller.signal });
    const { signal } = caller;
    controller.abort('own reason');
    expect([signal?.aborted, signal?.reason]).to.deep.equal([true, 'own reason']);
    const late = new CallerSignal({ cancelToken, signal: controller.signal });
    expect(late.signal?.reason).to.equal('own reason');
  });

  it('takes a cancel token that is no more than a promise', async () => {
    const bare: unknown = { promise: Promise.resolve({ message: 'enough' }), throwIfRequested: nothing };
    const cancelToken = bare as CancelToken;
    const { signal } = new CallerSignal({ cancelToken });
    await new Promise(setImmediate);
    expect(signal?.reason).to.deep.equal({ message: 'enough' });
  });

  it('leaves nobody listening once all are released, of 1,000 that share a cancel token and a signal', () => {
    const { token: cancelToken } = axios.CancelToken.source();
    const { signal } = new AbortController();
    // axios has no other way to tell.
    const listening = () => [
      (Reflect.get(cancelToken, '_listeners') as unknown[]).length,
      getEventListeners(signal, 'abort').length,
    ];
    const callers = Array.from({ length: 1_000 }, () => new CallerSignal({ signal, cancelToken }));
    // It is one signal, however often it is asked for.
    for (const caller of callers) expect(caller.signal).to.equal(caller.signal);
    // One for all requests: Node.js warns of more than ten.
    expect(listening()).to.deep.equal([1_000, 1]);
    for (const caller of callers) caller.release();
    expect(listening()).to.deep.equal([0, 0]);
  });

  it('listens no longer once it is released', async () => {
    const source = axios.CancelToken.source();
    const controller = new AbortController();
    const caller = new CallerSignal({ cancelToken: source.token, signal: controller.signal });
    const { signal } = caller;
    caller.release();
    source.cancel('enough');
    controller.abort();
    await new Promise(setImmediate);
    expect(signal?.aborted).to.equal(false);
  });
});
