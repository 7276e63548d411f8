import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { withRetries } from '../../lib/renewal/retry-policy.js';
import { rejection } from '../support/rejection.js';

const passing = () => new TokenRequestError('reset', 'ECONNRESET');
const permanent = () => new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);

function plan(retries: number) {
  const own = new AbortController();
  return { retries, signal: own.signal, onFailure: sinon.stub().resolves(), own };
}

describe('withRetries', () => {
  for (const retries of [0, 1, 5]) {
    it(`makes ${retries + 1} attempts for ${retries} retries, and knows the last`, async () => {
      const rules = plan(retries);
      const attempt = sinon.stub().callsFake(() => Promise.reject(passing()));
      expect(await rejection(withRetries(attempt, rules))).to.be.instanceOf(TokenRequestError);
      expect(attempt.callCount).to.equal(retries + 1);
      const last = rules.onFailure.args.map(([, isLast]) => isLast);
      expect(last).to.deep.equal([...Array(retries).fill(false), true]);
    });
  }

  it('stops at success', async () => {
    const attempt = sinon.stub().onFirstCall().rejects(passing()).resolves('token');
    expect(await withRetries(attempt, plan(5))).to.equal('token');
    expect(attempt.callCount).to.equal(2);
  });

  it('leaves it to onFailure whether a permanent failure is tried again', async () => {
    const rules = plan(5);
    rules.onFailure.onThirdCall().callsFake((error) => Promise.reject(error));
    const attempt = sinon.stub().callsFake(() => Promise.reject(permanent()));
    expect((await rejection(withRetries(attempt, rules))).message).to.equal('untrusted');
    expect(attempt.callCount).to.equal(3);
    expect(rules.onFailure.args.map(([, isLast]) => isLast)).to.deep.equal([false, false, false]);
  });

  it('waits for onFailure before the next attempt', async () => {
    const rules = plan(1);
    let go = (): void => undefined;
    rules.onFailure.onFirstCall().returns(
      new Promise<void>((resolve) => {
        go = resolve;
      }),
    );
    const attempt = sinon.stub().onFirstCall().rejects(passing()).resolves('token');
    const done = withRetries(attempt, rules);
    await new Promise(setImmediate);
    expect(attempt.callCount).to.equal(1);
    go();
    expect(await done).to.equal('token');
  });

  it('ends when onFailure throws, or the signal is aborted', async () => {
    const thrower = plan(5);
    const error = passing();
    thrower.onFailure.rejects(error);
    expect(await rejection(withRetries(() => Promise.reject(passing()), thrower))).to.equal(error);

    const aborted = plan(5);
    const attempt = sinon.stub().callsFake(() => {
      aborted.own.abort(permanent());
      return Promise.reject(passing());
    });
    expect((await rejection(withRetries(attempt, aborted))).message).to.equal('untrusted');
    expect([attempt.callCount, aborted.onFailure.callCount]).to.deep.equal([1, 0]);
  });
});
