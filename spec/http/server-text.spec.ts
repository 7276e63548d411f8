import { expect } from 'chai';
import fc from 'fast-check';
import { formEncode } from '../../lib/http/form-encoding.js';
import { textCleaner } from '../../lib/http/server-text.js';
import { jwt } from '../support/jwt.js';

describe('textCleaner', () => {
  it('takes away the secret in every form in which it travels', () => {
    const secret = 'p@ss w%rd/+';
    const clean = textCleaner([secret, `id:1:${secret}`, `${formEncode('id:1')}:${formEncode(secret)}`]);
    const forms = [
      secret,
      encodeURIComponent(secret),
      formEncode(secret),
      formEncode(secret).replaceAll('%2F', '%2f').replaceAll('%2B', '%2b').replaceAll('%40', '%40'),
      btoa(secret),
      btoa(secret).replace(/=+$/, ''),
      btoa(`id:1:${secret}`),
      btoa(`id:1:${secret}`).replace(/=+$/, ''),
      Buffer.from(`id:1:${secret}`).toString('base64url'),
      btoa(`${formEncode('id:1')}:${formEncode(secret)}`),
    ];
    for (const form of forms)
      expect(clean(`got <${form}>, twice <${form}>`)).to.equal('got <[secret]>, twice <[secret]>');
  });

  it('takes away Base64 of either alphabet, with its padding and without', () => {
    const secret = '?>?>?>?';
    const padded = btoa(secret);
    expect(padded).to.match(/[+/].*==$/);
    for (const form of [padded, padded.slice(0, -2), Buffer.from(secret).toString('base64url')])
      expect(textCleaner([secret])(`got ${form}.`)).to.equal('got [secret].');
  });

  it('takes away what becomes the secret only when it is put on one line', () => {
    expect(textCleaner(['correct horse'])('got correct\r\nhorse')).to.equal('got [secret]');
  });

  it('takes away a secret that is escaped for JSON or HTML', () => {
    const clean = textCleaner([`a"b'c<d>&e\\f`]);
    const forms = [`a\\"b'c<d>&e\\\\f`, `a"b'c&lt;d&gt;&amp;e\\f`, `a&quot;b&#39;c&lt;d&gt;&amp;e\\f`];
    for (const form of forms) expect(clean(`got ${form}.`)).to.equal('got [secret].');
  });

  it('takes away a secret at whatever place it is cut off', () => {
    const secret = 'abcdefgh'.repeat(20);
    const clean = textCleaner([secret]);
    for (let before = 0; before < 40; before += 1)
      expect(clean(secret.repeat(300) + secret.slice(before))).to.not.contain('abcdefgh');
  });

  it('takes away also the longest form of a short secret wherever it is cut off', () => {
    const id = 'client-'.repeat(30);
    const text = btoa(`${id}:s3cret-s`).repeat(300);
    expect(textCleaner(['s3cret-s', `${id}:s3cret-s`])(text)).to.equal(`${'[secret]'.repeat(25)}…`);
  });

  it('takes no long time for a long text', () => {
    const clean = textCleaner(['s3cret-s3cret']);
    for (const text of ['eyJ', 'eyJ.', '.', '-', ' ', 's3cret-'])
      expect(clean(text.repeat(2 ** 20))).to.have.length.below(300);
  });

  it('takes away tokens', () => {
    expect(textCleaner(['s3cret'])(`bearer ${jwt({ sub: 'x' })} refused`)).to.equal('bearer [token] refused');
  });

  it('leaves what only looks a little like a token', () => {
    for (const text of ['eyJ', 'eyJhbGciOi.e30', 'as.example.eyJ', 'v1.2.3 of as.example.com'])
      expect(textCleaner(['s3cret'])(text)).to.equal(text);
  });

  it('takes away white space around it, and what could fake a line of a log or a colour of a terminal', () => {
    expect(textCleaner(['s3cret'])(' no\r\nFAKE \u001b[31mred\u0000\u2028\u202e end\r\n')).to.equal(
      'no FAKE  [31mred  end',
    );
  });

  it('cuts at 200 characters', () => {
    expect(textCleaner(['s3cret'])('x'.repeat(200))).to.have.length(200);
    expect(textCleaner(['s3cret'])('x'.repeat(201))).to.equal(`${'x'.repeat(200)}…`);
  });

  it('never lets the secret through, whatever stands around it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.stringMatching(/^[!-Z^-~]{8,40}$/), text, (before, secret, after) => {
        expect(textCleaner([secret])(before + secret + after)).to.not.contain(secret);
      }),
    );
  });
});
