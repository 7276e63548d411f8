import { expect } from 'chai';
import fc from 'fast-check';
import { cleanScope, hidingTokens, textCleaner } from '../../../lib/http/redaction/server-text.js';
import { anySecret, ENVELOPES, ESCAPES } from '../../support/encodings.js';
import { jwt } from '../../support/jwt.js';

const clean = textCleaner(['s3cret-s3cret']);

describe('textCleaner', () => {
  it('takes away any secret, in whatever form it travels, and nothing else', () => {
    const [before, after] = [Buffer.from('id:'), Buffer.from('!')];
    const encode = fc.constantFrom(
      ...Object.values(ESCAPES),
      (secret: string) => ENVELOPES.Base64?.(Buffer.from(secret), before, after) ?? '',
      (secret: string) => ENVELOPES['Base64 for URLs']?.(Buffer.from(secret), before, after) ?? '',
      (secret: string) => ENVELOPES['hex in capitals']?.(Buffer.from(secret), before, after) ?? '',
    );
    fc.assert(
      fc.property(anySecret, encode, (secret, write) => {
        const text = `<${write(secret.trim())}>, and <${write(secret.trim())}>`;
        expect(textCleaner([secret])(text)).to.equal('<[secret]>, and <[secret]>');
        expect(textCleaner(['another', secret])(text)).to.equal('<[secret]>, and <[secret]>');
        expect(textCleaner([])(text, { tokens: [secret] })).to.equal('<[token]>, and <[token]>');
      }),
      { numRuns: 500 },
    );
  });

  it('lets no secret through, whatever stands around it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.stringMatching(/^[!-Z^-~]{4,40}$/), text, (before, secret, after) => {
        expect(textCleaner([secret])(before + secret + after)).to.not.contain(secret);
      }),
    );
  });

  it('leaves texts that have nothing of the secret as they are', () => {
    const texts = [
      'invalid_client',
      'The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.',
      'AADSTS7000215: Invalid client secret provided. Trace ID: 5f0d-4a1b Timestamp: 2026-11-24 10:00:00Z',
      'https://as.example/login?next=%2Foidc%2F2%2Ftoken&lang=de',
      'read write openid profile email',
      'getaddrinfo ENOTFOUND as.example',
      'Grüße, 世界 😀',
    ];
    for (const text of texts) {
      for (const secret of ['s3cret-s3cret', '', 'a', 'in', 'zzz', 'p@ss w%rd/+'])
        expect(textCleaner([secret])(text)).to.equal(text);
    }
  });

  it('tells the token apart from the secret, and hides both where they overlap', () => {
    const shown = textCleaner(['secret-of-acme'])('secret-of-acme-token secret-of-acme', {
      tokens: ['acme-token'],
    });
    expect(shown).to.equal('[secret] [secret]');
    expect(clean('my opaque-token', { tokens: ['opaque-token'] })).to.equal('my [token]');
    expect(clean('my opaque-token')).to.equal('my opaque-token');
  });

  it('hides each of several tokens, and those that are held when the text comes', () => {
    const held: string[] = [];
    const hiding = hidingTokens(clean, () => held);
    const text = 'not token-one, nor token-two, nor s3cret-s3cret';
    expect(hiding(text)).to.equal('not token-one, nor token-two, nor [secret]');
    held.push('token-two');
    expect(hiding(text)).to.equal('not token-one, nor [token], nor [secret]');
    expect(hiding(text, { tokens: ['token-one'] })).to.equal('not [token], nor [token], nor [secret]');
    expect(hiding(text, { tokens: ['token-one'], maxLength: 5 })).to.equal('not […');
    expect(cleanScope('read token-two', hiding, ['token-one'])).to.equal('read [token]');
  });

  it('takes away a secret at whatever place a long text is cut off', () => {
    const secret = 'abcdefgh'.repeat(20);
    for (let before = 0; before < 40; before += 1) {
      const text = secret.repeat(300) + secret.slice(before);
      expect(textCleaner([secret])(text)).to.not.contain('abcdefgh');
      const hidden = '\0'.repeat(8_190 - before);
      expect(textCleaner([secret])(hidden + encodeURIComponent(secret))).to.not.contain('abcdefgh');
    }
  });

  it('takes no long time for a long text, or a long token', () => {
    for (const text of ['eyJ', 'eyJ.', '.', '-', ' ', 's3cret-', '%', '\\u', '&#x', '\u200b', 'a '])
      expect(clean(text.repeat(2 ** 20))).to.have.length.below(300);
    // Found at nearly every place of one Base64 text, in all ways to read it.
    const period = 'q8Zt0LmWx3RvK7bYcD';
    const tokens = Array.from({ length: 16 }, (_, at) => (period + period).slice(at, at + 16));
    const odd = '%2525255cu005c5cx26#38;amp;'.repeat(3);
    const found = clean(odd + Buffer.from(period.repeat(700)).toString('base64url'), {
      tokens,
      maxLength: 4_096,
    });
    expect(found).to.match(/\[token\]$/);
    const token = 'x'.repeat(16_384);
    expect(clean(token.repeat(60), { tokens: [token] })).to.equal('[token]');
  });

  describe('takes away a secret beside a long text, encoded up to three times', () => {
    const secret = 's3cr3t~é+/x';
    const fillers = [
      'x'.repeat(12_000),
      'é '.repeat(6_000),
      '%2525%255cu0025\\\\x25&amp;#37;&amp;amp;'.repeat(300),
    ];
    const names = ['percent-encoded all over', 'JSON in ASCII alone', 'HTML', 'HTML in numbers'];
    const encodings = names.map((name) => ESCAPES[name] as (text: string) => string);
    const chains = encodings.flatMap((one) => [
      [one],
      ...encodings.map((other) => [one, other]),
      ...encodings.map((other) => [one, other, one]),
      [one, one, one],
    ]);
    for (const [place, filler] of fillers.entries())
      for (const maxLength of [200, 4_096])
        it(`${maxLength} characters of text ${place}`, () => {
          for (const chain of chains) {
            const encoded = chain.reduce((text, encode) => encode(text), secret);
            const shown = textCleaner([secret])(`${encoded} ${filler}`, { maxLength });
            expect(shown.slice(0, 9), encoded.slice(0, 100)).to.match(/^\[secret\]( |$)/);
          }
        });
  });

  it('takes away a JWT that is cut off with the text', () => {
    const token = jwt({ iss: 'https://as.example', sub: 'x'.repeat(600) });
    const shown = clean(`${token} not ${token}`);
    expect(shown).to.equal('[token] not [token]');
  });

  it('takes away what has the shape of a JWT', () => {
    expect(clean(`bearer ${jwt({ sub: 'x' })} refused`)).to.equal('bearer [token] refused');
  });

  it('leaves what only looks a little like a token', () => {
    for (const text of ['eyJ', 'eyJhbGciOi.e30', 'as.example.eyJ', 'v1.2.3 of as.example.com'])
      expect(clean(text)).to.equal(text);
  });

  it('takes away white space around it, and what could fake a line of a log or a colour of a terminal', () => {
    expect(clean(' no\r\nFAKE \u001b[31mred\u0000\u2028\u202e end\r\n')).to.equal('no FAKE  [31mred  end');
  });

  it('leaves nothing that controls how text is shown, and no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = clean(text);
        expect(shown).to.not.match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(Buffer.from(shown).toString()).to.equal(shown);
      }),
    );
    expect(clean('\ud800 lone \udc00')).to.equal('lone');
  });

  it('cuts at 200 characters, or as it is told', () => {
    expect(clean('x'.repeat(200))).to.have.length(200);
    expect(clean('x'.repeat(201))).to.equal(`${'x'.repeat(200)}…`);
    expect(clean('x'.repeat(301), { maxLength: 300 })).to.equal(`${'x'.repeat(300)}…`);
    expect(clean(`${'x'.repeat(199)}😀 and more`)).to.equal(`${'x'.repeat(199)}…`);
  });
});

describe('cleanScope', () => {
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `read:thing-${index}`).join(' ');

  it('leaves a scope as it is, however many names are in it, up to 4,096 characters', () => {
    for (const scope of [
      '',
      'read',
      'read  write',
      'https://api.example/.default',
      names(200),
      'x'.repeat(4_096),
    ])
      expect(cleanScope(scope, clean, ['the-token'])).to.equal(scope);
  });

  it('cuts a longer one between two names', () => {
    const scope = cleanScope(names(50_000), clean, ['the-token']);
    expect(scope)
      .to.match(/^read:thing-0 .* …$/)
      .and.have.length.within(4_000, 4_098);
    expect(names(50_000).split(' ')).to.include.members(scope.split(' ').slice(0, -1));
    expect(cleanScope('x'.repeat(5_000), clean, ['the-token'])).to.equal('…');
  });

  it('shows what is no scope like any other text: on one line, short, without secret and token', () => {
    const rest = ' and more'.repeat(12_000);
    expect(cleanScope(`read\nwrite s3cret-s3cret the-token${rest}`, clean, ['the-token']))
      .to.match(/^read write \[secret\] \[token\] and more/)
      .and.have.length(201);
    expect(cleanScope(`read s3cret-s3cret the-token${rest}`, clean, ['the-token'])).to.have.length(201);
    expect(cleanScope('read\u202ewrite', clean, ['the-token'])).to.equal('read write');
  });
});
