import { expect } from 'chai';
import { TokenResponseError } from '../../lib/ground/errors.js';
import { textCleaner } from '../../lib/http/redaction/server-text.js';
import { readToken } from '../../lib/oauth/token-response.js';
import { thrown } from '../support/rejection.js';

const GOOD = { access_token: 'abc.DEF-123_~+/==', token_type: 'Bearer', expires_in: 600, scope: 'read' };

const SENT_AT = { wall: 1_000, steady: 7 };

const read = (fields: object | string, status = 200) =>
  readToken(
    { status, body: typeof fields === 'string' ? fields : JSON.stringify(fields), header: () => undefined },
    {
      address: 'https://as.example/token',
      clean: textCleaner(['s3cret']),
      defaultLifetimeMs: 300_000,
      sentAt: SENT_AT,
    },
  );

describe('readToken', () => {
  it('gives the token with its type, scope and lifetime, and when the request for it was sent', () => {
    expect(read(GOOD)).to.be.frozen.and.deep.equal({
      value: 'abc.DEF-123_~+/==',
      tokenType: 'Bearer',
      scope: 'read',
      lifetimeMs: 600_000,
      isLifetimeGuessed: false,
      sentAt: SENT_AT,
    });
  });

  it('takes any spelling of Bearer, and no scope for an answer', () => {
    for (const token_type of ['bearer', 'BEARER', 'BeArEr']) {
      expect(read({ ...GOOD, token_type }).tokenType).to.equal(token_type);
    }
    for (const scope of [undefined, null, ['read']])
      expect(read({ ...GOOD, scope }).scope).to.equal(undefined);
  });

  it('gives a scope that is fit to be shown', () => {
    const rest = ' and more'.repeat(12_000);
    const { scope } = read({ ...GOOD, scope: `read\nwrite s3cret ${GOOD.access_token}${rest}` });
    expect(scope)
      .to.match(/^read write \[secret\] \[token\] and more/)
      .and.have.length(201);
  });

  it('ignores what it does not know', () => {
    expect(read({ ...GOOD, refresh_token: 'x', status: {} }).value).to.equal(GOOD.access_token);
  });

  const table: [object | string, RegExp][] = [
    ['', /answered 200 with an empty body, not a token\. Is the path/],
    ['<html>Sign in</html>', /with an HTML page, not a token/],
    ['[]', /with no JSON object, not a token/],
    ['{"access_token":"a"', /with no JSON object/],
    [{}, /but without an access_token/],
    [{ ...GOOD, access_token: undefined }, /without an access_token/],
    [{ ...GOOD, access_token: null }, /without an access_token/],
    [{ ...GOOD, access_token: '' }, /without an access_token/],
    [{ ...GOOD, access_token: { value: 'x' } }, /without an access_token/],
    [{ ...GOOD, access_token: 'a b' }, /RFC 6750 §2\.1/],
    [{ ...GOOD, access_token: 'a\r\nX-Evil: 1' }, /RFC 6750 §2\.1/],
    [{ ...GOOD, access_token: 'tøken' }, /RFC 6750 §2\.1/],
    [{ ...GOOD, access_token: '=' }, /RFC 6750 §2\.1/],
    [{ ...GOOD, token_type: undefined }, /token_type is nothing, not Bearer/],
    [{ ...GOOD, token_type: 'DPoP' }, /token_type is "DPoP", not Bearer/],
    [{ ...GOOD, token_type: 's3cret' }, /token_type is "\[secret\]", not Bearer/],
    [{ ...GOOD, token_type: `x ${GOOD.access_token}` }, /token_type is "x \[token\]", not Bearer/],
    [{ ...GOOD, expires_in: { in: GOOD.access_token } }, /expires_in is an object/],
    [{ ...GOOD, expires_in: 0 }, /expires_in is 0/],
    [{ ...GOOD, expires_in: -1 }, /expires_in is -1/],
    [{ ...GOOD, expires_in: 'soon' }, /expires_in is "soon"/],
    [`{"access_token":"a","token_type":"Bearer","expires_in":1e999}`, /names no lifetime that could be/],
  ];
  for (const [fields, message] of table) {
    it(`refuses ${JSON.stringify(fields)}`, () => {
      const error = thrown<TokenResponseError>(() => read(fields));
      expect(error).to.be.instanceOf(TokenResponseError).with.property('permanent', false);
      expect(error.message).to.match(message).and.not.contain('a b');
    });
  }

  it('names the server by its address', () => {
    for (const fields of ['', GOOD, {}])
      expect(() => read(fields, fields === GOOD ? 201 : 200)).to.throw(
        /^https:\/\/as\.example\/token answered 20/,
      );
  });

  it('takes 200 alone for a success (RFC 6749 §5.1)', () => {
    for (const status of [201, 202, 204])
      expect(() => read(GOOD, status)).to.throw(TokenResponseError, `${status}`);
  });
});
