import { expect } from 'chai';
import { EVENT_NAMES } from '../../../lib/ground/events.js';
import { TokenAttemptError, type TokenProviderEvents, TokenStoreError } from '../../../lib/index.js';
import { completeEvent, outage } from '../../../lib/testing/fake/fake-event.js';
import { VirtualTime } from '../../support/virtual-time.js';

const target = { tokenEndpoint: 'https://fake.invalid/token', clientId: 'a', scope: [], resource: [] };

/** All fields of each event, and what kind of value stands there. */
const fields: {
  readonly [Name in keyof TokenProviderEvents]: Record<keyof TokenProviderEvents[Name], string>;
} = {
  refresh: {
    target: 'object',
    reason: 'string',
    scope: 'undefined',
    expiresAt: 'number',
    dueAt: 'number',
    durationMs: 'number',
    attempts: 'number',
    source: 'string',
  },
  failure: {
    target: 'object',
    reason: 'string',
    error: 'object',
    attempts: 'number',
    permanent: 'boolean',
    nextAttemptAt: 'number',
    usableUntil: 'number',
  },
  retry: {
    target: 'object',
    reason: 'string',
    error: 'object',
    attempt: 'number',
    delayMs: 'number',
    nextAttemptAt: 'number',
  },
  expire: { target: 'object', expiresAt: 'number', lastError: 'object' },
  reject: { target: 'object', issuedAt: 'number', nextAttemptAt: 'number' },
  evict: { target: 'object', expiresAt: 'number' },
  degrade: { target: 'object', trouble: 'string', error: 'object' },
  recover: { target: 'object', trouble: 'string', durationMs: 'number' },
};

describe('completeEvent', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  for (const name of EVENT_NAMES) {
    it(`fills in all of ${name}, with times about now`, () => {
      const event = completeEvent(name, {}, target);
      const kinds = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, typeof value]));
      expect(kinds).to.deep.equal(fields[name]);
      expect(event.target).to.equal(target);
      for (const [key, value] of Object.entries(event))
        if (/At$|Until$/.test(key)) expect(value - Date.now(), key).to.be.within(0, 600_000);
      for (const [key, value] of Object.entries(event))
        if (/Ms$/.test(key)) expect(value, key).to.be.within(0, 1_000);
    });

    it(`keeps what is given of ${name}`, () => {
      const given = Object.fromEntries(Object.keys(fields[name]).map((key) => [key, `own ${key}`]));
      expect(completeEvent(name, given, target)).to.deep.equal(given);
    });
  }

  it('has errors of the classes that there are', () => {
    for (const name of ['failure', 'retry'] as const)
      expect(completeEvent(name, {}, target).error).to.be.instanceOf(TokenAttemptError);
    expect(completeEvent('expire', {}, target).lastError).to.be.instanceOf(TokenAttemptError);
    expect(completeEvent('degrade', {}, target).error)
      .to.be.instanceOf(TokenStoreError)
      .and.include({ message: 'The store is down.', reason: 'ECONNREFUSED' });
  });

  it('says what is true of each other', () => {
    const refresh = completeEvent('refresh', {}, target);
    expect(refresh.dueAt).to.be.below(refresh.expiresAt);
    const failure = completeEvent('failure', {}, target);
    expect(failure).to.include({ permanent: failure.error.permanent, reason: 'due' });
    const retry = completeEvent('retry', {}, target);
    expect(retry.nextAttemptAt - Date.now()).to.equal(retry.delayMs);
    expect([refresh.reason, refresh.source, retry.reason]).to.deep.equal(['due', 'endpoint', 'due']);
    expect(
      ['degrade', 'recover'].map((name) => completeEvent(name as 'recover', {}, target).trouble),
    ).to.deep.equal(['read', 'read']);
  });

  it('takes for an outage that nobody answers', () => {
    expect(outage()).to.include({ code: 'ERR_TOKEN_REQUEST', reason: 'ECONNREFUSED', permanent: false });
    expect(outage().message).to.equal('No connection to the token endpoint (ECONNREFUSED).');
  });
});
