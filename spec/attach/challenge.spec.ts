import { expect } from 'chai';
import { dpopError, isTokenRejected } from '../../lib/attach/challenge.js';

describe('isTokenRejected()', () => {
  for (const [challenge, expected] of [
    ['', true],
    ['Bearer', true],
    ['bearer realm="api"', true],
    ['Bearer error="invalid_token"', true],
    ['BEARER Error = invalid_token', true],
    ['Bearer error="invalid\\_token"', true],
    ['Bearer realm="x", error="invalid_token", error_description="a, b=\\"c\\""', true],
    ['Bearer error="expired_token"', true],
    ['Bearer error="ExpiredToken"', true],
    ['Bearer error="invalid_request"', true],
    ['Bearer error="sufficient_scope"', true],
    ['Basic realm="x"', true],
    ['Basic error="insufficient_scope"', true],
    ['Bearer error="invalid_token", Bearer error="insufficient_scope"', true],
    ['Basic realm="x", Bearer error="insufficient_scope"', false],
    ['Bearer realm="a", Bearer error="insufficient_scope"', false],
    ['Bearer realm="a", error="insufficient_scope", scope="a b"', false],
    ['Bearer error="insufficient_user_authentication", acr_values="x"', false],
    ['Bearer error="insufficient-scope"', false],
    ['bearer ERROR=InsufficientScope', false],
    ['Bearer error="INSUFFICIENT SCOPE"', false],
    ['Bearer realm="Bearer error=invalid_token", error=insufficient_scope', false],
    ['Bearer error="insufficient_scope", Basic error="invalid_token"', false],
    ['DPoP', true],
    ['DPoP error="invalid_token", algs="ES256"', true],
    ['DPoP error="insufficient_scope"', false],
    ['DPoP error="use_dpop_nonce", error_description="a nonce, please"', false],
    ['DPoP algs="ES256 PS256", error="invalid_dpop_proof"', false],
    ['dpop ERROR=InvalidDPoPProof', false],
    ['Bearer error="invalid_dpop_proof"', false],
    ['Bearer realm="a", DPoP error="use_dpop_nonce"', false],
    ['Bearer error="invalid_token", DPoP error="use_dpop_nonce"', true],
    ['Basic error="use_dpop_nonce"', true],
    [`Bearer ${'a=b, '.repeat(100_000)}error="insufficient_scope"`, true],
  ] as const) {
    it(`judges 401 ${challenge.slice(0, 80)}: ${expected}`, () => {
      expect(isTokenRejected(401, { 'WWW-Authenticate': challenge })).to.equal(expected);
    });
  }

  for (const [status, challenge, expected] of [
    [400, 'Bearer error="invalid_token"', true],
    [403, 'Bearer realm="a", error="invalid_token"', true],
    [419, 'bearer error=InvalidToken', true],
    [499, 'Bearer error="INVALID-TOKEN"', true],
    [400, 'DPoP error="invalid_token"', true],
    [400, 'DPoP error="use_dpop_nonce"', false],
    [403, 'DPoP error="invalid_dpop_proof"', false],
    [400, 'Bearer error="invalid_request"', false],
    [403, 'Bearer error="expired_token"', false],
    [403, 'Bearer error="insufficient_scope"', false],
    [403, 'Basic error="invalid_token"', false],
    [403, 'Bearer', false],
    [403, '', false],
  ] as const) {
    it(`judges ${status} ${challenge}: ${expected}`, () => {
      expect(isTokenRejected(status, { 'WWW-Authenticate': challenge })).to.equal(expected);
    });
  }

  for (const status of [101, 200, 302, 399, 500, 503]) {
    it(`takes no ${status} for a rejection, and does not read its challenge`, () => {
      const headers = {
        get 'www-authenticate'(): string {
          throw new Error('It was read.');
        },
      };
      expect(isTokenRejected(status, headers)).to.equal(false);
      expect(() => isTokenRejected(401, headers)).to.throw('It was read.');
    });
  }
});

describe('dpopError()', () => {
  for (const [challenge, expected] of [
    ['', ''],
    ['DPoP', ''],
    ['DPoP error="use_dpop_nonce"', 'usedpopnonce'],
    ['dpop algs="ES256", Error=UseDPoPNonce', 'usedpopnonce'],
    ['DPoP error="invalid_token", error="use_dpop_nonce"', 'invalidtoken'],
    ['Bearer error="use_dpop_nonce"', ''],
    ['Bearer error="invalid_token", DPoP error="use_dpop_nonce"', 'usedpopnonce'],
    ['DPoP realm="error=use_dpop_nonce"', ''],
    ['DPoP, Bearer error="use_dpop_nonce"', ''],
  ] as const) {
    it(`reads '${expected}' in ${challenge}`, () => {
      expect(dpopError({ 'www-authenticate': challenge })).to.equal(expected);
    });
  }

  it('reads several fields as one, and nothing where there are none', () => {
    expect(dpopError({ 'WWW-Authenticate': ['Bearer', 'DPoP error="use_dpop_nonce"'] })).to.equal(
      'usedpopnonce',
    );
    expect(dpopError(undefined)).to.equal('');
  });
});
