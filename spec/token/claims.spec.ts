import { expect } from 'chai';
import fc from 'fast-check';
import { decodeClaims } from '../../lib/token/claims.js';
import { jwt } from '../support/jwt.js';

describe('decodeClaims', () => {
  it('reads UTF-8 and never throws, whatever it is given', () => {
    expect(decodeClaims(jwt({ name: 'Zoë 東' }))).to.deep.equal({ name: 'Zoë 東' });
    for (const odd of ['', '.', '..', 'a.b', 'a.b.c', 'a..c', `a.${btoa('{}')}`]) {
      expect(decodeClaims(odd), odd).to.equal(undefined);
    }
    for (const odd of ['[1]', 'null', '5', '"x"', 'true']) {
      expect(decodeClaims(`a.${btoa(odd)}.c`), odd).to.equal(undefined);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        decodeClaims(text);
        decodeClaims(`x.${text}.y`);
      }),
    );
  });

  it('gives back the claims of any JWT, frozen', () => {
    const claims = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(claims, (given) => {
        const decoded = decodeClaims(jwt(given));
        expect(decoded).to.be.frozen.and.deep.equal(JSON.parse(JSON.stringify(given)));
      }),
    );
  });
});
