import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../lib/errors.js';
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
    expect(setbacks.delayWithoutToken(passing)).to.equal(600);
    setbacks.add(permanent, 600_000);
    expect(setbacks.delayWithoutToken(permanent)).to.equal(5_000);
  });
});
