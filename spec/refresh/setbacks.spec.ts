import { expect } from 'chai';
import sinon from 'sinon';
import { TokenEndpointError, TokenRequestError } from '../../lib/errors.js';
import { Setbacks } from '../../lib/refresh/setbacks.js';
import { settings } from '../support/settings.js';

const passing = new TokenRequestError('reset', 'ECONNRESET');
const permanent = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);

describe('Setbacks', () => {
  beforeEach(() => {
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => sinon.restore());

  it('doubles the wait with each passing failure in a row', () => {
    const setbacks = new Setbacks(settings());
    expect([1, 2, 3].map(() => setbacks.add(passing, 0))).to.deep.equal([300, 600, 1_200]);
    expect(setbacks).to.include({ inARow: 3, lastError: passing });
  });

  it('counts each kind of failure by itself', () => {
    const setbacks = new Setbacks(settings());
    setbacks.add(passing, 60_000);
    setbacks.add(passing, 60_000);
    expect(setbacks.add(permanent, 60_000)).to.equal(15_000);
    expect(setbacks.add(permanent, 60_000)).to.equal(30_000);
    expect(setbacks.add(passing, 60_000)).to.equal(1_200);
    expect(setbacks.inARow).to.equal(5);
  });

  it('begins anew after a success', () => {
    const setbacks = new Setbacks(settings());
    setbacks.add(passing, 0);
    setbacks.add(permanent, 0);
    setbacks.clear();
    expect(setbacks).to.include({ inARow: 0, lastError: undefined });
    expect(setbacks.add(passing, 0)).to.equal(300);
  });

  it('draws the last wait anew for a time without a token', () => {
    const setbacks = new Setbacks(settings());
    setbacks.add(passing, 600_000);
    setbacks.add(passing, 600_000);
    expect(setbacks.delayWithoutToken(0)).to.equal(600);
    setbacks.add(permanent, 600_000);
    expect(setbacks.delayWithoutToken(0)).to.equal(5_000);
  });

  it('keeps what is left of the time the server asked for', () => {
    const setbacks = new Setbacks(settings());
    const busy = { status: 503, permanent: false, retryAfterMs: 60_000 };
    setbacks.add(new TokenEndpointError('busy', busy), 600_000);
    expect([0, 59_999, 60_000, 90_000].map((ageMs) => setbacks.delayWithoutToken(ageMs))).to.deep.equal([
      60_300, 301, 300, 300,
    ]);
  });

  it('draws another wait of the same kind where no attempt was made, and counts none', () => {
    const setbacks = new Setbacks(settings());
    setbacks.add(passing, 0);
    setbacks.add(passing, 0);
    expect([1, 2, 3].map(() => setbacks.delayAgain(0))).to.deep.equal([600, 600, 600]);
    expect(setbacks.delayAgain(6_000)).to.equal(300);
    expect([setbacks.inARow, setbacks.add(passing, 0)]).to.deep.equal([2, 1_200]);
    setbacks.add(permanent, 600_000);
    expect([setbacks.delayAgain(600_000), setbacks.delayAgain(0)]).to.deep.equal([15_000, 5_000]);
  });

  it('does not draw anew the time that the server asked for, which is over by then', () => {
    const setbacks = new Setbacks(settings());
    const busy = { status: 503, permanent: false, retryAfterMs: 60_000 };
    expect(setbacks.add(new TokenEndpointError('busy', busy), 0)).to.equal(60_300);
    expect(setbacks.delayAgain(0)).to.equal(300);
  });

  it('leaves the time to us unless somebody must mend something, or the server named it', () => {
    const answer = (retryAfterMs: number | undefined) =>
      new TokenEndpointError('busy', { status: 503, permanent: false, retryAfterMs });
    const isLeft = [passing, permanent, answer(undefined), answer(0), answer(1)].map((error) => {
      const setbacks = new Setbacks(settings());
      setbacks.add(error, 0);
      return setbacks.isLeftToUs;
    });
    expect(isLeft).to.deep.equal([true, false, true, true, false]);
  });
});
