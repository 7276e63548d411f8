import { expect } from 'chai';
import sinon from 'sinon';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { WaitingRoom } from '../../lib/renewal/waiting-room.js';
import type { HeldToken } from '../../lib/token/held-token.js';
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

  it('gives all callers the same token, or the same failure', async () => {
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

  it('fails the caller who has waited maxWaitMs, not 1 ms before, and no other', async () => {
    const patient = enter(1_001);
    const failure = rejection(enter(1_000));
    await time.pass(999);
    expect(room.isEmpty).to.equal(false);
    await time.pass(1);
    expect((await failure).message).to.equal('too late');
    room.serve(heldToken());
    expect((await patient).access.value).to.equal('abc');
  });

  it('keeps the process alive for a caller who waits', async () => {
    const sandbox = sinon.createSandbox();
    const set = sandbox.spy(globalThis, 'setTimeout');
    const served = enter();
    sandbox.restore();
    expect(set.firstCall.returnValue.hasRef()).to.equal(true);
    room.serve(heldToken());
    await served;
  });

  it('counts no stall of the event loop, neither as waiting nor for the next attempt', async () => {
    const [served, other] = [enter(1_000), enter(1_000)];
    time.stall(60_000);
    await time.pass(900);
    room.failWhoCannotStay(100, new Error('too far'));
    room.serve(heldToken());
    expect(await served).to.equal(await other);
  });

  it('fails the caller whose signal does not say why with an AbortError', async () => {
    const own = Object.assign(new EventTarget(), { aborted: false });
    const failure = rejection(enter(1_000, own as unknown as AbortSignal));
    own.dispatchEvent(new Event('abort'));
    expect((await failure).name).to.equal('AbortError');
  });

  it('fails the caller whose signal is aborted, with its reason, and no other', async () => {
    const own = new AbortController();
    const stays = enter();
    const failure = rejection(enter(1_000, own.signal));
    own.abort(new Error('not needed any more'));
    expect((await failure).message).to.equal('not needed any more');
    room.serve(heldToken());
    await stays;
    expect([room.isEmpty, time.armed]).to.deep.equal([true, 0]);
  });

  it('does not let in a caller whose signal is aborted already', async () => {
    const failure = rejection(enter(1_000, AbortSignal.abort(new Error('no'))));
    expect((await failure).message).to.equal('no');
    expect([room.isEmpty, time.armed]).to.deep.equal([true, 0]);
  });

  it('knows what those who wait need, and forgets the need of those who left', async () => {
    expect(room.neededMs).to.equal(0);
    const own = new AbortController();
    const stays = [enter(), room.enter({ maxWaitMs: 1_000, signal: undefined, minValidityMs: 5 }, tooLate)];
    const leaves = rejection(room.enter({ maxWaitMs: 1_000, signal: own.signal, minValidityMs: 9 }, tooLate));
    expect(room.neededMs).to.equal(9);
    own.abort(new Error('enough'));
    await leaves;
    expect(room.neededMs).to.equal(5);
    room.serve(heldToken());
    await Promise.all(stays);
    expect(room.neededMs).to.equal(0);
  });

  it('fails the callers who cannot stay until the next attempt', async () => {
    const stays = enter(1_000);
    const leaves = rejection(enter(999));
    await time.pass(100);
    room.failWhoCannotStay(900, new Error('too far'));
    expect((await leaves).message).to.equal('too far');
    room.serve(heldToken());
    expect((await stays).access.value).to.equal('abc');
  });

  it('fails all callers of one signal, and listens to it once', async () => {
    const own = new AbortController();
    const counted = countListeners(own.signal);
    const failures = Array.from({ length: 20 }, () => rejection(enter(1_000, own.signal)));
    expect(counted()).to.equal(1);
    own.abort(new Error('shutting down'));
    for (const failure of failures) expect((await failure).message).to.equal('shutting down');
    expect([room.isEmpty, time.armed, counted()]).to.deep.equal([true, 0, 0]);
  });

  it('removes its listener from a signal that outlives the wait', async () => {
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
