import { expect } from 'chai';
import fc from 'fast-check';
import { formEncode } from '../../lib/endpoint/client-authentication.js';
import { textCleaner } from '../../lib/endpoint/server-text.js';
import { jwt } from '../support/jwt.js';

describe('textCleaner', () => {
  it('takes away the secret in every form in which it travels', () => {
    const secret = 'p@ss w%rd/+';
    const clean = textCleaner('id:1', secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      formEncode(secret),
      btoa(secret),
      btoa(`id:1:${secret}`),
      btoa(`${formEncode('id:1')}:${formEncode(secret)}`),
    ];
    for (const form of forms)
      expect(clean(`got <${form}>, twice <${form}>`)).to.equal('got <[secret]>, twice <[secret]>');
  });

  it('takes away what becomes the secret only when it is put on one line', () => {
    expect(textCleaner('id', 'correct horse')('got correct\r\nhorse')).to.equal('got [secret]');
  });

  it('takes away tokens', () => {
    expect(textCleaner('id', 's3cret')(`bearer ${jwt({ sub: 'x' })} refused`)).to.equal(
      'bearer [token] refused',
    );
  });

  it('takes away what could fake a line of a log or a colour of a terminal', () => {
    expect(textCleaner('id', 's3cret')('no\r\nFAKE \u001b[31mred\u0000\u2028\u202e end')).to.equal(
      'no FAKE  [31mred  end',
    );
  });

  it('cuts at 200 characters', () => {
    expect(textCleaner('id', 's3cret')('x'.repeat(200))).to.have.length(200);
    expect(textCleaner('id', 's3cret')('x'.repeat(201))).to.equal(`${'x'.repeat(200)}…`);
  });

  it('never lets the secret through, whatever stands around it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.stringMatching(/^[!-Z^-~]{8,40}$/), text, (before, secret, after) => {
        expect(textCleaner('id', secret)(before + secret + after)).to.not.contain(secret);
      }),
    );
  });
});
