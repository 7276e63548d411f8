import { expect } from 'chai';
import { TokenUnavailableError } from '../../lib/errors.js';
import { handOut, isWithinReach, validityError } from '../../lib/refresh/validity.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('validity', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('is within reach up to 5 s, or a quarter of a short life, below what a new token has', () => {
    expect([584_999, 585_000, 585_001].map((ms) => isWithinReach(ms, heldToken()))).to.deep.equal([
      true,
      true,
      false,
    ]);
    const short = heldToken('a', 6_000);
    expect([4_425, 4_426].map((ms) => isWithinReach(ms, short))).to.deep.equal([true, false]);
  });

  it('says what can be asked for', () => {
    expect(validityError(600_000, heldToken())).to.be.instanceOf(TokenUnavailableError);
    expect(validityError(600_000, heldToken()).message).to.match(/minValidityMs 600000 .* at most 585000 ms/);
  });

  it('hands out what is usable for long enough at that moment', async () => {
    const held = heldToken();
    expect(handOut(held, { minValidityMs: 590_000 })).to.equal('abc');
    await time.pass(1);
    expect(() => handOut(held, { minValidityMs: 590_000 })).to.throw(TokenUnavailableError, 'minValidityMs');
    await time.pass(589_998);
    expect(handOut(held, { minValidityMs: 0 })).to.equal('abc');
    await time.pass(1);
    expect(() => handOut(held, { minValidityMs: 0 })).to.throw(TokenUnavailableError, 'ended before');
  });
});
