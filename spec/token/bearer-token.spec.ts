import { expect } from 'chai';
import fc from 'fast-check';
import { isBearerType, isBearerValue } from '../../lib/token/bearer-token.js';
import { jwt } from '../support/jwt.js';

describe('isBearerValue', () => {
  it('takes what a header can carry, more than the b64token of RFC 6750 §2.1', () => {
    for (const value of [
      'a',
      'AZaz09',
      '-._~+/',
      'abc==',
      '00D!AQc',
      'a=b',
      'a,b',
      'a"',
      "a'",
      'a:b|c',
      jwt({ exp: 5 }),
    ])
      expect(isBearerValue(value), value).to.equal(true);
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]+$/), (value) => {
        expect(isBearerValue(value)).to.equal(true);
      }),
    );
  });

  it('refuses everything else, above all what would end a header', () => {
    for (const value of ['', 'a b', ' a', 'a ', 'é', '東', '\x7f'])
      expect(isBearerValue(value), value).to.equal(false);
    for (const value of ['a\n', '\na', 'a\r\nX-Header: b', 'a\0', 'a\t', 'a\u2028'])
      expect(isBearerValue(value), JSON.stringify(value)).to.equal(false);
  });
});

describe('isBearerType', () => {
  it('takes any spelling of Bearer, the word of Apigee, and further names', () => {
    for (const tokenType of ['Bearer', 'bearer', 'BEARER', ' Bearer', 'BearerToken', 'bearertoken', 'Mine'])
      expect(isBearerType(tokenType, ['mine']), tokenType).to.equal(true);
    for (const tokenType of ['', 'DPoP', 'mac', 'N_A', 'Bearer2', 'mine'])
      expect(isBearerType(tokenType, []), tokenType).to.equal(false);
  });
});
