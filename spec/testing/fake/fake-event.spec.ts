import { expect } from 'chai';
import { EVENT_NAMES } from '../../../lib/ground/events.js';
import {
  ConfigurationError,
  TokenAttemptError,
  type TokenProviderEvents,
  TokenRequestError,
  TokenStoreError,
} from '../../../lib/index.js';
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
      expect(event.target).to.deep.equal(target);
      for (const [key, value] of Object.entries(event))
        if (/At$|Until$/.test(key)) expect(value - Date.now(), key).to.be.within(0, 600_000);
      for (const [key, value] of Object.entries(event))
        if (/Ms$/.test(key)) expect(value, key).to.be.within(0, 1_000);
    });

    it(`keeps what is given of ${name}`, () => {
      const own = { target: { ...target, clientId: 'own' }, error: outage(), lastError: outage() };
      const given = Object.fromEntries(
        Object.keys(fields[name]).map((key) => [key, own[key as keyof typeof own] ?? `own ${key}`]),
      );
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

  it('fills in what is not given of a target', () => {
    const { target: told } = completeEvent('refresh', { target: { clientId: 'b' } }, target);
    expect(told).to.deep.equal({ ...target, clientId: 'b' });
    expect(Object.isFrozen(told)).to.equal(true);
  });

  for (const [given, permanent, code] of [
    [{}, false, 'ERR_TOKEN_REQUEST'],
    [{ permanent: false }, false, 'ERR_TOKEN_REQUEST'],
    [{ permanent: true }, true, 'ERR_TOKEN_ENDPOINT'],
    [{ error: new TokenRequestError('no', 'CERT_HAS_EXPIRED', true) }, true, 'ERR_TOKEN_REQUEST'],
    [{ error: outage() }, false, 'ERR_TOKEN_REQUEST'],
  ] as const)
    it(`has a failure and its error agree: ${JSON.stringify(given)}`, () => {
      const event = completeEvent('failure', given, target);
      expect([event.permanent, event.error.permanent, event.error.code]).to.deep.equal([
        permanent,
        permanent,
        code,
      ]);
    });

  it('leaves an error and what is said of it as they are given', () => {
    expect(completeEvent('failure', { error: outage(), permanent: true }, target).permanent).to.equal(true);
  });

  for (const [name, given, words] of [
    ['refresh', { raeson: 'due' }, 'raeson: is not among the event fields. Did you mean reason?'],
    ['refresh', 'due', 'event fields: must be a plain object; got a string'],
    ['refresh', { error: outage() }, 'error: is not among the event fields.'],
    ['refresh', { target: { clientid: 'b' } }, 'clientid: is not among the target. Did you mean clientId?'],
    ['refresh', { target: null }, 'target: must be a plain object; got null.'],
    ['failure', { error: 'no' }, 'error: must be an error; got a string'],
    ['expire', { lastError: {} }, 'lastError: must be an error; got an object.'],
  ] as const)
    it(`refuses ${JSON.stringify(given)} of ${name}`, () => {
      expect(() => completeEvent(name, given as never, target)).to.throw(ConfigurationError, words);
    });

  it('takes for an outage that nobody answers', () => {
    expect(outage()).to.include({ code: 'ERR_TOKEN_REQUEST', reason: 'ECONNREFUSED', permanent: false });
    expect(outage().message).to.equal('No connection to the token endpoint (ECONNREFUSED).');
  });
});
