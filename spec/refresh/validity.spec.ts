import { expect } from 'chai';
import { now } from '../../lib/clock.js';
import { TokenUnavailableError } from '../../lib/errors.js';
import { handOut, isNew, validityError } from '../../lib/refresh/validity.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('validity', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('takes a token for new for 5 s, or a quarter of a short life', async () => {
    const [long, short] = [heldToken(), heldToken('a', 6_000)];
    await time.pass(1_474);
    expect([isNew(long, now()), isNew(short, now())]).to.deep.equal([true, true]);
    await time.pass(1);
    expect([isNew(long, now()), isNew(short, now())]).to.deep.equal([true, false]);
    await time.pass(5_000 - 1_475);
    expect(isNew(long, now())).to.equal(false);
  });

  it('says what can be asked for', () => {
    expect(validityError(heldToken(), 600_000)).to.be.instanceOf(TokenUnavailableError);
    expect(validityError(heldToken(), 600_000).message).to.match(/minValidityMs 600000 .* at most 585000 ms/);
  });

  it('hands out what is usable for long enough at that moment', async () => {
    const held = heldToken();
    expect(handOut(held, 590_000)).to.equal('abc');
    await time.pass(1);
    expect(() => handOut(held, 590_000)).to.throw(TokenUnavailableError, 'minValidityMs');
    await time.pass(589_998);
    expect(handOut(held, 0)).to.equal('abc');
    await time.pass(1);
    expect(() => handOut(held, 0)).to.throw(TokenUnavailableError, 'ended before');
  });
});
