import { expect } from 'chai';
import fc from 'fast-check';
import { TokenEndpointError } from '../../../lib/index.js';
import { outage } from '../../../lib/testing/fake/fake-event.js';
import { FakeFailures } from '../../../lib/testing/fake/fake-failures.js';

const at = { wall: 1_000_000, steady: 500 };

describe('FakeFailures', () => {
  it('has none at first, and none after a success', () => {
    const failures = new FakeFailures();
    const none = () => [failures.count, failures.lastError, failures.msLeft(at)];
    expect(none()).to.deep.equal([0, undefined, 0]);
    failures.add(outage(), at);
    failures.clear();
    expect(none()).to.deep.equal([0, undefined, 0]);
  });

  it('counts each, and knows the last', () => {
    const failures = new FakeFailures();
    const last = outage();
    failures.add(outage(), at);
    failures.add(last, at);
    expect([failures.count, failures.lastError]).to.deep.equal([2, last]);
  });

  it('waits a second, or as long as the server says', () => {
    const asked = new TokenEndpointError('wait', { httpStatus: 503, permanent: false, retryAfterMs: 7_000 });
    for (const [error, delayMs] of [
      [outage(), 1_000],
      [asked, 7_000],
    ] as const) {
      const failures = new FakeFailures();
      failures.add(error, at);
      expect(failures.msLeft(at)).to.equal(delayMs);
    }
  });

  it('has what is left by the clock that ran further, and never less than nothing', () => {
    const any = fc.integer({ min: -5_000, max: 5_000 });
    fc.assert(
      fc.property(any, any, (byWall, bySteady) => {
        const failures = new FakeFailures();
        failures.add(outage(), at);
        const later = { wall: at.wall + byWall, steady: at.steady + bySteady };
        expect(failures.msLeft(later)).to.equal(Math.max(0, 1_000 - Math.max(byWall, bySteady)));
      }),
    );
  });
});
