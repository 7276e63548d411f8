import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { type SharedAttempt, WaitPolicy } from '../../lib/sharing/wait-policy.js';
import { settings } from '../support/settings.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('WaitPolicy', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  const policy = (changes: Partial<SharedAttempt> = {}, options: Parameters<typeof settings>[0] = {}) =>
    new WaitPolicy(
      {
        reason: 'due',
        isWelcome: () => true,
        signal: new AbortController().signal,
        fetch: () => Promise.reject(new Error('is not asked')),
        spareMs: () => 0,
        ...changes,
      },
      settings(options),
    );

  it('welcomes what the entry does', () => {
    expect(policy().isWelcome(heldToken('a'), now())).to.equal(true);
    expect(policy({ isWelcome: () => false }).isWelcome(heldToken('a'), now())).to.equal(false);
    expect(policy().isWelcome(undefined, now())).to.equal(false);
  });

  it('gives one who asks for a new token what was asked for just before, or since', async () => {
    const held = heldToken('a');
    await time.pass(999);
    expect(policy({ reason: 'requested' }).isWelcome(held, now())).to.equal(true);
    await time.pass(1);
    const requested = policy({ reason: 'requested' });
    expect(requested.isWelcome(held, now())).to.equal(false);
    await time.pass(60_000);
    expect(requested.isWelcome(held, now())).to.equal(false);
    const newer = heldToken('b');
    await time.pass(60_000);
    expect(requested.isWelcome(newer, now())).to.equal(true);
  });

  for (const [what, options, patienceMs] of [
    ['for a request and a lease', {}, 9_750],
    ['for no more than half of what callers wait', { maxWaitMs: 12_000 }, 4_500],
    ['for a lease at least', { maxWaitMs: 10 }, 2_250],
    ['by half of that again', { requestTimeoutMs: 600_000 }, 11_250],
  ] as const) {
    it(`waits ${what}`, async () => {
      const patient = policy({}, options);
      patient.noteOwner('a');
      await time.pass(patienceMs);
      expect(patient.isTooLong).to.equal(false);
      await time.pass(1);
      expect(patient.isTooLong).to.equal(true);
    });
  }

  it('draws how long, so that not all go at once', async () => {
    sinon.restore();
    const all = Array.from({ length: 200 }, () => policy());
    const gone = () => all.filter(({ isTooLong }) => isTooLong).length;
    await time.pass(9_750);
    expect(gone()).to.equal(0);
    await time.pass(1_625);
    expect(gone()).to.be.within(60, 140);
    await time.pass(1_625);
    expect(gone()).to.equal(200);
  });

  it('waits, with a token in hand, until a fiftieth to a tenth is left of what it lived', async () => {
    sinon.restore();
    const endsAt = performance.now() + 100_000;
    const spareMs = () => Math.max(0, endsAt - performance.now());
    const all = Array.from({ length: 200 }, () => policy({ spareMs }));
    const gone = () => all.filter(({ isTooLong }) => isTooLong).length;
    await time.pass(90_000);
    expect(gone()).to.equal(0);
    await time.pass(4_000);
    expect(gone()).to.be.within(60, 140);
    await time.pass(4_001);
    expect(gone()).to.equal(200);
  });

  it('goes at once where callers come after a long wait, or the token is rejected', async () => {
    let left = 100_000;
    const patient = policy({ spareMs: () => left });
    await time.pass(20_000);
    expect(patient.isTooLong).to.equal(false);
    left = 0;
    expect(patient.isTooLong).to.equal(true);
  });

  describe('with a store that is out of order', () => {
    it('goes alone at once where somebody waits', () => {
      expect(policy().isTroubleTooLong(0)).to.equal(true);
    });

    it('waits, with a token in hand, for a fifth to three tenths of what it lives', async () => {
      sinon.restore();
      const all = Array.from({ length: 200 }, () => policy({ spareMs: () => 100_000 }));
      const gone = () => all.filter((patient) => patient.isTroubleTooLong(0)).length;
      await time.pass(20_000);
      expect(gone()).to.equal(0);
      await time.pass(5_000);
      expect(gone()).to.be.within(60, 140);
      await time.pass(5_000);
      expect(gone()).to.equal(200);
    });

    it('does not wait for one that has been so for a minute and a half', () => {
      const patient = policy({ spareMs: () => 600_000 });
      expect([patient.isTroubleTooLong(89_999), patient.isTroubleTooLong(90_000)]).to.deep.equal([
        false,
        true,
      ]);
    });
  });

  it('does not wait for nobody', () => {
    const patient = policy();
    for (const owner of [undefined, undefined, 'a', undefined, undefined]) patient.noteOwner(owner);
    expect(patient.isTooLong).to.equal(false);
    patient.noteOwner(undefined);
    expect(patient.isTooLong).to.equal(true);
  });
});
