import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../lib/errors.js';
import { Flight, type FlightPlan } from '../../lib/refresh/flight.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = () => new TokenRequestError('reset', 'ECONNRESET');

describe('Flight', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  const plan = <Changes extends Partial<FlightPlan>>(changes: Changes) => ({
    retries: 2,
    longestPauseMs: 30_000,
    attempt: sinon.stub().callsFake(() => Promise.reject(reset())),
    pauseAfter: sinon.stub().returns(1_000),
    extendPause: () => 0,
    onRetry: sinon.spy(),
    ...changes,
  });

  it('lands with a token, and says what it took', async () => {
    const held = heldToken();
    const attempt = sinon.stub().onFirstCall().rejects(reset()).resolves(held);
    const flight = new Flight(plan({ attempt }));
    await time.pass(1_000);
    expect(await flight.outcome).to.deep.equal({ held, attempts: 2, durationMs: 1_000 });
  });

  it('gives up after all its attempts, with the last error and the wait that should follow', async () => {
    const rules = plan({});
    const flight = new Flight(rules);
    await time.pass(2_000);
    const outcome = await flight.outcome;
    expect(outcome).to.include({ attempts: 3, pauseMs: 1_000, durationMs: 2_000 });
    expect(outcome.error).to.be.instanceOf(TokenRequestError);
    expect(rules.onRetry.args.map(([, attempt, pauseMs]) => [attempt, pauseMs])).to.deep.equal([
      [1, 1_000],
      [2, 1_000],
    ]);
    expect(rules.pauseAfter.callCount).to.equal(3);
  });

  it('does not hang about for longer than longestPauseMs', async () => {
    const rules = plan({ pauseAfter: sinon.stub().returns(30_001) });
    const outcome = await new Flight(rules).outcome;
    expect(outcome).to.include({ attempts: 1, pauseMs: 30_001 });
    expect(rules.onRetry.callCount).to.equal(0);
    const waiting = new Flight(plan({ pauseAfter: sinon.stub().returns(30_000) }));
    await time.pass(60_000);
    expect((await waiting.outcome).attempts).to.equal(3);
  });

  it('ends at once when aborted, in an attempt or in a wait', async () => {
    const attempt = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const inAttempt = new Flight(plan({ attempt }));
    inAttempt.abort();
    expect((await inAttempt.outcome).error).to.include({
      reason: 'ERR_ABORTED',
      message: 'The flight was ended.',
    });

    const rules = plan({});
    const inWait = new Flight(rules);
    await time.pass(500);
    inWait.abort();
    expect((await inWait.outcome).error).to.include({ reason: 'ERR_ABORTED' });
    expect([rules.attempt.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('leaves no listener behind from its pauses, of which Node.js would warn', async () => {
    const warn = sinon.stub(process, 'emitWarning');
    const flight = new Flight(plan({ retries: 30 }));
    await time.pass(30_000);
    expect((await flight.outcome).attempts).to.equal(31);
    warn.restore();
    expect(warn.callCount).to.equal(0);
  });

  it('takes an error of our own making for a passing failure, and shows nothing of it', async () => {
    const outcomes = [];
    for (const odd of [new TypeError('s3cret'), 's3cret', undefined]) {
      const flight = new Flight(plan({ retries: 0, attempt: () => Promise.reject(odd) }));
      outcomes.push((await flight.outcome).error);
    }
    expect(outcomes.map((error) => error?.message)).to.deep.equal([
      'The token request failed inside this package (TypeError).',
      'The token request failed inside this package (string).',
      'The token request failed inside this package (undefined).',
    ]);
    for (const error of outcomes) {
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_INTERNAL', permanent: false });
      expect(String(error)).to.not.contain('s3cret');
    }
  });
});
