import { expect } from 'chai';
import { now } from '../../lib/clock.js';
import { Holding } from '../../lib/refresh/holding.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('Holding', () => {
  let time: VirtualTime;
  let holding: Holding;
  const state = () => holding.stateAt(now());
  beforeEach(() => {
    time = new VirtualTime();
    holding = new Holding();
  });
  afterEach(() => time.restore());

  it('is absent, fresh, due and expired, to the millisecond', async () => {
    expect(state()).to.equal('absent');
    holding.take(heldToken());
    expect(state()).to.equal('fresh');
    await time.pass(299_999);
    expect(state()).to.equal('fresh');
    await time.pass(1);
    expect(state()).to.equal('due');
    await time.pass(289_999);
    expect(state()).to.equal('due');
    expect(holding.usableAt(now())).to.equal(holding.last);
    await time.pass(1);
    expect(state()).to.equal('expired');
    expect(holding.usableAt(now())).to.equal(undefined);
    expect(holding.last).to.not.equal(undefined);
  });

  it('expires once, and for good', async () => {
    holding.take(heldToken());
    expect(holding.expire(now())).to.equal(false);
    time.stepWallClock(590_000);
    expect([holding.expire(now()), holding.expire(now())]).to.deep.equal([true, false]);
    time.stepWallClock(-590_000);
    expect(state()).to.equal('expired');
  });

  it('does not hand out what is rejected, and hands out what is doubted until it ends', async () => {
    const held = heldToken();
    holding.take(held);
    holding.doubt(held, 5_000, now());
    expect(holding.isDoubted).to.equal(true);
    expect(state()).to.equal('fresh');
    await time.pass(5_000);
    expect(state()).to.equal('due');
    holding.reject(held);
    expect(state()).to.equal('rejected');
    expect([holding.usableAt(now()), holding.isDoubted]).to.deep.equal([undefined, false]);
    holding.clear();
    expect([state(), holding.last]).to.deep.equal(['absent', undefined]);
  });

  it('says why it needs a renewal', async () => {
    const need = () => holding.needAt(now());
    const held = heldToken();
    expect(need()).to.equal('absent');
    holding.take(held);
    expect(need()).to.equal('requested');
    await time.pass(300_000);
    expect(need()).to.equal('due');
    holding.doubt(held, 0, now());
    expect(need()).to.equal('rejected');
    await time.pass(290_000);
    holding.expire(now());
    expect(need()).to.equal('expired');
    holding.reject(held);
    expect(need()).to.equal('rejected');
  });

  describe('faultOf', () => {
    it('finds none in a first token, nor in one that ends later', async () => {
      expect(holding.faultOf(heldToken('a'), now())).to.equal(undefined);
      holding.take(heldToken('a'));
      await time.pass(1);
      expect(holding.faultOf(heldToken('b'), now())).to.equal(undefined);
    });

    it('finds it in one that ended on the way', async () => {
      const slow = heldToken('a', 6_000);
      await time.pass(5_899);
      expect(holding.faultOf(slow, now())).to.equal(undefined);
      await time.pass(1);
      expect(holding.faultOf(slow, now())).to.match(/had ended before it came \(lifetime 6000 ms\)/);
    });

    for (const become of ['usable', 'expired', 'rejected'] as const) {
      it(`finds it in the same token again, when that is ${become}`, async () => {
        const held = heldToken('a');
        holding.take(held);
        if (become === 'rejected') holding.reject(held);
        if (become === 'expired') await time.pass(595_000);
        holding.expire(now());
        expect(holding.faultOf(heldToken('a'), now())).to.equal('is the one already held');
      });
    }

    it('finds it in one that ends no later than a usable one, whatever the wall clock says', async () => {
      holding.take(heldToken('a'));
      expect(holding.faultOf(heldToken('b', 600_000), now())).to.match(/ends no later/);
      expect(holding.faultOf(heldToken('b', 600_001), now())).to.equal(undefined);
      await time.pass(400_000);
      time.stepWallClock(-3_600_000);
      expect(holding.faultOf(heldToken('b', 200_000), now())).to.match(/ends no later/);
      expect(holding.faultOf(heldToken('b', 200_001), now())).to.equal(undefined);
    });

    it('finds none in the same token again after an end that we guessed', async () => {
      holding.take(heldToken('a', 300_000, true));
      await time.pass(294_999);
      expect(holding.faultOf(heldToken('a', 300_000, true), now())).to.equal('is the one already held');
      await time.pass(1);
      expect(holding.faultOf(heldToken('a', 300_000, true), now())).to.equal(undefined);
      expect(holding.faultOf(heldToken('a', 300_000, false), now())).to.equal(undefined);
    });

    it('finds it in the same token again after an end that the server named, though it names none now', async () => {
      holding.take(heldToken('a'));
      await time.pass(590_000);
      expect(holding.faultOf(heldToken('a', 300_000, true), now())).to.equal('is the one already held');
    });

    it('does not mind a shorter one when the one held is doubted', () => {
      const held = heldToken('a');
      holding.take(held);
      holding.doubt(held, 5_000, now());
      expect(holding.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
      expect(holding.faultOf(heldToken('a', 600_000), now())).to.equal('is the one already held');
    });

    it('does not mind a shorter one when nothing usable is held', () => {
      const held = heldToken('a');
      holding.take(held);
      holding.reject(held);
      expect(holding.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
    });
  });
});
