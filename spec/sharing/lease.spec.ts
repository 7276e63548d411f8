import { expect } from 'chai';
import sinon from 'sinon';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { LEASE_MS, LONGEST_LEASE_MS } from '../../lib/ground/token-store.js';
import { digestOf } from '../../lib/oauth/target.js';
import { Background } from '../../lib/sharing/background.js';
import { Lease } from '../../lib/sharing/lease.js';
import { StoreGuard } from '../../lib/sharing/store-guard.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
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
      {
        guard: new StoreGuard(store, new EventEmitter(EVENT_NAMES)),
        settings: settings(),
        background: new Background(),
      },
      about,
    );
  const take = (lease: Lease) => lease.take({ leftMs: 500 }, new AbortController().signal);
  const ownerOf = async () => (await store.read(key)).owner;

  it('is one at a time, and has another owner name each time', async () => {
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

  it('backs off after failures: longer each time, up to a bound, and as the token endpoint asks', async () => {
    const extensions = sinon.spy(store, 'extendLease');
    const lease = make();
    await take(lease);
    for (let count = 0; count < 6; count += 1) lease.backOff(true);
    lease.backOff(true, 40_000);
    lease.backOff(true, 3_600_000);
    lease.backOff(false);
    lease.noteSuccess();
    lease.backOff(true);
    await time.settle();
    expect(extensions.args.map(([, , ms]) => ms)).to.deep.equal([
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

  it('is held again for the next attempt after a failure of its own', async () => {
    const lease = make();
    await take(lease);
    lease.backOff(true);
    lease.resume();
    await time.pass(2_000);
    expect(await ownerOf()).to.equal(lease.owner);
  });

  it('learns from the name of an owner how many have failed', async () => {
    const extensions = sinon.spy(store, 'extendLease');
    const lease = make();
    for (const [owner, keptMs] of [
      ['x.1', 4_000],
      ['x.0', 2_000],
    ] as const) {
      lease.noteOwner(owner);
      await take(lease);
      lease.backOff(true);
      await time.settle();
      expect(extensions.lastCall.args[2]).to.equal(keptMs);
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

  it('is taken aside, in place of an earlier one of its own', async () => {
    const lease = make();
    await take(lease);
    lease.backOff(true);
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
    lease.backOff(true);
    lease.end();
    await time.settle();
    const names = calls.flatMap((spy) => (spy.args as unknown[][]).map(([name]) => name));
    expect(new Set([...names, lease.key])).to.deep.equal(new Set([digestOf(told)]));
    expect([names.length, lease.key.length]).to.deep.equal([3, 43]);
  });
});
