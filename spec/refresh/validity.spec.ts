import { expect } from 'chai';
import { now } from '../../lib/clock.js';
import { TokenUnavailableError } from '../../lib/errors.js';
import type { HeldToken } from '../../lib/refresh/held-token.js';
import { handOut, noteVain, vainError } from '../../lib/refresh/validity.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('validity', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('sees no use in another token for 5 s, or a quarter of a short life', async () => {
    const [long, short] = [heldToken(), heldToken('a', 6_000)];
    const isInVain = (held: HeldToken) => vainError(undefined, held, 600_000, now()) !== undefined;
    await time.pass(1_474);
    expect([isInVain(long), isInVain(short)]).to.deep.equal([true, true]);
    await time.pass(1);
    expect([isInVain(long), isInVain(short)]).to.deep.equal([true, false]);
    await time.pass(5_000 - 1_475);
    expect(isInVain(long)).to.equal(false);
  });

  it('remembers the least that was asked for in vain', async () => {
    const held = heldToken();
    await time.pass(100_000);
    expect(noteVain(undefined, held, 590_000)).to.equal(undefined);
    expect(noteVain(undefined, held, 590_001)).to.equal(590_001);
    expect(noteVain(700_000, held, 600_000)).to.equal(600_000);
    expect(noteVain(600_000, held, 700_000)).to.equal(600_000);
    expect(vainError(600_000, held, 599_999, now())).to.equal(undefined);
    expect(vainError(600_000, held, 600_000, now())).to.be.instanceOf(TokenUnavailableError);
  });

  it('says what can be asked for', () => {
    const error = vainError(undefined, heldToken(), 600_000, now());
    expect(error?.message).to.match(/minValidityMs 600000 .* at most 585000 ms/);
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
