import { expect } from 'chai';
import sinon from 'sinon';
import { EntryEvents } from '../../lib/entry/entry-events.js';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { target } from '../support/target.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const summary = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };
const error = new TokenRequestError('reset', 'ECONNRESET');

describe('EntryEvents', () => {
  let time: VirtualTime;
  let events: EventEmitter;
  let tell: EntryEvents;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
    events = new EventEmitter(EVENT_NAMES);
    tell = new EntryEvents({ events, provider: {} }, target);
  });
  afterEach(() => time.restore());

  it('tells refresh', () => {
    const heard = sinon.spy();
    events.on('refresh', heard);
    const held = heldToken();
    tell.refreshed({ is: 'renewed', held, reason: 'due', attempts: 2, durationMs: 30 });
    expect(heard.firstCall.args[0]).to.deep.equal({
      target: summary,
      reason: 'due',
      scope: undefined,
      expiresAt: 1_600_000,
      dueAt: 1_300_000,
      durationMs: 30,
      attempts: 2,
      source: 'endpoint',
    });
  });

  it('tells failure', () => {
    const heard = sinon.spy();
    events.on('failure', heard);
    tell.failed({ is: 'failed', error, delayMs: 9, reason: 'due', attempts: 6, durationMs: 1 }, 8);
    expect(heard.firstCall.args[0]).to.deep.equal({
      target: summary,
      reason: 'due',
      error,
      attempts: 6,
      permanent: false,
      nextAttemptAt: 1_000_009,
      usableUntil: 1_000_008,
    });
  });

  it('tells failure without a time until which a token can be used, where there is none', () => {
    const heard = sinon.spy();
    events.on('failure', heard);
    tell.failed({ is: 'failed', error, delayMs: 9, reason: 'due', attempts: 6, durationMs: 1 }, 0);
    expect(heard.firstCall.args[0]).to.have.property('usableUntil', undefined);
  });

  it('tells evict, with the end of the token, where there was one', () => {
    const heard = sinon.spy();
    events.on('evict', heard);
    tell.evicted(heldToken());
    tell.evicted(undefined);
    expect(heard.args.flat()).to.deep.equal([
      { target: summary, expiresAt: 1_600_000 },
      { target: summary, expiresAt: undefined },
    ]);
  });

  it('tells retry, expire and reject', () => {
    const heard = sinon.spy();
    for (const name of ['retry', 'expire', 'reject'] as const) events.on(name, heard);
    tell.retried({ is: 'retrying', reason: 'absent', error, attempt: 1, delayMs: 500 });
    tell.expired(heldToken(), error);
    tell.rejected(heldToken(), 5);
    expect(heard.args.flat()).to.deep.equal([
      { target: summary, reason: 'absent', error, attempt: 1, delayMs: 500, nextAttemptAt: 1_000_500 },
      { target: summary, expiresAt: 1_600_000, lastError: error },
      { target: summary, issuedAt: 1_000_000, nextAttemptAt: 5 },
    ]);
  });
});
