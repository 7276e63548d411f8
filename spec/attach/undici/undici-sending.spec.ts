import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import { RejectionRule } from '../../../lib/attach/rejection-rule.js';
import { UndiciSending } from '../../../lib/attach/undici/undici-sending.js';

type Handler = Dispatcher.DispatchHandler;

describe('UndiciSending', () => {
  const make = (own: Partial<Handler> = {}) => {
    const log: string[] = [];
    const handler: Handler = {
      onRequestStart: () => log.push('start'),
      onResponseStart: (_, status) => log.push(`status ${status}`),
      onResponseData: (_, chunk) => log.push(`data ${chunk}`),
      onResponseEnd: () => log.push('end'),
      onResponseError: (_, error) => log.push(`error ${error.message}`),
      onRequestUpgrade: () => log.push('upgrade'),
      ...own,
    } as Handler;
    const controller = {
      paused: false,
      pause: () => {
        controller.paused = true;
        log.push('pause');
      },
      resume: () => {
        controller.paused = false;
        log.push('resume');
      },
      abort: () => log.push('abort'),
    };
    let inner = {} as Required<Handler>;
    const dispatch = (_: unknown, given: Handler) => {
      inner = given as Required<Handler>;
      return true;
    };
    const answer = new UndiciSending(handler, new RejectionRule(undefined)).send(
      dispatch as never,
      {} as never,
    );
    const events = inner;
    return { log, controller: controller as never as Dispatcher.DispatchController, answer, events };
  };

  it('hands on whatever is no rejection, as it comes', async () => {
    const { log, controller, answer, events } = make();
    events.onRequestStart(controller, {});
    events.onResponseStart(controller, 103, {}, '');
    events.onResponseStart(controller, 200, {}, '');
    events.onResponseData(controller, Buffer.from('a'));
    events.onResponseEnd(controller, {});
    expect((await answer).isRejected).to.equal(false);
    (await answer).deliver();
    (await answer).discard();
    expect(log).to.deep.equal(['start', 'status 103', 'status 200', 'data a', 'end']);
  });

  it('holds a rejection back until it is delivered', async () => {
    const { log, controller, answer, events } = make();
    events.onResponseStart(controller, 401, {}, '');
    events.onResponseData(controller, Buffer.from('a'));
    expect((await answer).isRejected).to.equal(true);
    expect(log).to.deep.equal([]);
    (await answer).deliver();
    (await answer).deliver();
    events.onResponseData(controller, Buffer.from('b'));
    events.onResponseEnd(controller, {});
    expect(log).to.deep.equal(['status 401', 'data a', 'data b', 'end']);
  });

  for (const [end, last] of [
    ['deliver', 'resume'],
    ['discard', 'abort'],
  ] as const) {
    it(`pauses what is large, until it comes to ${end}`, async () => {
      const { log, controller, answer, events } = make({ onResponseData: () => undefined });
      events.onResponseStart(controller, 401, {}, '');
      events.onResponseData(controller, Buffer.alloc(65_536));
      expect(log).to.deep.equal([]);
      events.onResponseData(controller, Buffer.alloc(1));
      expect(log).to.deep.equal(['pause']);
      (await answer)[end]();
      expect(log.at(-1)).to.equal(last);
    });
  }

  it('lets nothing of a discarded one through', async () => {
    const { log, controller, answer, events } = make();
    events.onResponseStart(controller, 401, {}, '');
    events.onResponseData(controller, Buffer.from('a'));
    (await answer).discard();
    events.onResponseData(controller, Buffer.from('b'));
    events.onResponseEnd(controller, {});
    events.onResponseError(controller, new Error('late'));
    (await answer).discard();
    expect(log).to.deep.equal(['abort']);
  });

  for (const end of ['onResponseEnd', 'onResponseError'] as const) {
    it(`leaves the connection of a discarded one alone after ${end}`, async () => {
      const { log, controller, answer, events } = make();
      events.onResponseStart(controller, 401, {}, '');
      events[end](controller, new Error('reset') as never);
      (await answer).discard();
      expect(log).to.deep.equal([]);
    });
  }

  it('tells of the progress of the request', () => {
    const told: unknown[] = [];
    const { events } = make({
      onBodySent: (...sizes: unknown[]) => told.push(sizes),
      onRequestSent: () => told.push('sent'),
      onResponseStarted: () => told.push('started'),
    } as never);
    const progress = events as never as Record<string, (...sizes: unknown[]) => void>;
    progress.onBodySent?.(1, 2);
    progress.onRequestSent?.();
    progress.onResponseStarted?.();
    expect(told).to.deep.equal([[1, 2], 'sent', 'started']);
  });

  it('ends the connection of a handler that throws, and tells it once', async () => {
    const { log, controller, answer, events } = make({
      onResponseStart: () => {
        throw new Error('mine');
      },
    });
    events.onResponseStart(controller, 401, {}, '');
    (await answer).deliver();
    events.onResponseError(controller, new Error('aborted'));
    expect(log).to.deep.equal(['abort', 'error mine']);
  });

  it('tells of an error that came while it was held, and only when it is delivered', async () => {
    const { log, controller, answer, events } = make();
    events.onResponseStart(controller, 401, {}, '');
    events.onResponseError(controller, new Error('reset'));
    expect(log).to.deep.equal([]);
    (await answer).deliver();
    expect(log).to.deep.equal(['status 401', 'error reset']);
  });

  it('counts errors and upgrades as answers', async () => {
    const failed = make();
    failed.events.onResponseError(failed.controller, new Error('reset'));
    expect([(await failed.answer).isRejected, failed.log]).to.deep.equal([false, ['error reset']]);
    const upgraded = make();
    upgraded.events.onRequestUpgrade(upgraded.controller, 101, {}, {} as never);
    expect([(await upgraded.answer).isRejected, upgraded.log]).to.deep.equal([false, ['upgrade']]);
  });

  it('reads challenges in one header or in several', async () => {
    for (const challenge of [
      'Bearer error=insufficient_scope',
      ['Basic', 'Bearer error=insufficient_scope'],
    ]) {
      const { controller, answer, events } = make();
      events.onResponseStart(controller, 401, { 'www-authenticate': challenge }, '');
      expect((await answer).isRejected).to.equal(false);
    }
  });
});
