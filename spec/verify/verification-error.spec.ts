import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  TokenProviderError,
  TokenRequestError,
  type TokenVerificationErrorCode,
} from '../../lib/ground/errors.js';
import { TokenVerificationError } from '../../lib/verify/verification-error.js';

/** RFC 6750 §3.1. */
const ANSWERS: Readonly<Record<TokenVerificationErrorCode, readonly [number, string | undefined]>> = {
  ERR_TOKEN_MISSING: [401, 'Bearer'],
  ERR_REQUEST_MALFORMED: [400, 'Bearer error="invalid_request", error_description="So it is."'],
  ERR_TOKEN_MALFORMED: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_ALGORITHM: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_KEY: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_SIGNATURE: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_EXPIRED: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_NOT_YET_VALID: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_ISSUER: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_AUDIENCE: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_CLAIMS: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_BOUND: [401, 'Bearer error="invalid_token", error_description="So it is."'],
  ERR_TOKEN_SCOPE: [403, 'Bearer error="insufficient_scope", error_description="So it is."'],
  ERR_KEYS_UNAVAILABLE: [503, undefined],
};
const CODES = Object.keys(ANSWERS) as TokenVerificationErrorCode[];

describe('TokenVerificationError', () => {
  for (const code of CODES) {
    const [httpStatus, challenge] = ANSWERS[code];
    it(`${code} is answered by ${httpStatus}, ${challenge ?? 'without a challenge'}`, () => {
      const error = new TokenVerificationError(code, 'So it is.');
      expect(error).to.include({ code, httpStatus, challenge, message: 'So it is.' });
      const header = challenge === undefined ? { 'Retry-After': '1' } : { 'WWW-Authenticate': challenge };
      expect(error.headers).to.deep.equal(header);
    });
  }

  it('is an error of this package, by its name', () => {
    const error = new TokenVerificationError('ERR_TOKEN_KEY', 'No key.');
    expect(error).to.be.instanceOf(TokenProviderError).and.instanceOf(Error);
    expect(error.name).to.equal('TokenVerificationError');
    expect(inspect(error)).to.match(/^TokenVerificationError: No key\./);
  });

  it('has nothing that a web framework would answer with in place of the application', () => {
    for (const code of CODES)
      for (const name of ['status', 'statusCode', 'expose'])
        expect(name in new TokenVerificationError(code, 'No.'), name).to.equal(false);
  });

  it('names the scope that is needed', () => {
    const scope = ['orders:read', 'orders:write'];
    const { challenge } = new TokenVerificationError('ERR_TOKEN_SCOPE', 'Too little.', { scope });
    expect(challenge).to.equal(
      'Bearer error="insufficient_scope", error_description="Too little.", scope="orders:read orders:write"',
    );
    const { challenge: one } = new TokenVerificationError('ERR_TOKEN_SCOPE', 'Too little.', { scope: ['a'] });
    expect(one).to.match(/, scope="a"$/);
    expect(
      new TokenVerificationError('ERR_TOKEN_SCOPE', 'Too little.', { scope: [] }).challenge,
    ).to.not.contain('scope=');
  });

  it('keeps its words within the quotes of the challenge', () => {
    const { challenge } = new TokenVerificationError('ERR_TOKEN_KEY', 'A "key" \\ of none.');
    expect(challenge).to.equal(`Bearer error="invalid_token", error_description="A 'key' ' of none."`);
  });

  it('asks for another try in whole seconds, and one at least', () => {
    const secondsOf = (retryAfterMs?: number) =>
      new TokenVerificationError('ERR_KEYS_UNAVAILABLE', 'No keys.', { retryAfterMs }).headers['Retry-After'];
    expect([
      secondsOf(),
      secondsOf(0),
      secondsOf(1),
      secondsOf(1_000),
      secondsOf(1_001),
      secondsOf(90_000),
    ]).to.deep.equal(['1', '1', '1', '1', '2', '90']);
    expect(
      new TokenVerificationError('ERR_TOKEN_KEY', 'No.', { retryAfterMs: 5_000 }).headers,
    ).to.not.have.property('Retry-After');
  });

  it('says why keys cannot be had, and has no cause where there is none', () => {
    const cause = new TokenRequestError('no answer', 'ECONNRESET');
    const error = new TokenVerificationError('ERR_KEYS_UNAVAILABLE', 'No keys.', { cause, retryAfterMs: 5 });
    expect(error).to.include({ cause, retryAfterMs: 5 });
    expect(new TokenVerificationError('ERR_TOKEN_KEY', 'No.')).to.not.have.property('cause');
  });
});
