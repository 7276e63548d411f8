import { expect } from 'chai';
import sinon from 'sinon';
import { Events } from '../../lib/events.js';
import { LEASE_MS, LONGEST_LEASE_MS } from '../../lib/options/token-store.js';
import { Background } from '../../lib/refresh/background.js';
import { Lease } from '../../lib/refresh/lease.js';
import { StoreAccess } from '../../lib/refresh/store-access.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { digestOf } from '../../lib/target.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const key = digestOf(target);

describe('Lease', () => {
  let time: VirtualTime;
  let store: MemoryTokenStore;
  beforeEach(() => {
    time = new VirtualTime();
    store = new MemoryTokenStore();
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  const make = (about = target) =>
    new Lease(
      { access: new StoreAccess(store, new Events()), settings: settings(), background: new Background() },
      about,
    );
  const take = (lease: Lease) => lease.take({ leftMs: 500 }, new AbortController().signal);
  const ownerOf = async () => (await store.read(key)).owner;

  it('is one at a time, and of another name each time', async () => {
    const [one, other] = [make(), make()];
    expect([await take(one), await take(other), await ownerOf()]).to.deep.equal([true, false, one.owner]);
    const before = one.owner;
    one.end();
    await time.settle();
    expect([await ownerOf(), await take(one), one.owner === before]).to.deep.equal([undefined, true, false]);
  });

  it('is kept for as long as is wanted, also where one extension fails', async () => {
    const lease = make();
    await take(lease);
    const extend = sinon.spy(store, 'extendLease');
    const until = new AbortController();
    const kept = rejection(lease.keep(until.signal));
    await time.pass(1_000);
    extend.restore();
    const failing = sinon.stub(store, 'extendLease').rejects(new Error('blip'));
    await time.pass(1_000);
    failing.restore();
    await time.pass(8_000);
    expect(await ownerOf()).to.equal(lease.owner);
    until.abort(new Error('enough'));
    await kept;
    await time.pass(LEASE_MS);
    expect([await ownerOf(), time.armed]).to.deep.equal([undefined, 0]);
  });

  it('rests after failures: longer each time, up to a bound, and as the token endpoint asks', async () => {
    const rests = sinon.spy(store, 'extendLease');
    const lease = make();
    await take(lease);
    for (let count = 0; count < 6; count += 1) lease.rest(true);
    lease.rest(true, 40_000);
    lease.rest(true, 3_600_000);
    lease.rest(false);
    lease.noteSuccess();
    lease.rest(true);
    await time.settle();
    expect(rests.args.map(([, , ms]) => ms)).to.deep.equal([
      1_000,
      2_000,
      4_000,
      8_000,
      15_000,
      15_000,
      40_000,
      LONGEST_LEASE_MS,
      4_500,
      1_000,
    ]);
  });

  it('goes on after a rest of its own', async () => {
    const lease = make();
    await take(lease);
    lease.rest(true);
    lease.resume();
    await time.pass(2_000);
    expect(await ownerOf()).to.equal(lease.owner);
  });

  it('learns from the name of an owner how many have failed', async () => {
    const rests = sinon.spy(store, 'extendLease');
    const lease = make();
    for (const [owner, restMs] of [
      ['x.1', 4_000],
      ['x.0', 2_000],
    ] as const) {
      lease.noteOwner(owner);
      await take(lease);
      lease.rest(true);
      await time.settle();
      expect(rests.lastCall.args[2]).to.equal(restMs);
      lease.end();
      await time.settle();
    }
    for (const owner of [undefined, null, 7, 'x', 'x.', 'x.123', {}]) lease.noteOwner(owner);
    await take(lease);
    expect(lease.owner).to.match(/\.2$/);
    lease.noteOwner(lease.owner);
    lease.end();
    await time.settle();
    await take(lease);
    expect(lease.owner).to.match(/\.2$/);
  });

  it('is taken aside, in place of one of its own that rests', async () => {
    const lease = make();
    await take(lease);
    lease.rest(true);
    lease.takeAside();
    await time.settle();
    expect(await ownerOf()).to.equal(lease.owner);
  });

  it('names the target to the store by a digest, in which nothing of it can be read', async () => {
    const calls = (['takeLease', 'extendLease', 'releaseLease'] as const).map((name) =>
      sinon.spy(store, name),
    );
    const told = { ...target, scope: ['read:hush'], parameters: [['assertion', 'hush-hush']] as const };
    const lease = make(told);
    await take(lease);
    lease.rest(true);
    lease.end();
    await time.settle();
    const names = calls.flatMap((spy) => (spy.args as unknown[][]).map(([name]) => name));
    expect(new Set([...names, lease.key])).to.deep.equal(new Set([digestOf(told)]));
    expect([names.length, lease.key.length]).to.deep.equal([3, 43]);
  });
});
