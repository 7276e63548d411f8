import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES, type ExpireEvent } from '../../lib/ground/events.js';

const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };
const makeEvent = (): ExpireEvent => ({ target, expiresAt: 1, lastError: undefined });

const UNTOUCHABLE = Object.defineProperty(new Error('x'), 'stack', { get: () => thrower() });

describe('EventEmitter', () => {
  it('calls each listener, with a frozen payload', () => {
    const events = new EventEmitter(EVENT_NAMES);
    const heard = sinon.spy();
    events.on('expire', heard);
    events.emit('expire', makeEvent);
    expect(heard.firstCall.args).to.deep.equal([makeEvent()]);
    expect(heard.firstCall.args[0]).to.be.frozen;
  });

  it('makes no payload when nobody listens', () => {
    const make = sinon.spy(makeEvent);
    new EventEmitter(EVENT_NAMES).emit('expire', make);
    expect(make.called).to.equal(false);
  });

  it('calls a listener of once() once, and none that was taken off', () => {
    const events = new EventEmitter(EVENT_NAMES);
    const [single, gone, stays] = [sinon.spy(), sinon.spy(), sinon.spy()];
    events.once('expire', single);
    events.on('expire', gone);
    events.on('expire', stays);
    events.off('expire', gone);
    events.emit('expire', makeEvent);
    events.emit('expire', makeEvent);
    expect([single.callCount, gone.callCount, stays.callCount]).to.deep.equal([1, 0, 2]);
  });

  for (const [how, listener, detail] of [
    ['throws', () => thrower(), /^Error: listener at fault\n +at thrower/],
    ['rejects', () => Promise.reject(new Error('listener at fault')), /^Error: listener at fault\n +at/],
    ['throws something odd', () => Promise.reject(undefined), /^undefined$/],
    [
      'throws something that throws when it is shown',
      () => Promise.reject(UNTOUCHABLE),
      /^It cannot be shown\.$/,
    ],
  ] as const) {
    it(`lets the others hear when a listener ${how}, and warns of it`, async () => {
      const events = new EventEmitter(EVENT_NAMES);
      const heard = sinon.spy();
      events.on('expire', listener);
      events.on('expire', heard);
      const warn = sinon.stub(process, 'emitWarning');
      events.emit('expire', makeEvent);
      await setImmediate();
      warn.restore();
      expect(heard.callCount).to.equal(1);
      expect(warn.callCount).to.equal(1);
      const [message, options] = warn.firstCall.args as unknown as [string, { detail: string }];
      expect(message).to.equal('A listener of a TokenProvider event threw.');
      expect(options).to.include({ type: 'TokenProviderWarning', code: 'TOKEN_PROVIDER_LISTENER' });
      expect(options.detail).to.match(detail);
    });
  }

  it('refuses unknown event names, and listeners that are no functions', () => {
    const events = new EventEmitter(EVENT_NAMES);
    for (const subscribe of ['on', 'once', 'off'] as const) {
      expect(() => events[subscribe]('refreshed' as 'refresh', () => undefined)).to.throw(
        ConfigurationError,
        `event: must be one of 'refresh', 'failure', 'retry', 'expire', 'reject', 'evict', 'degrade', 'recover'; got a string of 9 characters.`,
      );
      expect(() => events[subscribe]('refresh', undefined as never)).to.throw(
        ConfigurationError,
        'listener: must be a function; got nothing.',
      );
    }
  });

  it('is not held up by a listener that hangs', () => {
    const events = new EventEmitter(EVENT_NAMES);
    const heard = sinon.spy();
    events.on('expire', () => new Promise(() => undefined));
    events.on('expire', heard);
    events.emit('expire', makeEvent);
    expect(heard.callCount).to.equal(1);
  });
});

function thrower(): never {
  throw new Error('listener at fault');
}
