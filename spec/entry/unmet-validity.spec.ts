import { expect } from 'chai';
import { handOut, noteUnmet, refuseUnmet } from '../../lib/entry/unmet-validity.js';
import { now } from '../../lib/ground/clock.js';
import { TokenUnavailableError } from '../../lib/ground/errors.js';
import type { HeldToken } from '../../lib/token/held-token.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('unmet validity', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('refuses to ask for another token for 5 s, or a quarter of a short life', async () => {
    const [long, short] = [heldToken(), heldToken('a', 6_000)];
    const isRefused = (held: HeldToken) => refuseUnmet(undefined, held, 600_000, now()) !== undefined;
    await time.pass(1_474);
    expect([isRefused(long), isRefused(short)]).to.deep.equal([true, true]);
    await time.pass(1);
    expect([isRefused(long), isRefused(short)]).to.deep.equal([true, false]);
    await time.pass(5_000 - 1_475);
    expect(isRefused(long)).to.equal(false);
  });

  it('remembers the least minValidityMs that was not met', async () => {
    const held = heldToken();
    await time.pass(100_000);
    expect(noteUnmet(undefined, held, 590_000)).to.equal(undefined);
    expect(noteUnmet(undefined, held, 590_001)).to.equal(590_001);
    expect(noteUnmet(700_000, held, 600_000)).to.equal(600_000);
    expect(noteUnmet(600_000, held, 700_000)).to.equal(600_000);
    expect(refuseUnmet(600_000, held, 599_999, now())).to.equal(undefined);
    expect(refuseUnmet(600_000, held, 600_000, now())).to.be.instanceOf(TokenUnavailableError);
  });

  it('says what can be asked for', () => {
    const error = refuseUnmet(undefined, heldToken(), 600_000, now());
    expect(error?.message).to.match(/minValidityMs 600000 .* at most 585000 ms/);
  });

  it('hands out a token that is usable for long enough at that moment', async () => {
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
