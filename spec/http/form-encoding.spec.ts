import { expect } from 'chai';
import fc from 'fast-check';
import { formEncode } from '../../lib/http/form-encoding.js';

describe('formEncode', () => {
  it('leaves what OneLogin gives out (hexadecimal digits) as it is', () => {
    expect(formEncode('0af3c9')).to.equal('0af3c9');
    expect(formEncode('')).to.equal('');
  });

  it('encodes as RFC 6749 Appendix B shows', () => {
    expect(formEncode(' %&+£€')).to.equal('+%25%26%2B%C2%A3%E2%82%AC');
  });

  it('can be decoded again, whatever the text, and has no delimiter of a form or of Basic', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = formEncode(text);
        expect(encoded).to.not.match(/[&=:;#\s]/);
        expect(new URLSearchParams(`x=${encoded}`).get('x')).to.equal(text);
      }),
    );
  });
});
