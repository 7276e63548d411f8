import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../lib/errors.js';
import { Events } from '../../lib/events.js';
import { EntryEvents } from '../../lib/refresh/entry-events.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };
const error = new TokenRequestError('reset', 'ECONNRESET');

describe('EntryEvents', () => {
  let time: VirtualTime;
  let events: Events;
  let tell: EntryEvents;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
    events = new Events();
    tell = new EntryEvents(events, { ...target, authentication: 'basic', parameters: [] });
  });
  afterEach(() => time.restore());

  it('tells refresh', () => {
    const heard = sinon.spy();
    events.on('refresh', heard);
    const held = heldToken();
    tell.refreshed(held, { held, reason: 'due', attempts: 2, durationMs: 30 });
    expect(heard.firstCall.args[0]).to.deep.equal({
      target,
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
    tell.failed(error, { error, pauseMs: 9, reason: 'due', attempts: 6, durationMs: 1 }, 7, 8);
    expect(heard.firstCall.args[0]).to.deep.equal({
      target,
      reason: 'due',
      error,
      attempts: 6,
      permanent: false,
      nextAttemptAt: 7,
      usableUntil: 8,
    });
  });

  it('tells evict, with the end of the token, where there was one', () => {
    const heard = sinon.spy();
    events.on('evict', heard);
    tell.evicted(heldToken());
    tell.evicted(undefined);
    expect(heard.args.flat()).to.deep.equal([
      { target, expiresAt: 1_600_000 },
      { target, expiresAt: undefined },
    ]);
  });

  it('tells retry, expire and reject', () => {
    const heard = sinon.spy();
    for (const name of ['retry', 'expire', 'reject'] as const) events.on(name, heard);
    tell.retried({ reason: 'absent', error, attempt: 1, pauseMs: 500 });
    tell.expired(heldToken(), error);
    tell.rejected(heldToken(), 5);
    expect(heard.args.flat()).to.deep.equal([
      { target, reason: 'absent', error, attempt: 1, delayMs: 500, nextAttemptAt: 1_000_500 },
      { target, expiresAt: 1_600_000, lastError: error },
      { target, issuedAt: 1_000_000, nextAttemptAt: 5 },
    ]);
  });
});
