import { expect } from 'chai';
import fc from 'fast-check';
import { isBearerType, isBearerValue } from '../../lib/token/bearer-token.js';
import { jwt } from '../support/jwt.js';

describe('isBearerValue', () => {
  it('takes what RFC 6750 §2.1 allows', () => {
    for (const value of ['a', 'AZaz09', '-._~+/', 'abc=', 'abc==', jwt({ exp: 5 })])
      expect(isBearerValue(value), value).to.equal(true);
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/), (value) => {
        expect(isBearerValue(value)).to.equal(true);
      }),
    );
  });

  it('refuses everything else, above all what would end a header', () => {
    for (const value of ['', '=', '==', 'a=b', 'a b', ' a', 'a ', 'a,b', 'a"', "a'", 'a:b', 'a|b', 'é', '東'])
      expect(isBearerValue(value), value).to.equal(false);
    for (const value of ['a\n', '\na', 'a\r\nX-Header: b', 'a\0', 'a\t', 'a\u2028'])
      expect(isBearerValue(value), JSON.stringify(value)).to.equal(false);
  });
});

describe('isBearerType', () => {
  it('takes any spelling of Bearer, and nothing else', () => {
    for (const tokenType of ['Bearer', 'bearer', 'BEARER', 'BeArEr'])
      expect(isBearerType(tokenType), tokenType).to.equal(true);
    for (const tokenType of ['', 'Bearer ', ' Bearer', 'BearerToken', 'DPoP', 'mac', 'N_A'])
      expect(isBearerType(tokenType), tokenType).to.equal(false);
  });
});
