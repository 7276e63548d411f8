import { expect } from 'chai';
import fc from 'fast-check';
import { TokenResponseError } from '../../lib/ground/errors.js';
import { textCleaner } from '../../lib/http/redaction/server-text.js';
import { type ReadTokenOptions, readToken } from '../../lib/oauth/token-response.js';
import { jwt } from '../support/jwt.js';
import { makeProofKey } from '../support/proof-keys.js';
import { thrown } from '../support/rejection.js';
import { target } from '../support/target.js';

const GOOD = { access_token: 'abc.DEF-123_~+/==', token_type: 'Bearer', expires_in: 600, scope: 'read' };

const SENT_AT = { wall: 1_000, steady: 7 };

const read = (fields: object | string, status = 200, changes: Partial<ReadTokenOptions> = {}) =>
  readToken(
    { status, body: typeof fields === 'string' ? fields : JSON.stringify(fields), header: () => undefined },
    {
      address: 'https://as.example/token',
      clean: textCleaner(['s3cret']),
      hasGivenTokens: true,
      defaultLifetimeMs: 300_000,
      target: { ...target, tokenTypes: ['application access token'] },
      sentAt: SENT_AT,
      wallMs: 1_000,
      ...changes,
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

  it('takes any spelling of Bearer, what the option tokenType names, and no scope for an answer', () => {
    for (const token_type of ['bearer', 'BEARER', 'BearerToken', 'Application access TOKEN'])
      expect(read({ ...GOOD, token_type }).tokenType).to.equal(token_type);
    for (const token_type of [undefined, null])
      expect(read({ ...GOOD, token_type }).tokenType).to.equal('Bearer');
    for (const scope of [undefined, null, 5, {}, ['read', 5]])
      expect(read({ ...GOOD, scope }).scope).to.equal(undefined);
    expect(read({ ...GOOD, scope: ['read', 'write'] }).scope).to.equal('read write');
  });

  it('gives a scope that is fit to be shown', () => {
    const rest = ' and more'.repeat(12_000);
    const { scope } = read({ ...GOOD, scope: `read\nwrite s3cret ${GOOD.access_token}${rest}` });
    expect(scope)
      .to.match(/^read write \[secret\] \[token\] and more/)
      .and.have.length(201);
  });

  it('shows no other token of the answer in its scope', () => {
    const refresh_token = '9f86d081884c7d659a2feaa0';
    expect(read({ ...GOOD, refresh_token, scope: `read ${refresh_token}` }).scope).to.equal('read [token]');
  });

  it('ignores what it does not know', () => {
    expect(read({ ...GOOD, refresh_token: 'x', status: {} }).value).to.equal(GOOD.access_token);
  });

  const table: [object | string, RegExp][] = [
    ['', /answered 200 with an empty body, not a token\. It has given tokens before/],
    ['<html>Sign in</html>', /with an HTML page, not a token/],
    ['[]', /with no JSON object, not a token/],
    ['{"access_token":"a"', /with no JSON object, not a token\. The answer was cut off on the way/],
    [{}, /but without an access_token\. Is this the OAuth token endpoint of the server\?/],
    [{ ...GOOD, access_token: undefined }, /without an access_token/],
    [{ ...GOOD, access_token: null }, /without an access_token/],
    [{ ...GOOD, access_token: '' }, /without an access_token/],
    [{ ...GOOD, access_token: { value: 'x' } }, /without an access_token/],
    [{ ...GOOD, access_token: 'a b' }, /characters that no header can carry/],
    [{ ...GOOD, access_token: 'a\r\nX-Evil: 1' }, /no header can carry/],
    [{ ...GOOD, access_token: 'tøken' }, /no header can carry/],
    [{ ...GOOD, access_token: 'Bearer abc' }, /begins with 'Bearer '/],
    [{ ...GOOD, access_token: ' Bearer abc' }, /begins with 'Bearer '/],
    [{ ...GOOD, access_token: 'bearer\tabc' }, /begins with 'Bearer '/],
    [{ ...GOOD, token_type: 5 }, /token_type is 5, not Bearer/],
    [{ ...GOOD, token_type: '' }, /token_type is "", not Bearer/],
    [{ ...GOOD, token_type: 'DPoP' }, /token_type is "DPoP", not Bearer\. .*give dpop: true\.$/],
    [{ ...GOOD, token_type: 'mac' }, /token_type is "mac", not Bearer\. .*option tokenType\.$/],
    [{ ...GOOD, token_type: 's3cret' }, /token_type is "\[secret\]", not Bearer/],
    [{ ...GOOD, token_type: `x ${GOOD.access_token}` }, /token_type is "x \[token\]", not Bearer/],
    [{ ...GOOD, expires_in: { in: GOOD.access_token } }, /expires_in is an object/],
    [{ ...GOOD, expires_in: -1 }, /expires_in is -1/],
    [{ ...GOOD, expires_in: 'soon' }, /expires_in is "soon".*It has to be a number of seconds/],
    [`{"access_token":"a","token_type":"Bearer","expires_in":1e999}`, /names no lifetime that could be/],
  ];
  for (const [fields, message] of table) {
    it(`refuses ${JSON.stringify(fields)}`, () => {
      const error = thrown<TokenResponseError>(() => read(fields));
      expect(error).to.be.instanceOf(TokenResponseError).with.property('permanent', false);
      expect(error.message).to.match(message).and.not.contain('a b');
    });
  }

  describe('that is to be bound to a key', () => {
    const proofKey = makeProofKey();
    const readBound = (fields: object) =>
      read({ ...GOOD, ...fields }, 200, { target: { proofKey, tokenTypes: ['own'] } });

    it('takes DPoP, in any spelling; bound to this key, where the token says to which', () => {
      for (const token_type of ['DPoP', 'dpop', ' DPOP '])
        expect(readBound({ token_type }).tokenType).to.equal(token_type.trim());
      const of = (cnf: unknown) => readBound({ token_type: 'DPoP', access_token: jwt({ cnf }) });
      for (const cnf of [{ jkt: proofKey.thumbprint }, {}, undefined, 5, { 'x5t#S256': 'x' }])
        expect(of(cnf).value).to.be.a('string');
    });

    const odd: [object, RegExp][] = [
      [{ token_type: 'Bearer' }, /its token_type is "Bearer"\. /],
      [{ token_type: undefined }, /its token_type is "Bearer"\. /],
      [{ token_type: 'own' }, /its token_type is "own"\. /],
      [{ token_type: 5 }, /its token_type is 5\. /],
      [{ token_type: 's3cret' }, /its token_type is "\[secret\]"\. /],
      [
        { token_type: 'DPoP', access_token: jwt({ cnf: { jkt: makeProofKey().thumbprint } }) },
        /DPoP, by another key\. /,
      ],
      [{ token_type: 'DPoP', access_token: jwt({ cnf: { jkt: null } }) }, /DPoP, by another key\. /],
    ];
    for (const [fields, message] of odd) {
      it(`refuses ${JSON.stringify(fields).slice(0, 60)} for good, and says what to look at`, () => {
        const error = thrown<TokenResponseError>(() => readBound(fields));
        expect(error).to.be.instanceOf(TokenResponseError).with.property('permanent', true);
        expect(error.message)
          .to.match(/answered 200, but its token is not bound to the key/)
          .and.match(message)
          .and.match(
            /Is DPoP switched on at the server, and for this client\? Else leave the option dpop out\.$/,
          );
      });
    }

    it('lets a token name a key where none is expected', () => {
      expect(read({ ...GOOD, access_token: jwt({ cnf: { jkt: 'x' } }) }).tokenType).to.equal('Bearer');
    });
  });

  it('names the server by its address', () => {
    for (const fields of ['', {}])
      expect(() => read(fields, 201)).to.throw(/^https:\/\/as\.example\/token answered 201/);
  });

  it('takes any status of success', () => {
    for (const status of [200, 201, 202, 299]) expect(read(GOOD, status).value).to.equal(GOOD.access_token);
  });

  it('takes any token that a header can carry', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{1,80}$/), (access_token) => {
        expect(read({ ...GOOD, access_token, scope: undefined }).value).to.equal(access_token);
      }),
    );
  });

  it('takes an answer without JSON for passing only where the server has given a token before', () => {
    for (const hasGivenTokens of [true, false]) {
      const error = thrown<TokenResponseError>(() => read('<html></html>', 200, { hasGivenTokens }));
      expect(error.permanent).to.equal(!hasGivenTokens);
      expect(error.message).to.match(
        hasGivenTokens ? /most likely a gateway/ : /Check the path of the address; or a login page/,
      );
    }
  });

  it('takes JSON that was cut off for passing, also where the server has given no token yet', () => {
    for (const body of ['{', ' \n{"access_token":"abc", "expires_in"', '{"error":'])
      expect(thrown<TokenResponseError>(() => read(body, 200, { hasGivenTokens: false })).permanent).to.equal(
        false,
      );
  });

  it('heeds Retry-After also where the answer has no token', () => {
    const header = (name: string) => (name === 'retry-after' ? '7' : undefined);
    const options = { address: 'x', clean: textCleaner([]), hasGivenTokens: true, defaultLifetimeMs: 1 };
    for (const body of ['<html></html>', '{}', '{"access_token":"a","token_type":"mac"}'])
      expect(
        thrown<TokenResponseError>(() =>
          readToken({ status: 200, body, header }, { ...options, target, sentAt: SENT_AT, wallMs: 0 }),
        ).retryAfterMs,
      ).to.equal(7_000);
    expect(thrown<TokenResponseError>(() => read('{}'))).to.not.have.property('retryAfterMs');
  });

  it('speaks of the clocks where a token had ended before it came', () => {
    const access_token = jwt({ exp: 5 });
    expect(() => read({ ...GOOD, access_token }, 200, { wallMs: 6_000 })).to.throw(
      /expires_in is 600; exp and iat of a JWT count, too\)\. Are the clocks/,
    );
  });

  it('shows the type as the server writes it, without the blanks around it', () => {
    expect(read({ ...GOOD, token_type: ' Bearer ' }).tokenType).to.equal('Bearer');
  });

  it('counts the life of a JWT with exp alone from the time of the answer: by its Date, else by our clock', () => {
    const token = jwt({ exp: 1_060 });
    const fields = { access_token: token };
    const options = {
      address: 'x',
      clean: textCleaner([]),
      hasGivenTokens: true,
      defaultLifetimeMs: 300_000,
      target,
      sentAt: SENT_AT,
      wallMs: 1_010_000,
    };
    const body = JSON.stringify(fields);
    expect(readToken({ status: 200, body, header: () => undefined }, options).lifetimeMs).to.equal(50_000);
    const header = (name: string) => (name === 'date' ? new Date(1_000_000).toUTCString() : undefined);
    expect(readToken({ status: 200, body, header }, options).lifetimeMs).to.equal(60_000);
  });
});
