import { expect } from 'chai';
import { now } from '../../lib/ground/clock.js';
import { adopt } from '../../lib/sharing/adoption.js';
import { HeldToken } from '../../lib/token/held-token.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { heldToken, tokenFacts } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('HeldToken', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
  });
  afterEach(() => time.restore());

  it('counts its times from when it was asked for', async () => {
    const { access, served, hotUntil, dueAfterMs } = heldToken();
    expect(access).to.include({ issuedAt: 1_000_000, dueAt: 1_300_000, expiresAt: 1_600_000, value: 'abc' });
    // Hot from 1 000 000 on.
    expect([hotUntil - dueAfterMs, hotUntil]).to.deep.equal([1_000_000, 1_300_000]);
    expect(await served).to.equal('abc');
  });

  it('shows its times in whole ms, however its schedule was drawn', () => {
    const facts = { ...tokenFacts('abc', 599_999.5), sentAt: { wall: 1_000, steady: 0.3 } };
    const { access } = new HeldToken(facts, { dueAfterMs: 299_999.4, usableForMs: 590_000 });
    expect(access).to.include({ issuedAt: 1_000, dueAt: 300_999, expiresAt: 601_000 });
  });

  it('ages by the earlier of both clocks', async () => {
    const held = heldToken();
    await time.pass(100_000);
    expect([held.freshMs(now()), held.usableMs(now()), held.remainingMs(now())]).to.deep.equal([
      200_000, 490_000, 500_000,
    ]);
    time.stepWallClock(-3_600_000);
    expect(held.usableMs(now())).to.equal(490_000);
    time.stepWallClock(3_600_000 + 300_000);
    expect(held.ageMs(now())).to.equal(400_000);
    expect(held.freshMs(now())).to.equal(-100_000);
  });

  it('can be made due sooner, never later, and stays the same token otherwise', async () => {
    const held = heldToken();
    await time.pass(100_000);
    const sooner = held.dueWithin(5_000, now());
    expect(sooner.source).to.equal('endpoint');
    expect(adopt(held.toStored(now()), settings(), now(), target)?.dueWithin(1, now()).source).to.equal(
      'store',
    );
    expect(sooner.freshMs(now())).to.equal(5_000);
    expect(sooner.usableMs(now())).to.equal(held.usableMs(now()));
    expect(sooner.access.value).to.equal('abc');
    expect(sooner.facts).to.equal(held.facts);
    expect(held.dueWithin(400_000, now()).freshMs(now())).to.equal(200_000);
  });

  it('keeps the facts that it was made of, and gives a store all of them but the time of day', async () => {
    const facts = Object.freeze({ ...tokenFacts('abc', 600_000, true), scope: 'read' });
    const held = new HeldToken(facts, { dueAfterMs: 1, usableForMs: 2 });
    expect(held.facts).to.equal(facts);
    expect(held).to.include({ value: 'abc', lifetimeMs: 600_000 });
    await time.pass(100_000);
    expect(held.toStored(now())).to.deep.equal({
      value: 'abc',
      tokenType: 'Bearer',
      scope: 'read',
      lifetimeMs: 600_000,
      isLifetimeGuessed: true,
      remainingMs: 500_000,
    });
  });

  it('can be served to its end, as a token whose end is known', async () => {
    const held = heldToken('abc', 600_000, true);
    expect(held.isServedToItsEnd).to.equal(false);
    await time.pass(100_000);
    const kept = held.servedToItsEnd(250_000.4, now());
    expect(kept).to.include({
      value: 'abc',
      isServedToItsEnd: true,
      lifetimeMs: 350_000,
      dueAfterMs: 350_000,
    });
    expect(kept.facts).to.deep.equal({ ...held.facts, lifetimeMs: 350_000, isLifetimeGuessed: false });
    expect(Object.isFrozen(kept.facts)).to.equal(true);
    expect([kept.usableMs(now()), kept.freshMs(now()), kept.remainingMs(now())]).to.deep.equal([
      250_000, 250_000, 250_000,
    ]);
    expect(kept.access).to.include({ expiresAt: 1_350_000, dueAt: 1_350_000 });
    const stored = adopt(held.toStored(now()), settings(), now(), target);
    expect(stored?.servedToItsEnd(1, now()).source).to.equal('store');
  });

  it('makes what users see of it once', () => {
    const held = heldToken();
    expect(held.access).to.equal(held.access);
  });
});
