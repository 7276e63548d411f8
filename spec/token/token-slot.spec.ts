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
    expect([state(), slot.usableAt(now())]).to.deep.equal(['expired', undefined]);
    slot.takeExpiry();
    expect([state(), slot.usableAt(now()), slot.expire(now())]).to.deep.equal(['expired', undefined, false]);
  });

  it('gives what has expired once, for those who must be told', () => {
    const held = heldToken();
    slot.put(held);
    expect(slot.takeExpiry()).to.equal(undefined);
    time.stepWallClock(590_000);
    expect(slot.takeExpiry()).to.equal(undefined);
    slot.expire(now());
    expect([slot.takeExpiry(), slot.takeExpiry()]).to.deep.equal([held, undefined]);
  });

  it('has nobody told of a token that was dropped', () => {
    slot.put(heldToken());
    time.stepWallClock(590_000);
    slot.expire(now());
    slot.clear();
    expect([slot.takeExpiry(), slot.lifetimeMs]).to.deep.equal([undefined, undefined]);
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

    for (const [become, ageMs, fault] of [
      ['usable', 0, undefined],
      ['usable', 599_999, undefined],
      ['rejected', 0, 'is the one that was rejected'],
      ['rejected', 599_999, 'is the one that was rejected'],
      ['rejected', 600_000, undefined],
      ['suspect', 0, 'is the one that was rejected'],
      ['suspect', 589_999, 'is the one that was rejected'],
      ['suspect', 590_000, undefined],
    ] as const) {
      it(`finds ${fault ? 'fault' : 'no fault'} with the same token again, ${become}, after ${ageMs} ms`, async () => {
        const held = heldToken('a');
        slot.put(held);
        if (become === 'rejected') slot.reject(held);
        if (become === 'suspect') slot.suspect(held, 0, now());
        await time.pass(ageMs);
        slot.expire(now());
        expect(slot.faultOf(heldToken('a'), now())).to.equal(fault);
      });
    }

    it('finds fault with the same token again just at its end', async () => {
      slot.put(heldToken('a'));
      await time.pass(600_000);
      slot.expire(now());
      expect(slot.faultOf(heldToken('a', 1_000), now())).to.equal('is the one that has just ended');
      expect(slot.faultOf(heldToken('a', 1_001), now())).to.equal(undefined);
      expect(slot.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
    });

    it('finds no fault, while the one held is fresh, with another that ends earlier by rounding alone', async () => {
      slot.put(heldToken('a'));
      expect(slot.faultOf(heldToken('b', 599_000), now())).to.match(/ends no later/);
      expect(slot.faultOf(heldToken('b', 599_001), now())).to.equal(undefined);
    });

    it('finds fault with a token that ends no later than one that is due, whatever the wall clock says', async () => {
      slot.put(heldToken('a'));
      await time.pass(400_000);
      time.stepWallClock(-3_600_000);
      expect(slot.faultOf(heldToken('b', 200_000), now())).to.match(/ends no later/);
      expect(slot.faultOf(heldToken('b', 200_001), now())).to.equal(undefined);
    });

    it('finds no fault with the same token again after an end that we guessed', async () => {
      slot.put(heldToken('a', 300_000, true));
      await time.pass(294_999);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal(undefined);
      await time.pass(1);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal(undefined);
      expect(slot.faultOf(heldToken('a', 300_000, false), now())).to.equal(undefined);
    });

    it('finds fault with the same token again after an end that the server named, though it names none now', async () => {
      slot.put(heldToken('a'));
      await time.pass(600_000);
      expect(slot.faultOf(heldToken('a', 300_000, true), now())).to.equal('is the one that has just ended');
    });

    it('finds no fault with a shorter token when the one held is suspect', () => {
      const held = heldToken('a');
      slot.put(held);
      slot.suspect(held, 5_000, now());
      expect(slot.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
      expect(slot.faultOf(heldToken('a', 600_000), now())).to.equal('is the one that was rejected');
    });

    it('finds no fault with a shorter token when nothing usable is held', () => {
      const held = heldToken('a');
      slot.put(held);
      slot.reject(held);
      expect(slot.faultOf(heldToken('b', 1_000), now())).to.equal(undefined);
    });
  });

  describe('take', () => {
    const kept = () => slot.last?.isServedToItsEnd;

    it('holds what is new, as usable', () => {
      expect(slot.take(heldToken('a'), now())).to.equal(true);
      slot.reject(heldToken('a'));
      expect(slot.take(heldToken('b'), now())).to.equal(true);
      expect([state(), slot.last?.value, kept()]).to.deep.equal(['fresh', 'b', false]);
    });

    it('keeps the token that has come again to its end, which is no news', async () => {
      slot.put(heldToken('a'));
      await time.pass(400_000);
      expect(slot.take(heldToken('a', 200_000), now())).to.equal(false);
      expect([state(), kept(), slot.usableMs(now())]).to.deep.equal(['fresh', true, 200_000]);
      await time.pass(199_999);
      expect([state(), slot.usableMs(now())]).to.deep.equal(['fresh', 1]);
      await time.pass(1);
      expect([state(), slot.usableMs(now())]).to.deep.equal(['expired', 0]);
    });

    it('takes it as news once its end was told', async () => {
      slot.put(heldToken('a'));
      await time.pass(590_000);
      slot.expire(now());
      expect(slot.take(heldToken('a', 10_000), now())).to.equal(false);
      await time.pass(10_000);
      slot.expire(now());
      slot.takeExpiry();
      expect(slot.take(heldToken('a', 30_000), now())).to.equal(true);
      expect([state(), kept(), slot.usableMs(now())]).to.deep.equal(['fresh', true, 30_000]);
    });

    it('takes a rejected one as news that comes again after its end', async () => {
      const held = heldToken('a');
      slot.put(held);
      slot.reject(held);
      await time.pass(600_000);
      expect(slot.take(heldToken('a', 30_000), now())).to.equal(true);
      expect(state()).to.equal('fresh');
    });

    it('knows the whole life of a token that has come again', async () => {
      slot.put(heldToken('a'));
      await time.pass(400_000);
      slot.take(heldToken('a', 200_000), now());
      expect([slot.lifetimeMs, slot.last?.lifetimeMs]).to.deep.equal([600_000, 200_000]);
      await time.pass(100_000);
      slot.take(heldToken('a', 100_000), now());
      expect(slot.lifetimeMs).to.equal(600_000);
      slot.take(heldToken('a', 900_000), now());
      expect([slot.lifetimeMs, kept()]).to.deep.equal([900_000, false]);
      slot.take(heldToken('b', 1_000_000), now());
      expect(slot.lifetimeMs).to.equal(1_000_000);
    });
  });
});
