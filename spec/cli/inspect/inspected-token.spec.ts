import { expect } from 'chai';
import fc from 'fast-check';
import { inspectToken } from '../../../lib/cli/inspect/inspected-token.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { jwt } from '../../support/jwt.js';

const TOKEN = jwt({ sub: 'a' });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('inspectToken', () => {
  const ways: readonly string[] = [
    TOKEN,
    ` ${TOKEN}\r\n`,
    `"${TOKEN}"`,
    `'${TOKEN}'`,
    `Bearer ${TOKEN}`,
    `authorization: bearer ${TOKEN}`,
    JSON.stringify({ access_token: TOKEN, token_type: 'Bearer' }),
    JSON.stringify({ kind: 'ExecCredential', status: { token: TOKEN } }),
  ];
  for (const text of ways) {
    it(`finds the token in ${text.replace(TOKEN, '…').trim()}`, () => {
      expect(inspectToken(text)).to.deep.equal({
        kind: 'JWT',
        value: TOKEN,
        header: { alg: 'RS256' },
        claims: { sub: 'a' },
        signatureBytes: 3,
      });
    });
  }

  const others: readonly [text: string, kind: string][] = [
    ['abc', 'opaque token'],
    ['a.b.c', 'opaque token'],
    [`${part({ alg: 'dir' })}...x.y`, 'encrypted JWT'],
    [`${part({ alg: 'RS256' })}.${part([])}.x`, 'opaque token'],
    [`${part('x')}.${part({})}.x`, 'opaque token'],
    [`${part({ alg: 'RS256' })}.a b.x`.replace(' ', '+'), 'opaque token'],
  ];
  for (const [text, kind] of others) {
    it(`knows ${text.slice(0, 30)} for an ${kind}`, () => expect(inspectToken(text)).to.include({ kind }));
  }

  const noTokens: readonly [what: string, text: string, words: string][] = [
    ['a page', '<!doctype html><html>\n</html>', 'a page (HTML or XML)'],
    ['a refusal', '{"error":"invalid_client","error_description":"no"}', 'gave none: invalid_client.'],
    ['an error that is no code', '{"error":"x y s3cret"}', 'JSON without a token'],
    ['other JSON', '{"status":{"phase":"x"}}', 'access_token or status.token'],
    ['JSON that is cut off', '{"access_token":"a', 'is it cut off?'],
    ['a list', '["a"]', 'looks like JSON'],
    ['a key', '-----BEGIN PRIVATE KEY-----', 'a key or a certificate'],
    [
      'a JWT without its signature',
      TOKEN.replace(/\.[^.]*$/, ''),
      'has 3 parts with dots between them, and here are 2',
    ],
    ['a JWT that ends in its claims', TOKEN.slice(0, 24), 'here are 2'],
    ['a JWT that ends in its header', part({ typ: 'JWT', alg: 'RS256' }).slice(0, 20), 'and this is one'],
    ['the header of a JWT', part({ alg: 'RS256' }), 'and this is one'],
    [
      'an encrypted JWT that is cut off',
      `${part({ alg: 'dir', enc: 'A256GCM' })}..a.b`,
      'has 5 parts with dots between them, and here are 4',
    ],
  ];
  for (const [what, text, words] of noTokens) {
    it(`says that this is ${what}, and shows nothing of it`, () => {
      expect(() => inspectToken(text))
        .to.throw(UsageError, words)
        .with.property('message')
        .that.does.not.contain('s3cret');
    });
  }

  it('wants one token', () => {
    for (const text of ['', ' \n', 'Bearer ', 'a b', '{"access_token":""}'])
      expect(() => inspectToken(text), text).to.throw(UsageError);
  });

  it('throws nothing else, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.base64String()).map((all) => all.join('.')),
        ),
        (text) => {
          try {
            inspectToken(text);
          } catch (error) {
            expect(error).to.be.instanceOf(UsageError);
          }
        },
      ),
    );
  });
});
