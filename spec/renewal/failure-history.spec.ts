import { expect } from 'chai';
import sinon from 'sinon';
import { TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { FailureHistory } from '../../lib/renewal/failure-history.js';
import { settings } from '../support/settings.js';

const passing = new TokenRequestError('reset', 'ECONNRESET');
const permanent = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);

describe('FailureHistory', () => {
  beforeEach(() => {
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => sinon.restore());

  it('doubles the delay with each passing failure in a row', () => {
    const failures = new FailureHistory(settings());
    expect([1, 2, 3].map(() => failures.add(passing, 0))).to.deep.equal([300, 600, 1_200]);
    expect(failures).to.include({ count: 3, lastError: passing });
  });

  it('counts each kind of failure by itself', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 60_000);
    failures.add(passing, 60_000);
    expect(failures.add(permanent, 60_000)).to.equal(15_000);
    expect(failures.add(permanent, 60_000)).to.equal(30_000);
    expect(failures.add(passing, 60_000)).to.equal(1_200);
    expect(failures.count).to.equal(5);
  });

  it('begins anew after a success', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 0);
    failures.add(permanent, 0);
    failures.clear();
    expect(failures).to.include({ count: 0, lastError: undefined });
    expect(failures.add(passing, 0)).to.equal(300);
  });

  it('draws the last delay anew for a time without a token', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 600_000);
    failures.add(passing, 600_000);
    expect(failures.delayWithoutToken(0)).to.equal(600);
    failures.add(permanent, 600_000);
    expect(failures.delayWithoutToken(0)).to.equal(5_000);
  });

  it('keeps what is left of the time the server asked for', () => {
    const failures = new FailureHistory(settings());
    const busy = { httpStatus: 503, permanent: false, retryAfterMs: 60_000 };
    failures.add(new TokenEndpointError('busy', busy), 600_000);
    expect([0, 59_999, 60_000, 90_000].map((ageMs) => failures.delayWithoutToken(ageMs))).to.deep.equal([
      60_300, 301, 300, 300,
    ]);
  });

  it('draws another delay of the same kind where no attempt was made, and counts no failure', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 0);
    failures.add(passing, 0);
    expect([1, 2, 3].map(() => failures.delayAgain(0))).to.deep.equal([600, 600, 600]);
    expect(failures.delayAgain(6_000)).to.equal(300);
    expect([failures.count, failures.add(passing, 0)]).to.deep.equal([2, 1_200]);
    failures.add(permanent, 600_000);
    expect([failures.delayAgain(600_000), failures.delayAgain(0)]).to.deep.equal([15_000, 5_000]);
  });

  it('does not draw anew the time that the server asked for, which is over by then', () => {
    const failures = new FailureHistory(settings());
    const busy = { httpStatus: 503, permanent: false, retryAfterMs: 60_000 };
    expect(failures.add(new TokenEndpointError('busy', busy), 0)).to.equal(60_300);
    expect(failures.delayAgain(0)).to.equal(300);
  });

  it('allows an earlier attempt unless somebody must mend something first, or the server named a time', () => {
    const answer = (retryAfterMs: number | undefined) =>
      new TokenEndpointError('busy', { httpStatus: 503, permanent: false, retryAfterMs });
    const maySooner = [passing, permanent, answer(undefined), answer(0), answer(1)].map((error) => {
      const failures = new FailureHistory(settings());
      failures.add(error, 0);
      return failures.mayRetrySooner;
    });
    expect(maySooner).to.deep.equal([true, false, true, true, false]);
  });
});
