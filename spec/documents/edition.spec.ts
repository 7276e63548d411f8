import { expect } from 'chai';
import fc from 'fast-check';
import { Edition } from '../../lib/documents/edition.js';
import { now } from '../../lib/ground/clock.js';
import { VirtualTime } from '../support/virtual-time.js';

const HOUR_MS = 3_600_000;

describe('Edition', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());
  const edition = (lifetimeMs = HOUR_MS, maxStaleMs = HOUR_MS) =>
    new Edition({ content: 'keys', sentAt: now(), lifetimeMs }, maxStaleMs);

  it('is due ahead of its end, and usable beyond that', async () => {
    const one = edition();
    expect(one).to.include({ content: 'keys', source: 'endpoint', lifetimeMs: HOUR_MS });
    const freshMs = one.freshMs(now());
    expect(freshMs).to.be.within(HOUR_MS - 1_600_000, HOUR_MS - 1_200_000);
    expect(one.usableMs(now())).to.equal(2 * HOUR_MS);
    await time.pass(freshMs - 1);
    expect([one.freshMs(now()), one.isSurelyFresh(Date.now())]).to.deep.equal([1, true]);
    await time.pass(1);
    expect([one.freshMs(now()), one.isSurelyFresh(Date.now())]).to.deep.equal([0, false]);
    await time.pass(2 * HOUR_MS - freshMs);
    expect(one.usableMs(now())).to.equal(0);
  });

  it('ages by the clock that ran further, and is not surely fresh after one was set back', async () => {
    const one = edition();
    time.stepWallClock(30 * HOUR_MS);
    expect(one.usableMs(now())).to.be.below(0);
    time.stepWallClock(-31 * HOUR_MS);
    expect(one.isSurelyFresh(Date.now())).to.equal(false);
    expect(one.usableMs(now())).to.equal(2 * HOUR_MS);
  });

  it('is usable without end where nothing limits that', () => {
    expect(edition(HOUR_MS, Number.POSITIVE_INFINITY).usableMs(now())).to.equal(Number.POSITIVE_INFINITY);
  });

  it('is due before its end, whatever its lifetime', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (lifetimeMs) => {
        const one = edition(lifetimeMs, 0);
        expect(one.dueAt).to.be.at.most(one.usableUntil);
        expect(one.freshMs(now())).to.be.at.least(0);
      }),
    );
  });
});
