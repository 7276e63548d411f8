import { expect } from 'chai';
import sinon from 'sinon';
import { objectionTo, TOO_FAR, unavailable } from '../../lib/entry/refusal.js';
import { now } from '../../lib/ground/clock.js';
import { type TokenAttemptError, TokenRequestError, TokenUnavailableError } from '../../lib/ground/errors.js';
import { Renewal } from '../../lib/renewal/renewal.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const reset = new TokenRequestError('No whole answer.', 'ECONNRESET');
const untrusted = new TokenRequestError('Untrusted.', 'CERT_UNTRUSTED', true);

describe('refusal', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  /** A renewal whose one attempt has failed; the next comes after 300 ms, or 5 s where somebody must mend something. */
  const failed = async (error: TokenAttemptError) => {
    const owner = {
      attempt: () => Promise.reject(error),
      usableMs: () => 0,
      isAwaited: true,
      onRenewalStep: () => undefined,
    };
    const renewal = new Renewal(owner, settings({ retry: { retries: 0 } }), new RetryBudget());
    renewal.start('absent');
    await time.settle();
    return renewal;
  };

  it('has no objection to a wait as long as the delay, and objects to one that is 1 ms shorter', async () => {
    const renewal = await failed(reset);
    expect(objectionTo(300, renewal, now())).to.equal(undefined);
    const objection = objectionTo(299, renewal, now());
    expect(objection)
      .to.be.instanceOf(TokenUnavailableError)
      .and.include({ retryAt: 1_000_300, cause: reset });
    expect(objection?.message).to.equal(`${TOO_FAR} Last failure: No whole answer.`);
  });

  it('gives the remembered error itself, however long the caller would wait', async () => {
    expect(objectionTo(3_600_000, await failed(untrusted), now())).to.equal(untrusted);
  });

  it('has no objection before the first failure', () => {
    expect(objectionTo(0, undefined, now())).to.equal(undefined);
    const error = unavailable('No token.', undefined);
    expect(error).to.include({ message: 'No token.', retryAt: undefined }).and.not.have.property('cause');
  });

  it('names a whole millisecond as the time of the next attempt, not one that is past', async () => {
    const renewal = await failed(reset);
    await time.pass(100);
    expect(unavailable('No token.', renewal).retryAt).to.equal(1_000_300);
    time.stall(60_000);
    expect(unavailable('No token.', renewal).retryAt).to.equal(1_060_100);
  });
});
