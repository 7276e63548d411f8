import { expect } from 'chai';
import { now } from '../../lib/ground/clock.js';
import type { RefreshReason } from '../../lib/ground/events.js';
import type { HeldToken } from '../../lib/token/held-token.js';
import { TokenSlot, type TokenState } from '../../lib/token/token-slot.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('TokenSlot', () => {
  let time: VirtualTime;
  let slot: TokenSlot;
  const state = () => slot.stateAt(now());
  beforeEach(() => {
    time = new VirtualTime();
    slot = new TokenSlot();
  });
  afterEach(() => time.restore());

  it('is absent, fresh, due and expired, to the millisecond', async () => {
    expect(state()).to.equal('absent');
    slot.put(heldToken());
    expect(state()).to.equal('fresh');
    await time.pass(299_999);
    expect(state()).to.equal('fresh');
    await time.pass(1);
    expect(state()).to.equal('due');
    await time.pass(289_999);
    expect(state()).to.equal('due');
    expect(slot.usableAt(now())).to.equal(slot.last);
    await time.pass(1);
    expect(state()).to.equal('expired');
    expect(slot.usableAt(now())).to.equal(undefined);
    expect(slot.last).to.not.equal(undefined);
  });

  it('expires once, and for good', async () => {
    slot.put(heldToken());
    expect(slot.expire(now())).to.equal(false);
    time.stepWallClock(590_000);
    expect([slot.expire(now()), slot.expire(now())]).to.deep.equal([true, false]);
    time.stepWallClock(-590_000);
    expect(state()).to.equal('expired');
  });

  it('does not hand out a rejected token, and hands out a suspect one until it ends', async () => {
    const held = heldToken();
    slot.put(held);
    slot.suspect(held, 5_000, now());
    expect(slot.isSuspect).to.equal(true);
    expect(state()).to.equal('fresh');
    await time.pass(5_000);
    expect(state()).to.equal('due');
    slot.reject(held);
    expect(state()).to.equal('rejected');
    expect([slot.usableAt(now()), slot.isSuspect]).to.deep.equal([undefined, false]);
    slot.clear();
    expect([state(), slot.last]).to.deep.equal(['absent', undefined]);
  });

  it('says why the token needs a renewal', async () => {
    const reason = () => slot.reasonAt(now());
    const held = heldToken();
    expect(reason()).to.equal('absent');
    slot.put(held);
    expect(reason()).to.equal('requested');
    await time.pass(300_000);
    expect(reason()).to.equal('due');
    slot.suspect(held, 0, now());
    expect(reason()).to.equal('rejected');
    await time.pass(290_000);
    slot.expire(now());
    expect(reason()).to.equal('expired');
    slot.reject(held);
    expect(reason()).to.equal('rejected');
  });

  describe('by what has become of the token, and by its age', () => {
    const held = (): HeldToken => {
      const token = heldToken();
      slot.put(token);
      return token;
    };
    const become: Readonly<Record<string, () => void>> = {
      empty: () => undefined,
      cleared: () => {
        held();
        slot.clear();
      },
      put: () => void held(),
      suspect: () => slot.suspect(held(), 400_000, now()),
      'suspect and due': () => slot.suspect(held(), 0, now()),
      rejected: () => slot.reject(held()),
    };
    const table: [string, number, TokenState, RefreshReason, number][] = [
      // what it is, its age in ms, its state, the reason for a renewal, and how long it is usable
      ['empty', 0, 'absent', 'absent', 0],
      ['cleared', 0, 'absent', 'absent', 0],
      ['put', 0, 'fresh', 'requested', 590_000],
      ['put', 299_999, 'fresh', 'requested', 290_001],
      ['put', 300_000, 'due', 'due', 290_000],
      ['put', 589_999, 'due', 'due', 1],
      ['put', 590_000, 'expired', 'expired', 0],
      ['put', 9_000_000, 'expired', 'expired', 0],
      ['suspect', 0, 'fresh', 'rejected', 590_000],
      ['suspect', 300_000, 'due', 'rejected', 290_000],
      ['suspect and due', 0, 'due', 'rejected', 590_000],
      ['suspect', 590_000, 'expired', 'rejected', 0],
      ['rejected', 0, 'rejected', 'rejected', 0],
      ['rejected', 590_000, 'rejected', 'rejected', 0],
    ];
    for (const [what, ageMs, tokenState, reason, usableMs] of table) {
      it(`is ${tokenState}, to be renewed as ${reason}, when it is ${what} for ${ageMs} ms`, async () => {
        become[what]?.();
        await time.pass(ageMs);
        expect([state(), slot.reasonAt(now()), slot.usableMs(now())]).to.deep.equal([
          tokenState,
          reason,
          usableMs,
        ]);
        expect(slot.usableAt(now())).to.equal(usableMs > 0 ? slot.last : undefined);
      });
    }
  });

  it('holds a new token as usable, whatever became of the one before', async () => {
    const before = heldToken('a');
    slot.put(before);
    slot.reject(before);
    slot.put(heldToken('b'));
    expect([state(), slot.isSuspect, slot.last?.value]).to.deep.equal(['fresh', false, 'b']);
    slot.suspect(before, 5_000, now());
    slot.put(heldToken('c'));
    expect([state(), slot.isSuspect, slot.last?.value]).to.deep.equal(['fresh', false, 'c']);
  });

  describe('faultOf', () => {
    it('finds no fault with a first token, nor with one that ends later', async () => {
      expect(slot.faultOf(heldToken('a'), now())).to.equal(undefined);
      slot.put(heldToken('a'));
      await time.pass(1);
      expect(slot.faultOf(heldToken('b'), now())).to.equal(undefined);
    });

    it('finds fault with a token that ended on the way', async () => {
      const slow = heldToken('a', 6_000);
      await time.pass(5_899);
      expect(slot.faultOf(slow, now())).to.equal(undefined);
      await time.pass(1);
      expect(slot.faultOf(slow, now())).to.match(/had ended before it came \(lifetime 6000 ms\)/);
    });

    for (const become of ['usable', 'expired', 'rejected'] as const) {
      it(`finds fault with the same token again, when it is ${become}`, async () => {
        const held = heldToken('a');
        slot.put(held);
        if (become === 'rejected') slot.reject(held);
        if (become === 'expired') await time.pass(595_000);
        slot.expire(now());
        expect(slot.faultOf(heldToken('a'), now())).to.equal('is the one already held');
      });
    }

    it('finds fault with a token that ends no later than a usable one, whatever the wall clock says', async () => {
      slot.put(heldToken('a'));
      expect(slot.faultOf(heldToken('b', 600_000), now())).to.match(/ends no later/);
      expect(slot.faultOf(heldToken('b', 600_001), now())).to.equal(undefined);
      await time.pass(400_000);
      time.stepWallClock(-3_600_000);
      expect(slot.faultOf(heldToken('b', 200_000), now())).to.match(/ends no later/);
      expect(slot.faultOf(heldToken('b', 200_001), now())).to.equal(undefined);
    });

    it('finds no fault with the same token again after an end that we guessed', async () => {
      slot.put(heldToken('a', 300_000, true));
      await time.pass(294_999);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal('is the one already held');
      await time.pass(1);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal(undefined);
      expect(slot.faultOf(heldToken('a', 300_000, false), now())).to.equal(undefined);
    });

    it('finds fault with the same token again after an end that the server named, though it names none now', async () => {
      slot.put(heldToken('a'));
      await time.pass(590_000);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal('is the one already held');
    });

    it('finds no fault with a shorter token when the one held is suspect', () => {
      const held = heldToken('a');
      slot.put(held);
      slot.suspect(held, 5_000, now());
      expect(slot.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
      expect(slot.faultOf(heldToken('a', 600_000), now())).to.equal('is the one already held');
    });

    it('finds no fault with a shorter token when nothing usable is held', () => {
      const held = heldToken('a');
      slot.put(held);
      slot.reject(held);
      expect(slot.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
    });
  });
});
