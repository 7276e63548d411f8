import { expect } from 'chai';
import sinon from 'sinon';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { TokenUnavailableError } from '../../lib/ground/errors.js';
import type { Target } from '../../lib/oauth/target.js';
import { readTarget, type TargetQuery } from '../../lib/options/target-query.js';
import { PendingResolutions } from '../../lib/registry/pending-resolutions.js';
import { rejection } from '../support/rejection.js';
import { target } from '../support/target.js';
import { watchUnhandled } from '../support/unhandled.js';
import { VirtualTime } from '../support/virtual-time.js';

const globex = readTarget({ clientId: 'globex' });
const patience = { maxWaitMs: 5_000, signal: undefined };

describe('PendingResolutions', () => {
  let time: VirtualTime;
  let answer: (target: Target) => void;
  let fail: (reason: unknown) => void;
  const resolve = sinon.spy(
    (_: TargetQuery) =>
      new Promise<Target>((tell, refuse) => {
        answer = tell;
        fail = refuse;
      }),
  );
  const onUnclaimed = sinon.stub();
  let pending: PendingResolutions;
  beforeEach(() => {
    time = new VirtualTime();
    resolve.resetHistory();
    onUnclaimed.reset();
    pending = new PendingResolutions({ resolve, onUnclaimed }, new AbortWatch());
  });
  afterEach(() => {
    expect(time.armed).to.equal(0);
    time.restore();
  });

  it('asks once for all who ask for the same, and gives each of them the answer', async () => {
    const found = [1, 2, 3].map(() => pending.join(readTarget({ clientId: 'globex' }), patience));
    expect(resolve.callCount).to.equal(1);
    answer(target);
    expect(await Promise.all(found)).to.deep.equal([target, target, target]);
    expect(onUnclaimed.callCount).to.equal(0);
  });

  it('asks for each query that says something else', async () => {
    for (const options of [{}, { region: 'us' }, { scope: 'read' }, { scope: '' }])
      pending
        .join(readTarget({ clientId: 'globex', ...options }), { ...patience, maxWaitMs: 10 })
        .catch(() => 0);
    expect(resolve.callCount).to.equal(4);
    await time.pass(10);
  });

  it('asks again when the answer was given, as for an entry that has been evicted since', async () => {
    const first = pending.join(globex, patience);
    answer(target);
    await first;
    await time.settle();
    const second = pending.join(globex, patience);
    expect(resolve.callCount).to.equal(2);
    answer(target);
    await second;
  });

  it('serves also a caller who comes in the turn in which the answer is given', async () => {
    const log: string[] = [];
    const first = pending.join(globex, patience).then(() => {
      log.push('first');
      return pending.join(globex, patience);
    });
    answer(target);
    expect(await first).to.equal(target);
    expect([log, resolve.callCount]).to.deep.equal([['first'], 1]);
  });

  it('fails all who wait, and asks again for the next', async () => {
    const failures = [1, 2].map(() => rejection(pending.join(globex, patience)));
    const error = new Error('no such client');
    fail(error);
    expect(await Promise.all(failures)).to.deep.equal([error, error]);
    const next = pending.join(globex, patience);
    expect(resolve.callCount).to.equal(2);
    answer(target);
    await next;
  });

  it('lets each caller wait as long as that caller may, to the millisecond', async () => {
    const stays = pending.join(globex, patience);
    const leaves = rejection(pending.join(globex, { ...patience, maxWaitMs: 100 }));
    const left = sinon.spy();
    void leaves.then(left);
    await time.pass(99);
    expect(left.callCount).to.equal(0);
    await time.pass(1);
    expect(await leaves).to.be.instanceOf(TokenUnavailableError);
    expect((await leaves).message).to.equal('resolveClient gave no answer within 100 ms (maxWaitMs).');
    answer(target);
    expect(await stays).to.equal(target);
    expect(resolve.callCount).to.equal(1);
  });

  it('lets a caller go with the reason of the signal', async () => {
    const own = new AbortController();
    const leaves = rejection(pending.join(globex, { ...patience, signal: own.signal }));
    own.abort(new Error('gone'));
    expect((await leaves).message).to.equal('gone');
    answer(target);
    await time.settle();
  });

  it('tells of an answer for which nobody waits any more', async () => {
    const leaves = rejection(pending.join(globex, { ...patience, maxWaitMs: 100 }));
    await time.pass(100);
    await leaves;
    answer(target);
    await time.settle();
    expect(onUnclaimed.args).to.deep.equal([[globex, target]]);
    const next = pending.join(globex, patience);
    expect(resolve.callCount).to.equal(2);
    answer(target);
    await next;
  });

  it('bears it where nobody wants the answer any more: not even who is told of it', async () => {
    const unhandled = watchUnhandled();
    onUnclaimed.throws(new Error('closed'));
    const leaves = rejection(pending.join(globex, { ...patience, maxWaitMs: 100 }));
    await time.pass(100);
    await leaves;
    answer(target);
    await time.settle();
    expect(await unhandled()).to.deep.equal([]);
    expect(onUnclaimed.callCount).to.equal(1);
    const next = pending.join(globex, patience);
    answer(target);
    expect(await next).to.equal(target);
  });
});
