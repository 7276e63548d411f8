import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { AdjustableDelay } from '../../lib/renewal/adjustable-delay.js';
import { Flight, type FlightOutcome, type FlightPlan } from '../../lib/renewal/flight.js';
import type { HeldToken } from '../../lib/token/held-token.js';
import { heldToken } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = () => new TokenRequestError('reset', 'ECONNRESET');

/** The outcome of a flight that must have failed. */
async function failureOf(
  flight: Flight<unknown>,
): Promise<Extract<FlightOutcome<unknown>, { is: 'failed' }>> {
  const outcome = await flight.outcome;
  if (outcome.is !== 'failed') throw new Error('The flight has not failed.');
  return outcome;
}

describe('Flight', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  const pacerOf = (delayMs: number, isFinal = false) => ({
    isFinal,
    noteFailure: sinon.stub().returns(delayMs),
    startDelay: (forMs: number, onOver: () => void) => new AdjustableDelay(forMs, onOver),
  });
  const plan = <Changes extends Partial<FlightPlan<HeldToken>>>(changes: Changes) => ({
    retries: 2,
    longestDelayMs: 30_000,
    attempt: sinon.stub().callsFake(() => Promise.reject(reset())),
    pacer: pacerOf(1_000),
    onRetry: sinon.spy(),
    ...changes,
  });

  it('ends with a token, and says what it took', async () => {
    const held = heldToken();
    const attempt = sinon.stub().onFirstCall().rejects(reset()).resolves(held);
    const flight = new Flight(plan({ attempt }));
    await time.pass(1_000);
    expect(await flight.outcome).to.deep.equal({ is: 'renewed', held, attempts: 2, durationMs: 1_000 });
  });

  it('gives up after all its attempts, with the last error and the delay that must follow', async () => {
    const rules = plan({});
    const flight = new Flight(rules);
    await time.pass(2_000);
    const outcome = await failureOf(flight);
    expect(outcome).to.include({ attempts: 3, delayMs: 1_000, durationMs: 2_000 });
    expect(outcome.error).to.be.instanceOf(TokenRequestError);
    expect(rules.onRetry.args.map(([, attempt, delayMs]) => [attempt, delayMs])).to.deep.equal([
      [1, 1_000],
      [2, 1_000],
    ]);
    expect(rules.pacer.noteFailure.callCount).to.equal(3);
  });

  it('ends at a delay that is longer than longestDelayMs', async () => {
    const rules = plan({ pacer: pacerOf(30_001) });
    const outcome = await new Flight(rules).outcome;
    expect(outcome).to.include({ is: 'failed', attempts: 1, delayMs: 30_001 });
    expect(rules.onRetry.callCount).to.equal(0);
    const waiting = new Flight(plan({ pacer: pacerOf(30_000) }));
    await time.pass(60_000);
    expect((await waiting.outcome).attempts).to.equal(3);
  });

  it('ends at a failure that trying again does not mend', async () => {
    const rules = plan({ pacer: pacerOf(500, true) });
    const outcome = await new Flight(rules).outcome;
    expect(outcome).to.include({ is: 'failed', attempts: 1, delayMs: 500 });
    expect(rules.onRetry.callCount).to.equal(0);
  });

  it('shows the delay between two attempts, and none at any other time', async () => {
    const held = heldToken();
    const attempt = sinon.stub().onFirstCall().rejects(reset()).resolves(held);
    const onRetry = sinon.spy(() => expect(flight.delay?.msLeft(now())).to.equal(1_000));
    const flight: Flight<HeldToken> = new Flight(plan({ attempt, onRetry }));
    expect(flight.delay).to.equal(undefined);
    await time.pass(999);
    expect([onRetry.callCount, flight.delay?.msLeft(now())]).to.deep.equal([1, 1]);
    await time.pass(1);
    expect(flight.delay).to.equal(undefined);
    expect(await flight.outcome).to.include({ is: 'renewed' });
  });

  it('ends at once when aborted, in an attempt or in a delay', async () => {
    const attempt = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const inAttempt = new Flight(plan({ attempt }));
    inAttempt.abort();
    expect((await failureOf(inAttempt)).error).to.include({
      reason: 'ERR_ABORTED',
      message: 'The flight was ended.',
    });

    const rules = plan({});
    const inDelay = new Flight(rules);
    await time.pass(500);
    inDelay.abort();
    expect((await failureOf(inDelay)).error).to.include({ reason: 'ERR_ABORTED' });
    expect([rules.attempt.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('leaves no listener behind from its delays, of which Node.js would warn', async () => {
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
      outcomes.push((await failureOf(flight)).error);
    }
    expect(outcomes.map((error) => error.message)).to.deep.equal([
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
