import { expect } from 'chai';
import fc from 'fast-check';
import { namedTokens } from '../../../lib/oauth/server/named-tokens.js';

const OPAQUE = 'opaque-0123456789';

describe('namedTokens', () => {
  const rows: [string, unknown, string[]][] = [
    ['nothing', undefined, []],
    ['no object', OPAQUE, []],
    ['an access token, however short', { access_token: 'abc' }, ['abc']],
    ['one that is none', { access_token: 5 }, []],
    ['one with characters that no header can carry', { access_token: 'a é' }, ['a é']],
    ['a short one further down, which may be a word', { data: { access_token: 'expired' } }, []],
    ['a sentence', { token: 'The token of this client has ended.' }, []],
    ['the type of a token', { token_type: OPAQUE }, []],
    ['another name', { data: { error_description: OPAQUE } }, []],
    ...['token', 'Token', 'id_token', 'refreshToken', 'tokens', 'ACCESS_TOKEN', 'x-auth-token'].map(
      (name): [string, unknown, string[]] => [name, { [name]: OPAQUE }, [OPAQUE]],
    ),
    ['a list', { tokens: [OPAQUE, [`${OPAQUE}2`]] }, [OPAQUE, `${OPAQUE}2`]],
    ['the same one twice', { token: OPAQUE, id_token: OPAQUE }, [OPAQUE]],
  ];
  for (const [what, answer, tokens] of rows) {
    it(`finds ${tokens.length} in ${what}`, () => {
      expect(namedTokens(answer)).to.deep.equal(tokens);
    });
  }

  it('finds one at whatever depth', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(undefined), fc.string())), (path) => {
        const answer = path.reduceRight<unknown>(
          (value, name) => (name === undefined ? [value] : { a: 1, b: [], [name]: value }),
          { access_token: OPAQUE },
        );
        expect(namedTokens(answer)).to.deep.equal([OPAQUE]);
      }),
    );
  });

  it('takes no long time for a long answer, or a deep one', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(namedTokens({ deep })).to.deep.equal([]);
    expect(namedTokens({ long: Array(500_000).fill(1) })).to.deep.equal([]);
    const many = Array.from({ length: 1_000 }, (_, index) => `${OPAQUE}${index}`);
    expect(namedTokens({ tokens: many })).to.deep.equal(many.slice(0, 16));
  });
});
