import { inspect } from 'node:util';
import { expect } from 'chai';
import * as errors from '../../lib/ground/errors.js';

const EXAMPLES = [
  new errors.ConfigurationError('retry.retries', 'must be a number.'),
  new errors.TokenEndpointError('no', { httpStatus: 401, error: 'invalid_client', permanent: true }),
  new errors.TokenResponseError('no token'),
  new errors.TokenRequestError('no answer', 'ECONNRESET'),
  new errors.TokenUnavailableError('not now', 5),
  new errors.TokenStoreError('no store', 'ECONNREFUSED'),
  new errors.ProviderClosedError(),
];

describe('errors', () => {
  for (const error of EXAMPLES) {
    it(`${error.name} is an Error of this package, named in its stack, with a code of its own`, () => {
      expect(error).to.be.instanceOf(errors.TokenProviderError).and.instanceOf(Error);
      expect(error.name).to.match(/^[A-Z]\w+Error$/);
      expect(error.stack).to.match(new RegExp(`^${error.name}: `));
      expect(inspect(error)).to.match(new RegExp(`^${error.name}: `));
      expect(EXAMPLES.filter(({ code }) => code === error.code)).to.have.length(1);
    });
  }

  it('have no property that a web framework would answer its own users with', () => {
    for (const error of EXAMPLES)
      for (const name of ['status', 'statusCode', 'expose', 'headers'])
        expect(name in error, name).to.equal(false);
  });

  it('have stable codes', () => {
    expect(EXAMPLES.map(({ code }) => code)).to.deep.equal([
      'ERR_CONFIGURATION',
      'ERR_TOKEN_ENDPOINT',
      'ERR_TOKEN_RESPONSE',
      'ERR_TOKEN_REQUEST',
      'ERR_TOKEN_UNAVAILABLE',
      'ERR_TOKEN_STORE',
      'ERR_PROVIDER_CLOSED',
    ]);
  });

  it('ConfigurationError begins with the option at fault', () => {
    const [error] = EXAMPLES as [errors.ConfigurationError];
    expect(error.message).to.equal('retry.retries: must be a number.');
    expect(error.option).to.equal('retry.retries');
  });

  it('the errors of one request share a base, and say whether they are permanent', () => {
    const attempts = EXAMPLES.filter((error) => error instanceof errors.TokenAttemptError);
    expect(attempts.map(({ permanent }) => permanent)).to.deep.equal([true, false, false]);
  });

  it('TokenUnavailableError carries and repeats the last failure', () => {
    const cause = new errors.TokenRequestError('no answer', 'ECONNRESET');
    const error = new errors.TokenUnavailableError('Not now.', 5, cause);
    expect(error).to.include({ retryAt: 5, cause, message: 'Not now. Last failure: no answer' });
    expect(new errors.TokenUnavailableError('Not now.')).to.not.have.property('cause');
  });

  it('retryAfterMs is there only when the server asked for it', () => {
    const failure = { httpStatus: 503, permanent: false };
    expect(new errors.TokenEndpointError('no', failure)).to.not.have.property('retryAfterMs');
    expect(new errors.TokenEndpointError('no', { ...failure, retryAfterMs: 0 })).to.have.property(
      'retryAfterMs',
      0,
    );
  });
});
