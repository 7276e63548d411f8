import { expect } from 'chai';
import sinon from 'sinon';
import { ProofRenewals } from '../../lib/oauth/proof-renewals.js';
import { authenticatorOf } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('ProofRenewals', () => {
  let time: VirtualTime;
  let renewals: ProofRenewals;
  const authenticator = authenticatorOf();
  beforeEach(() => {
    time = new VirtualTime();
    renewals = new ProofRenewals();
  });
  afterEach(() => time.restore());
  const renew = (ask: () => Promise<boolean | undefined>, refusedAt = renewals.countOf(authenticator)) =>
    renewals.renew(authenticator, refusedAt, ask);

  it('asks at once, then once in 5 s at most, also where the wall clock is set back', async () => {
    const ask = sinon.stub().resolves(false);
    expect([await renew(ask), ask.callCount]).to.deep.equal([false, 1]);
    time.stepWallClock(-3_600_000);
    await time.pass(4_999);
    expect([await renew(ask), ask.callCount]).to.deep.equal([false, 1]);
    await time.pass(1);
    ask.resolves(true);
    expect([await renew(ask), ask.callCount]).to.deep.equal([true, 2]);
  });

  it('asks again after the machine has slept, when the steady clock stands still', async () => {
    const ask = sinon.stub().resolves(false);
    await renew(ask);
    time.stepWallClock(5_000);
    await renew(ask);
    expect(ask.callCount).to.equal(2);
  });

  it('asks once for all who are refused at the same time', async () => {
    const ask = sinon.stub().resolves(true);
    expect(await Promise.all([renew(ask), renew(ask), renew(ask)])).to.deep.equal([true, true, true]);
    expect(ask.callCount).to.equal(1);
  });

  it('has something newer, without asking, for a proof that was made before the last renewal alone', async () => {
    const before = renewals.countOf(authenticator);
    const ask = sinon.stub().resolves(true);
    await renew(ask);
    expect([await renew(ask, before), ask.callCount]).to.deep.equal([true, 1]);
    expect([await renew(ask), ask.callCount]).to.deep.equal([false, 1]);
    await time.pass(60_000);
    expect([await renew(ask, before), ask.callCount]).to.deep.equal([true, 1]);
  });

  it('lets the next one ask at once where the last question was given up', async () => {
    const ask = sinon.stub().resolves(undefined);
    expect(await renew(ask)).to.equal(false);
    ask.resolves(true);
    expect([await renew(ask), ask.callCount]).to.deep.equal([true, 2]);
  });

  it('keeps authenticators apart', async () => {
    const ask = sinon.stub().resolves(false);
    await renew(ask);
    await renewals.renew(authenticatorOf(), 0, ask);
    expect(ask.callCount).to.equal(2);
  });
});
