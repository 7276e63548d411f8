import { expect } from 'chai';
import fc from 'fast-check';
import { HeaderReader, MAX_TOKEN_LENGTH } from '../../lib/verify/token-parts.js';
import type { TokenVerificationError } from '../../lib/verify/verification-error.js';
import { thrown } from '../support/rejection.js';
import { SigningKey } from '../support/signing-key.js';

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const withHeader = (header: unknown, signature = 'c2ln') => `${encode(header)}.e30.${signature}`;

const readHeader = (token: string) => new HeaderReader().read(token);

/** Whether it was refused as malformed; whatever else is thrown fails the test. */
function refusal(token: string): string | undefined {
  try {
    readHeader(token);
    return undefined;
  } catch (error) {
    const { code, message } = error as TokenVerificationError;
    expect(code).to.equal('ERR_TOKEN_MALFORMED');
    return message;
  }
}

describe('HeaderReader', () => {
  it('gives the algorithm and the name of the key', () => {
    const token = new SigningKey('k1').sign({});
    expect(readHeader(token)).to.deep.equal({ alg: 'ES256', kid: 'k1' });
    expect(readHeader(withHeader({ alg: 'RS256' }))).to.deep.equal({ alg: 'RS256', kid: undefined });
    expect(readHeader(withHeader({ alg: 'RS256', kid: '' }))).to.deep.equal({ alg: 'RS256', kid: '' });
  });

  it('reads each header for itself, though the last one was the same', () => {
    const reader = new HeaderReader();
    const [one, other] = [withHeader({ alg: 'RS256', kid: 'k1' }), withHeader({ alg: 'ES256', kid: 'k2' })];
    for (const [token, kid] of [
      [one, 'k1'],
      [one, 'k1'],
      [other, 'k2'],
      [one, 'k1'],
    ] as const)
      expect(reader.read(token).kid).to.equal(kid);
    expect(() => reader.read(withHeader({}))).to.throw('names no algorithm');
    expect(reader.read(one).kid).to.equal('k1');
  });

  it('takes the kinds of access tokens, and none of another purpose', () => {
    for (const typ of [
      'JWT',
      'jwt',
      'at+jwt',
      'application/at+jwt',
      'AT+JWT',
      'application/okta-internal-at+jwt',
      'x',
    ])
      expect(readHeader(withHeader({ alg: 'RS256', typ })).alg, typ).to.equal('RS256');
    for (const typ of [
      'dpop+jwt',
      'logout+jwt',
      'secevent+jwt',
      'application/logout+JWT',
      'bat+jwt',
      '+jwt',
      5,
      null,
      {},
    ])
      expect(refusal(withHeader({ alg: 'RS256', typ })), String(typ)).to.match(/of another kind/);
  });

  it('gives nothing of where the token says to find its key', () => {
    const lures = { jku: 'https://evil.example', jwk: {}, x5u: 'https://evil.example', x5c: ['AA=='] };
    expect(readHeader(withHeader({ alg: 'RS256', ...lures }))).to.have.all.keys('alg', 'kid');
  });

  it('reads tokens of up to 16 384 characters', () => {
    const head = `${encode({ alg: 'RS256' })}.`;
    const sized = (length: number) => {
      const rest = length - head.length - '.c2ln'.length;
      return `${head}${'A'.repeat(rest)}.c2ln`;
    };
    expect(MAX_TOKEN_LENGTH).to.equal(16_384);
    expect(sized(16_384)).to.have.length(16_384);
    expect(readHeader(sized(16_384)).alg).to.equal('RS256');
    expect(refusal(sized(16_385))).to.equal('The token is longer than 16384 characters.');
  });

  it('takes three parts of base64url alone', () => {
    const [head, body, signature] = withHeader({ alg: 'RS256' }).split('.') as [string, string, string];
    for (const odd of [
      '',
      '.',
      '..',
      'opaque',
      `${head}.${body}`,
      `${head}..${signature}`,
      `.${body}.${signature}`,
      `${head}.${body}.${signature}.`,
      `${head}.${body}.${signature}.${signature}.${signature}`,
      `${head}.${body}.${signature}=`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}.${signature}\n`,
      ` ${head}.${body}.${signature}`,
      `${head}.${body}.c2 n`,
      `${head}.${body}.c2/n`,
      `${head}.${body}.c2+n`,
      `${head}.${body}.c2lñ`,
    ])
      expect(refusal(odd), odd).to.equal('The token is no signed JWT.');
    expect(refusal(`Bearer ${head}.${body}.${signature}`)).to.equal(
      'The token is no signed JWT: give it without the word Bearer, or give verifyRequest() the request.',
    );
  });

  it('takes one spelling of each signature: bits that would be thrown away must be 0', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const size of [1, 2, 3, 64, 65, 256]) {
      const right = Buffer.alloc(size, 0xa5).toString('base64url');
      for (const last of alphabet) {
        const other = right.slice(0, -1) + last;
        const isSpelledSo = Buffer.from(other, 'base64url').toString('base64url') === other;
        const expected = isSpelledSo ? undefined : 'The token has a signature that is not well encoded.';
        expect(refusal(withHeader({ alg: 'RS256' }, other)), other).to.equal(expected);
      }
    }
    // One character over whole bytes is no byte at all.
    for (const length of [1, 5, 9])
      expect(refusal(withHeader({ alg: 'RS256' }, 'A'.repeat(length)))).to.match(/not well encoded/);
  });

  it('needs a header that is a JSON object', () => {
    for (const odd of ['', '{', '[]', 'null', '"alg"', '5', '{"alg":"RS256"', '{"alg":"RS256"}}', '\u0000'])
      expect(refusal(withHeader(odd === '' ? ' ' : odd)), odd).to.equal(
        'The token has a header that is no JSON object.',
      );
  });

  it('needs an algorithm that is text, and one of its own', () => {
    for (const odd of [{}, { alg: null }, { alg: 5 }, { alg: ['RS256'] }, { alg: { RS256: true } }])
      expect(refusal(withHeader(odd))).to.equal('The token names no algorithm.');
    expect(refusal(withHeader('{"__proto__":{"alg":"RS256"}}'))).to.equal('The token names no algorithm.');
  });

  it('takes no name of a key that is no text', () => {
    for (const kid of [null, 5, true, ['k1'], { k1: true }])
      expect(refusal(withHeader({ alg: 'RS256', kid }))).to.equal('The token has a kid that is no text.');
  });

  it('understands no extension, however it is written', () => {
    for (const crit of [['b64'], ['exp'], [], null, 'exp', false, 0, ''])
      expect(refusal(withHeader({ alg: 'RS256', crit }))).to.equal(
        'The token needs an extension that is not understood (crit).',
      );
  });

  it('throws nothing but its own error, whatever comes', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.json(), fc.json(), fc.base64String()).map(([a, b, c]) => `${encode(a)}.${encode(b)}.${c}`),
    );
    fc.assert(fc.property(anything, (token) => void refusal(token)));
  });

  it('says not a character of the token', () => {
    // Marks that the words of this package have nothing of.
    const mark = 'Zq9Xk7Wv';
    const marked = fc.constantFrom(
      mark,
      `${mark}.${mark}`,
      `${mark}.${mark}.${mark}`,
      `${mark}.`.repeat(5),
      mark.repeat(3_000),
      withHeader(mark),
      withHeader(`{"alg": ${mark}`),
      withHeader({ alg: { [mark]: mark } }),
      withHeader({ alg: mark, kid: [mark] }),
      withHeader({ alg: mark, crit: [mark] }),
      withHeader({ [mark]: mark }),
      withHeader({ alg: mark }, `${mark}Z`),
    );
    fc.assert(
      fc.property(marked, (token) => {
        const { message, stack, challenge } = thrown<TokenVerificationError>(() => readHeader(token));
        const [words] = (stack ?? '').split('\n    at ');
        for (const text of [message, words, challenge]) {
          expect(text).to.not.contain(mark);
          expect(text).to.not.contain(encode(mark).slice(0, 8));
        }
      }),
    );
  });
});
