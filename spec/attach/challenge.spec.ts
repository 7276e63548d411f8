import { expect } from 'chai';
import { isTokenRejected } from '../../lib/attach/challenge.js';

describe('isTokenRejected()', () => {
  for (const [challenge, expected] of [
    [undefined, true],
    ['', true],
    ['Bearer', true],
    ['bearer realm="api"', true],
    ['Bearer error="invalid_token"', true],
    ['BEARER Error = invalid_token', true],
    ['Bearer error="invalid\\_token"', true],
    ['Bearer realm="x", error="invalid_token", error_description="a, b=\\"c\\""', true],
    ['Basic realm="x"', true],
    ['Basic error="insufficient_scope"', true],
    ['Basic realm="x", Bearer error="insufficient_scope"', false],
    ['Bearer realm="a", error="insufficient_scope", scope="a b"', false],
    ['Bearer realm="Bearer error=invalid_token", error=invalid_request', false],
    ['Bearer error="invalid_request", Basic error="invalid_token"', false],
    [`Bearer ${'a=b, '.repeat(100_000)}error="insufficient_scope"`, true],
  ] as const) {
    it(`judges 401 ${challenge?.slice(0, 80)}: ${expected}`, () => {
      expect(isTokenRejected(401, () => challenge)).to.equal(expected);
    });
  }

  for (const status of [200, 302, 400, 403, 407, 500]) {
    it(`takes no ${status} for a rejection, whatever it says`, () => {
      expect(isTokenRejected(status, () => 'Bearer error="invalid_token"')).to.equal(false);
    });
  }
});
