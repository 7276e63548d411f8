import { expect } from 'chai';
import { LEASE_MS } from '../../lib/ground/token-store.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { storedToken } from '../support/stored-token.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('MemoryTokenStore', () => {
  let time: VirtualTime;
  let store: MemoryTokenStore;
  beforeEach(() => {
    time = new VirtualTime();
    store = new MemoryTokenStore();
  });
  afterEach(() => time.restore());

  const put = async (target: string, remainingMs: number) => {
    await store.takeLease(target, 'me', LEASE_MS);
    await store.write(target, 'me', storedToken('t', { remainingMs }));
  };

  it('counts by whichever clock runs further', async () => {
    await put('a', 60_000);
    time.stepWallClock(-3_600_000);
    await time.pass(59_000);
    expect((await store.read('a')).token?.remainingMs).to.equal(1_000);
    await time.pass(1_000);
    expect((await store.read('a')).token).to.equal(undefined);
    await put('b', 60_000);
    time.stepWallClock(60_000);
    expect((await store.read('b')).token).to.equal(undefined);
  });

  it('does not give back a token that has ended, when the clock is set back', async () => {
    await put('a', 60_000);
    // The machine was asleep: only the wall clock knows.
    time.stepWallClock(60_000);
    expect((await store.read('a')).token).to.equal(undefined);
    time.stepWallClock(-60_000);
    expect((await store.read('a')).token).to.equal(undefined);
  });

  it('does not keep what nobody can use any more', async () => {
    for (let index = 0; index < 1_000; index += 1) await put(`old ${index}`, 1_000);
    await time.pass(LEASE_MS);
    await put('live', 60_000);
    expect((await store.read('live')).token?.value).to.equal('t');
    expect(store.size).to.equal(1);
  });

  it('keeps what somebody can use, or has the lease of, however much there is', async () => {
    for (let index = 0; index < 1_500; index += 1) await put(`live ${index}`, 60_000);
    for (let index = 0; index < 1_500; index += 1) await store.takeLease(`held ${index}`, 'me', LEASE_MS);
    expect(store.size).to.equal(3_000);
    for (const index of [0, 999, 1_499]) {
      expect((await store.read(`live ${index}`)).token?.value).to.equal('t');
      expect((await store.read(`held ${index}`)).owner).to.equal('me');
    }
  });
});
