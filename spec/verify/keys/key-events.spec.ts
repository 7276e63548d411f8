import { expect } from 'chai';
import sinon from 'sinon';
import { Edition } from '../../../lib/documents/edition.js';
import { now } from '../../../lib/ground/clock.js';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { KeyEvents } from '../../../lib/verify/keys/key-events.js';
import { KeyList } from '../../../lib/verify/keys/key-list.js';
import { SigningKey } from '../../support/signing-key.js';
import { VirtualTime } from '../../support/virtual-time.js';

const issuer = 'https://as.example';
const error = new TokenRequestError('no answer', 'ECONNRESET');
const NAMES = ['refresh', 'retry', 'failure', 'expire'] as const;

describe('KeyEvents', () => {
  let time: VirtualTime;
  let edition: Edition<KeyList>;
  let events: KeyEvents;
  const heard = Object.fromEntries(NAMES.map((name) => [name, sinon.spy()])) as Record<
    string,
    sinon.SinonSpy
  >;
  beforeEach(() => {
    time = new VirtualTime();
    const content = KeyList.read({ keys: [new SigningKey('k1').jwk, new SigningKey('k2').jwk] }, issuer);
    edition = new Edition({ content, sentAt: now(), lifetimeMs: 3_600_000 }, 60_000);
    events = new KeyEvents(issuer);
    for (const name of NAMES) {
      heard[name] = sinon.spy();
      events.on(name, heard[name]);
    }
  });
  afterEach(() => time.restore());

  /** What was told, and that it is frozen, and that nothing else was. */
  const toldOnce = (name: string): unknown => {
    expect(NAMES.filter((other) => heard[other]?.callCount)).to.deep.equal([name]);
    const [event] = heard[name]?.firstCall.args ?? [];
    expect(Object.isFrozen(event)).to.equal(true);
    return event;
  };

  it('tells of new keys: how many, and for how long', () => {
    events.tell({ is: 'renewed', reason: 'due', attempts: 2, durationMs: 30, held: edition });
    const { dueAt, usableUntil } = edition;
    expect(toldOnce('refresh')).to.deep.equal({
      issuer,
      reason: 'due',
      keys: 2,
      dueAt,
      usableUntil,
      attempts: 2,
      durationMs: 30,
    });
    expect(usableUntil).to.equal(Date.now() + 3_660_000);
  });

  it('tells of an attempt that is followed by another', () => {
    events.tell({ is: 'retrying', reason: 'due', error, attempt: 1, delayMs: 300 });
    expect(toldOnce('retry')).to.deep.equal({ issuer, error, attempt: 1, delayMs: 300 });
  });

  it('tells of a failure, and when the next attempt is', () => {
    events.tell({ is: 'failed', reason: 'due', error, attempts: 6, durationMs: 30, delayMs: 5_000 });
    expect(toldOnce('failure')).to.deep.equal({
      issuer,
      error,
      attempts: 6,
      nextAttemptAt: Date.now() + 5_000,
    });
  });

  it('tells of the end of the last keys', () => {
    events.tell({ is: 'expired', edition });
    expect(toldOnce('expire')).to.deep.equal({ issuer, usableUntil: edition.usableUntil });
  });

  it('has these events and no others', () => {
    for (const name of ['error', 'recover', '', 'toString'])
      expect(() => events.on(name as never, () => undefined)).to.throw(
        ConfigurationError,
        "event: must be one of 'refresh', 'retry', 'failure', 'expire'",
      );
  });
});
