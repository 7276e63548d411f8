import { expect } from 'chai';
import { type Instant, now } from '../../../lib/ground/clock.js';
import type { RefreshReason } from '../../../lib/ground/events.js';
import { TokenRequestError, TokenUnavailableError } from '../../../lib/index.js';
import { outage } from '../../../lib/testing/fake/fake-event.js';
import { type FakeOutcome, FakeRenewal } from '../../../lib/testing/fake/fake-renewal.js';
import { FakeTokens } from '../../../lib/testing/fake/fake-token.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const query = { clientId: 'a', region: undefined, scope: undefined, resource: undefined };

describe('FakeRenewal', () => {
  let time: VirtualTime;
  let told: string[];
  let started: [RefreshReason, Instant][];
  let onToken: (count: number) => void;
  let renewal: FakeRenewal;
  beforeEach(() => {
    time = new VirtualTime();
    told = [];
    started = [];
    onToken = () => undefined;
    renewal = make(tokens());
  });
  afterEach(() => time.restore());

  function tokens(): FakeTokens {
    let count = 0;
    return FakeTokens.read({
      token: () => {
        count += 1;
        onToken(count);
        return `t${count}`;
      },
    });
  }
  const make = (outcome: FakeOutcome) => {
    const owner = {
      onStarted: (reason: RefreshReason, at: Instant) => void started.push([reason, at]),
      onRenewed: ({ value }: { value: string }, reason: string) => void told.push(`${value} ${reason}`),
      onFailed: (error: Error, reason: string) => void told.push(`${error.name} ${reason}`),
    };
    return new FakeRenewal(query, owner, outcome);
  };
  const waiting = async () => (await renewal.wait({ maxWaitMs: 30_000, signal: undefined })).value;

  it('ends soon, and then serves all who wait', async () => {
    renewal.start('due');
    expect(renewal.isAwaited).to.equal(false);
    const all = [waiting(), waiting()];
    expect([renewal.isFlying, renewal.isAwaited, told]).to.deep.equal([true, true, []]);
    expect(await Promise.all(all)).to.deep.equal(['t1', 't1']);
    expect([renewal.isFlying, renewal.isAwaited, told]).to.deep.equal([false, false, ['t1 due']]);
  });

  it('ends at once where it is tried at once', () => {
    expect(renewal.tryNow('absent')?.value).to.equal('t1');
    renewal.become(outage(), 'requested');
    expect(renewal.tryNow('due')).to.equal(undefined);
    renewal.become('hang', 'requested');
    expect(renewal.tryNow('expired')).to.equal(undefined);
    expect([renewal.isFlying, told]).to.deep.equal([
      true,
      ['t1 absent', 'TokenRequestError requested', 'TokenRequestError due'],
    ]);
  });

  it('comes to what was said when it began, if that takes for ever from now on', async () => {
    renewal.start('absent');
    const asked = waiting();
    renewal.become('hang', 'requested');
    expect(await asked).to.equal('t1');
    expect(told).to.deep.equal(['t1 absent']);
  });

  it('is over early where it is finished, unless it takes for ever', async () => {
    renewal.finish();
    renewal.start('absent');
    const asked = waiting();
    renewal.finish();
    expect([renewal.isFlying, told, await asked]).to.deep.equal([false, ['t1 absent'], 't1']);
    renewal.become('hang', 'absent');
    renewal.start('requested');
    renewal.finish();
    expect([renewal.isFlying, told]).to.deep.equal([true, ['t1 absent']]);
  });

  it('comes to something else where it has taken for ever', async () => {
    renewal.become('hang', 'absent');
    expect([renewal.isFlying, started]).to.deep.equal([false, []]);
    renewal.start('min-validity');
    const asked = waiting();
    renewal.become('hang', 'absent');
    expect([renewal.isFlying, told]).to.deep.equal([true, []]);
    renewal.become(tokens(), 'absent');
    expect([await asked, told]).to.deep.equal(['t1', ['t1 min-validity']]);
  });

  it('tells of each once, when it starts', async () => {
    renewal.become('hang', 'absent');
    renewal.start('rejected');
    expect(started).to.deep.equal([['rejected', now()]]);
    time.stall(1_000);
    renewal.become(tokens(), 'absent');
    expect([started.length, told]).to.deep.equal([1, ['t1 rejected']]);
    renewal.become(tokens(), 'due');
    renewal.tryNow('expired');
    expect(started.slice(1)).to.deep.equal([
      ['due', now()],
      ['expired', now()],
    ]);
  });

  it('brings nothing any more once it is stopped', async () => {
    renewal.start('absent');
    const asked = waiting();
    renewal.stop(new Error('over'));
    expect((await rejection(asked)).message).to.equal('over');
    expect([renewal.isFlying, told]).to.deep.equal([false, []]);
  });

  it('refuses after a failure, until it is time for the next', () => {
    expect(make(outage()).refusalAt(now())).to.equal(undefined);
    for (const [error, refusal] of [
      [outage(), TokenUnavailableError],
      [new TokenRequestError('bad certificate', 'CERT_HAS_EXPIRED', true), TokenRequestError],
    ] as const) {
      renewal.become(error, 'absent');
      expect(renewal.refusalAt(now())).to.be.instanceOf(refusal);
      time.stall(999);
      expect(renewal.refusalAt(now())).to.be.instanceOf(refusal);
      time.stall(1);
      expect(renewal.refusalAt(now())).to.equal(undefined);
    }
  });

  it('refuses nobody once renewals do not fail', () => {
    renewal.become(outage(), 'absent');
    renewal.become('hang', 'absent');
    expect([renewal.refusalAt(now()), renewal.failures.count]).to.deep.equal([undefined, 1]);
    renewal.become(tokens(), 'absent');
    expect(renewal.failures.count).to.equal(0);
  });

  it('tells those who wait what the function of the user throws', async () => {
    onToken = () => {
      throw new Error('mine');
    };
    renewal.start('absent');
    expect((await rejection(waiting())).message).to.equal('mine');
    expect(renewal.isFlying).to.equal(false);
    renewal.start('absent');
    const asked = waiting();
    renewal.finish();
    expect((await rejection(asked)).message).to.equal('mine');
    expect(() => renewal.tryNow('absent')).to.throw('mine');
    expect(told).to.deep.equal([]);
  });

  it('bears that the function of the user calls back', async () => {
    onToken = (count) => {
      if (count > 1) return;
      renewal.finish();
      renewal.become(outage(), 'requested');
    };
    renewal.start('absent');
    expect(await rejection(waiting())).to.be.instanceOf(TokenUnavailableError);
    expect([renewal.isFlying, told]).to.deep.equal([false, ['TokenRequestError absent']]);
    onToken = () => renewal.stop(new Error('over'));
    renewal = make(tokens());
    renewal.start('due');
    expect((await rejection(waiting())).message).to.equal('over');
    expect(told).to.have.length(1);
  });
});
