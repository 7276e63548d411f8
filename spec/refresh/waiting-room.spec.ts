import { expect } from 'chai';
import sinon from 'sinon';
import { AbortWatch } from '../../lib/refresh/abort-watch.js';
import type { HeldToken } from '../../lib/refresh/held-token.js';
import { WaitingRoom } from '../../lib/refresh/waiting-room.js';
import { rejection } from '../support/rejection.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const tooLate = () => new Error('too late');

describe('WaitingRoom', () => {
  let time: VirtualTime;
  let room: WaitingRoom<HeldToken>;
  const enter = (maxWaitMs = 1_000, signal?: AbortSignal) => room.enter({ maxWaitMs, signal }, tooLate);
  beforeEach(() => {
    time = new VirtualTime();
    room = new WaitingRoom<HeldToken>(new AbortWatch());
  });
  afterEach(() => time.restore());

  it('gives all the same token, or the same failure', async () => {
    const held = heldToken();
    const served = Promise.all([enter(), enter()]);
    room.serve(held);
    expect(await served).to.deep.equal([held, held]);

    const failures = Promise.all([rejection(enter()), rejection(enter())]);
    room.fail(new Error('refused'));
    const [one, other] = await failures;
    expect(one).to.equal(other);
    expect([room.isEmpty, time.armed]).to.deep.equal([true, 0]);
  });

  it('lets go who has waited maxWaitMs, not 1 ms before, and that one alone', async () => {
    const patient = enter(1_001);
    const failure = rejection(enter(1_000));
    await time.pass(999);
    expect(room.isEmpty).to.equal(false);
    await time.pass(1);
    expect((await failure).message).to.equal('too late');
    room.serve(heldToken());
    expect((await patient).access.value).to.equal('abc');
  });

  it('holds the process for who waits', () => {
    const sandbox = sinon.createSandbox();
    const set = sandbox.spy(globalThis, 'setTimeout');
    void enter();
    sandbox.restore();
    expect(set.firstCall.returnValue.hasRef()).to.equal(true);
  });

  it('lets go whose signal is aborted, with its reason, and that one alone', async () => {
    const own = new AbortController();
    const stays = enter();
    const failure = rejection(enter(1_000, own.signal));
    own.abort(new Error('not needed any more'));
    expect((await failure).message).to.equal('not needed any more');
    room.serve(heldToken());
    await stays;
    expect([room.isEmpty, time.armed]).to.deep.equal([true, 0]);
  });

  it('lets nobody in whose signal is aborted already', async () => {
    const failure = rejection(enter(1_000, AbortSignal.abort(new Error('no'))));
    expect((await failure).message).to.equal('no');
    expect([room.isEmpty, time.armed]).to.deep.equal([true, 0]);
  });

  it('lets go who cannot stay for as long as nothing will happen', async () => {
    const stays = enter(1_000);
    const leaves = rejection(enter(999));
    await time.pass(100);
    room.failWhoCannotStay(900, new Error('too far'));
    expect((await leaves).message).to.equal('too far');
    room.serve(heldToken());
    expect((await stays).access.value).to.equal('abc');
  });

  it('lets go all whose signal it is, and listens to it once', async () => {
    const own = new AbortController();
    const counted = countListeners(own.signal);
    const failures = Array.from({ length: 20 }, () => rejection(enter(1_000, own.signal)));
    expect(counted()).to.equal(1);
    own.abort(new Error('shutting down'));
    for (const failure of failures) expect((await failure).message).to.equal('shutting down');
    expect([room.isEmpty, time.armed, counted()]).to.deep.equal([true, 0, 0]);
  });

  it('takes its listener from a signal that outlives the wait', async () => {
    const own = new AbortController();
    const counted = countListeners(own.signal);
    const served = enter(1_000, own.signal);
    expect(counted()).to.equal(1);
    room.serve(heldToken());
    await served;
    expect(counted()).to.equal(0);
  });
});

function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count -= 1;
    removeEventListener.apply(signal, args);
  };
  return () => count;
}
