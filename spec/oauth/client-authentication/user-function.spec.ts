import { inspect } from 'node:util';
import { expect } from 'chai';
import { TokenRequestError } from '../../../lib/ground/errors.js';
import {
  callUserFunction,
  userFunctionFailure,
} from '../../../lib/oauth/client-authentication/user-function.js';
import { rejection } from '../../support/rejection.js';
import { watchUnhandled } from '../../support/unhandled.js';
import { VirtualTime } from '../../support/virtual-time.js';

const OF = { name: 'the function f', reason: 'ERR_CLIENT_F' };
const patience = { timeoutMs: 1_000, signal: new AbortController().signal };

describe('callUserFunction', () => {
  it('gives what the function gives, at once or later', async () => {
    expect(await callUserFunction(OF, () => 1, patience)).to.equal(1);
    expect(await callUserFunction(OF, async () => 2, patience)).to.equal(2);
  });

  it('makes an error of its own of whatever is thrown', async () => {
    const thrown = Object.assign(new TokenRequestError('s3cret', 'ERR_CLIENT_s3cret'), { key: 's3cret' });
    const works = [() => Promise.reject(thrown), () => Promise.reject('s3cret'), () => JSON.parse('s3cret')];
    for (const work of works) {
      const error = await rejection(callUserFunction(OF, work, patience));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_CLIENT_F', permanent: false });
      expect(error.message).to.equal('No token request was sent: the function f threw.');
      expect(inspect(error, { depth: null, showHidden: true })).to.not.contain('s3cret');
    }
  });

  it('waits no longer than it may, and lets nothing loose when the function fails later', async () => {
    const time = new VirtualTime();
    const unhandled = watchUnhandled();
    let fail = (_: Error): void => undefined;
    const failure = rejection(
      callUserFunction(OF, () => new Promise<never>((_, reject) => (fail = reject)), patience),
    );
    await time.pass(999);
    expect(time.armed).to.equal(1);
    await time.pass(1);
    expect((await failure).message).to.match(
      /the function f gave no answer within 1000 ms \(requestTimeoutMs\)\.$/,
    );
    fail(new Error('too late'));
    await time.settle();
    time.restore();
    expect(await unhandled()).to.deep.equal([]);
  });

  it('ends with the reason of an abort', async () => {
    const own = new AbortController();
    const call = callUserFunction(OF, () => new Promise(() => undefined), {
      ...patience,
      signal: own.signal,
    });
    own.abort(new Error('closed'));
    expect((await rejection(call)).message).to.equal('closed');
  });
});

describe('userFunctionFailure', () => {
  it('says that nothing was sent, and why', () => {
    expect(userFunctionFailure(OF, 'gave 5.')).to.include({
      message: 'No token request was sent: the function f gave 5.',
      reason: 'ERR_CLIENT_F',
    });
  });
});
