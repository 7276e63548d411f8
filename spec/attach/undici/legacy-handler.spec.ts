import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import {
  FromLegacy,
  isLegacy,
  type LegacyHandler,
  ToLegacy,
} from '../../../lib/attach/undici/legacy-handler.js';

const raw = (...parts: string[]) => parts.map((part) => Buffer.from(part, 'latin1'));

/** A handler of the old form, and a request that tells it all things, by way of both classes. */
const make = (own: Partial<LegacyHandler> = {}) => {
  const log: unknown[] = [];
  const note =
    (name: string) =>
    (...told: unknown[]): undefined =>
      void log.push([name, ...told]);
  const legacy: LegacyHandler = {
    onConnect: note('connect'),
    onUpgrade: note('upgrade'),
    onResponseStarted: note('started'),
    onHeaders: note('headers'),
    onData: note('data'),
    onComplete: note('complete'),
    onError: note('error'),
    onBodySent: note('sent'),
    ...own,
  };
  const modern = new FromLegacy(legacy);
  return { log, legacy, modern, outer: new ToLegacy(modern) };
};

describe('handlers of the old form', () => {
  it('are told from those of the new one', () => {
    const { legacy, modern } = make();
    expect([legacy, modern, {}].map((handler) => isLegacy(handler))).to.deep.equal([true, false, false]);
  });

  it('are told all, as it came', () => {
    const { log, outer } = make();
    const headers = raw('Set-Cookie', 'a', 'X-A', 'ä', 'set-cookie', 'b');
    outer.onConnect(() => undefined, 'context');
    outer.onBodySent(1 as never, 2 as never);
    outer.onResponseStarted();
    expect(outer.onHeaders(200, headers, () => undefined, 'OK')).to.equal(true);
    expect(outer.onData(Buffer.from('x'))).to.equal(true);
    outer.onComplete(raw('X-Trailer', '1'));
    outer.onUpgrade(101, headers, 'socket' as never);
    const error = new Error('reset');
    outer.onError(error);
    const names = log.map((entry) => (entry as unknown[])[0]);
    expect(names).to.deep.equal([
      'connect',
      'sent',
      'started',
      'headers',
      'data',
      'complete',
      'upgrade',
      'error',
    ]);
    expect([log[1], (log[3] as unknown[]).slice(0, 3), log[5], log[6], log[7]]).to.deep.equal([
      ['sent', 1, 2],
      ['headers', 200, headers],
      ['complete', raw('X-Trailer', '1')],
      ['upgrade', 101, headers, 'socket'],
      ['error', error],
    ]);
  });

  it('read headers as undici does: names in lower case, several values in a list', () => {
    let seen = {};
    const handler: Dispatcher.DispatchHandler = {
      onResponseStart: (_, __, headers) => {
        seen = headers;
      },
    };
    const headers = raw('Set-Cookie', 'a', 'X-A', 'ä', 'set-cookie', 'b', 'SET-COOKIE', 'c');
    new ToLegacy(handler).onHeaders(200, headers, () => undefined, 'OK');
    expect(seen).to.deep.equal({ 'set-cookie': ['a', 'b', 'c'], 'x-a': 'ä' });
  });

  it('pause by false, and go on by the function that they got', () => {
    let resume = (): void => undefined;
    const { outer } = make({
      onHeaders: (_, __, given) => {
        resume = given;
        return false;
      },
      onData: () => false,
    });
    let resumed = 0;
    outer.onConnect(() => undefined);
    expect(outer.onHeaders(200, [], () => (resumed += 1), 'OK')).to.equal(false);
    resume();
    resume();
    expect([outer.onData(Buffer.alloc(1)), resumed]).to.deep.equal([false, 1]);
  });

  it('abort once, by the function that they got', () => {
    const reasons: unknown[] = [];
    const { outer } = make({
      onConnect: (abort) => {
        abort(new Error('first'));
        abort(new Error('second'));
      },
    });
    outer.onConnect((reason) => reasons.push(reason.message));
    expect(reasons).to.deep.equal(['first']);
  });

  it('may know of nothing', () => {
    const outer = new ToLegacy(new FromLegacy({}));
    outer.onConnect(() => undefined);
    outer.onHeaders(200, [], () => undefined, 'OK');
    outer.onData(Buffer.alloc(0));
    outer.onComplete([]);
    outer.onError(new Error('none'));
  });
});
