import { expect } from 'chai';
import { now } from '../../lib/clock.js';
import { adopt } from '../../lib/refresh/adoption.js';
import { settings } from '../support/settings.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('HeldToken', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
  });
  afterEach(() => time.restore());

  it('counts its times from when it was asked for', async () => {
    const { access, served, hotFrom, hotUntil } = heldToken();
    expect(access).to.include({ issuedAt: 1_000_000, dueAt: 1_300_000, expiresAt: 1_600_000, value: 'abc' });
    expect([hotFrom, hotUntil]).to.deep.equal([1_000_000, 1_300_000]);
    expect(await served).to.equal('abc');
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
    expect(adopt(held.toStored(now()), settings(), now())?.dueWithin(1, now()).source).to.equal('store');
    expect(sooner.freshMs(now())).to.equal(5_000);
    expect(sooner.usableMs(now())).to.equal(held.usableMs(now()));
    expect(sooner.access.value).to.equal('abc');
    expect(held.dueWithin(400_000, now()).freshMs(now())).to.equal(200_000);
  });
});
