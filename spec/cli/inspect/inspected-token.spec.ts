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
    [`${part({ alg: 'RS256' })}.${part({})}`, 'opaque token'],
    [`${part({ alg: 'RS256' })}.${part([])}.x`, 'opaque token'],
    [`${part('x')}.${part({})}.x`, 'opaque token'],
    [`${part({ alg: 'RS256' })}.a b.x`.replace(' ', '+'), 'opaque token'],
  ];
  for (const [text, kind] of others) {
    it(`knows ${text.slice(0, 30)} for an ${kind}`, () => expect(inspectToken(text)).to.include({ kind }));
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
