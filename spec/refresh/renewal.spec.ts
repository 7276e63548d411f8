import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/clock.js';
import { TokenRequestError } from '../../lib/errors.js';
import type { HeldToken } from '../../lib/refresh/held-token.js';
import { Renewal } from '../../lib/refresh/renewal.js';
import { settings } from '../support/settings.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = new TokenRequestError('reset', 'ECONNRESET');
const untrusted = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);

describe('Renewal', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  function make(attempt: (signal: AbortSignal) => Promise<HeldToken>, retries = 0) {
    const onLanding = sinon.spy();
    const onRetry = sinon.spy();
    const renewal = new Renewal({
      settings: settings({ retry: { retries } }),
      attempt,
      usableMs: () => 0,
      onRetry,
      onLanding,
    });
    return { renewal, onLanding, onRetry };
  }

  it('flies, lands, and is idle again', async () => {
    const held = heldToken();
    const { renewal, onLanding } = make(async () => held);
    expect(renewal.state).to.equal('idle');
    renewal.start('due');
    expect(renewal.state).to.equal('flying');
    await time.settle();
    expect(renewal.state).to.equal('idle');
    expect(onLanding.args).to.deep.equal([[{ held, attempts: 1, durationMs: 0, reason: 'due' }]]);
  });

  it('cools down after a failure, to the millisecond', async () => {
    const { renewal, onLanding } = make(() => Promise.reject(reset));
    renewal.start('due');
    await time.settle();
    expect(onLanding.firstCall.args[0]).to.include({ error: reset, pauseMs: 300, reason: 'due' });
    expect(renewal.msToNextAttempt(now())).to.equal(300);
    await time.pass(299);
    renewal.look(now());
    expect(renewal.state).to.equal('cooling');
    await time.pass(1);
    renewal.look(now());
    expect(renewal).to.include({ state: 'idle', failuresInARow: 1, lastError: reset });
    expect(renewal.msToNextAttempt(now())).to.equal(undefined);
  });

  it('remembers a permanent failure for callers, and no other', async () => {
    const passing = make(() => Promise.reject(reset)).renewal;
    const permanent = make(() => Promise.reject(untrusted)).renewal;
    for (const renewal of [passing, permanent]) renewal.start('absent');
    await time.settle();
    expect(passing.rememberedError).to.equal(undefined);
    expect(permanent.rememberedError).to.equal(untrusted);
    await time.pass(5_000);
    permanent.look(now());
    expect(permanent.rememberedError).to.equal(undefined);
  });

  it('goes on counting over several flights', async () => {
    const { renewal, onLanding, onRetry } = make(() => Promise.reject(reset), 1);
    renewal.start('due');
    await time.pass(300);
    renewal.start('due');
    await time.pass(1_200);
    expect(onRetry.args.map(([retry]) => retry.pauseMs)).to.deep.equal([300, 1_200]);
    expect(onLanding.args.map(([landing]) => landing.pauseMs)).to.deep.equal([600, 2_400]);
  });

  it('brings nothing back to life once stopped', async () => {
    let land = (_: HeldToken): void => undefined;
    const { renewal, onLanding } = make(() => new Promise<HeldToken>((resolve) => (land = resolve)));
    renewal.start('absent');
    const stopped = renewal.stop();
    land(heldToken());
    await stopped;
    await time.settle();
    expect([renewal.state, onLanding.callCount]).to.deep.equal(['idle', 0]);
    await renewal.stop();
  });

  it('does not take the end of a stopped flight for that of the next', async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { renewal, onLanding } = make(untilAborted);
    renewal.start('absent');
    void renewal.stop();
    renewal.start('due');
    await time.settle();
    expect([renewal.state, onLanding.callCount]).to.deep.equal(['flying', 0]);
    await renewal.stop();
  });
});
