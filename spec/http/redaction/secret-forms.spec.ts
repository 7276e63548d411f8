import { expect } from 'chai';
import fc from 'fast-check';
import { SearchedText, SecretForms } from '../../../lib/http/redaction/secret-forms.js';
import { anySecret, ENVELOPES, ESCAPES } from '../../support/encodings.js';

/** What is left of the text when all that is found is taken away. */
function without(secret: string, text: string): string {
  const units = text.split('');
  for (const { start, end } of new SecretForms(secret).find(new SearchedText(text)))
    units.fill('', start, end);
  return units.join('');
}

const someBytes = fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes));
const CASES: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in upper case': (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  'in lower case': (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
};

describe('SecretForms', () => {
  for (const [name, write] of Object.entries(ESCAPES)) {
    it(`finds any secret ${name}, and nothing beside it`, () => {
      fc.assert(
        fc.property(anySecret, (secret) => {
          expect(without(secret, `<${write(secret.trim())}>`)).to.equal('<>');
        }),
      );
    });

    if (name.startsWith('with')) continue;
    it(`finds any secret ${name}, and encoded once more`, () => {
      fc.assert(
        fc.property(anySecret, fc.constantFrom(...Object.values(ESCAPES)), (secret, again) => {
          expect(without(secret, `<${again(write(secret.trim()))}>`)).to.equal('<>');
        }),
      );
    });
  }

  for (const [name, envelop] of Object.entries(ENVELOPES)) {
    it(`finds any secret in ${name}, wherever in it, in UTF-8 and in UTF-16`, () => {
      const charset = fc.constantFrom('utf8', 'utf16le');
      fc.assert(
        fc.property(anySecret, charset, someBytes, someBytes, (secret, encoding, before, after) => {
          const bytes = Buffer.from(secret.trim(), encoding as BufferEncoding);
          const left = without(secret, `<${envelop(bytes, before, after)}>`);
          // Of Base64 all goes; of hex what stands around it is none of it.
          const most =
            (before.length + after.length) * 2 + '<<Buffer >{"type":"Buffer","data":[]}>%3D%3D'.length;
          expect(left.length).to.be.at.most(most);
          expect(left).to.not.contain(bytes.toString('hex')).and.not.contain(bytes.toString('base64'));
          if (/^Base64( for URLs)?$/.test(name)) expect(left).to.equal('<>');
        }),
      );
    });
  }

  for (const form of ['form-encoded', 'percent-encoded', 'JSON', 'HTML']) {
    it(`finds any secret that was ${form} before it came into Base64 or hex, as in Basic`, () => {
      fc.assert(
        fc.property(anySecret, fc.constantFrom('Base64', 'hex'), someBytes, (secret, name, before) => {
          const bytes = Buffer.from(ESCAPES[form]?.(secret.trim()) ?? '');
          const left = without(secret, `<${ENVELOPES[name]?.(bytes, before, Buffer.alloc(0))}>`);
          expect(left).to.have.length.at.most(2 + before.length * 2);
        }),
      );
    });
  }

  for (const [name, change] of Object.entries(CASES)) {
    it(`finds any secret ${name}`, () => {
      const forms = [
        (secret: string) => secret,
        ESCAPES['form-encoded'],
        (secret: string) => Buffer.from(`id:${secret}`).toString('base64'),
        (secret: string) => Buffer.from(secret).toString('hex'),
      ];
      fc.assert(
        fc.property(anySecret, fc.constantFrom(...forms), (secret, encode) => {
          expect(without(secret, `<${change(encode?.(secret.trim()) ?? '')}>`)).to.equal('<>');
        }),
      );
    });
  }

  for (const [how, encode] of Object.entries<(text: string) => string>({
    'as it is': (text) => text,
    'form-encoded': (text) => encodeURIComponent(text),
    'in Base64': (text) => Buffer.from(text).toString('base64'),
    'in Base64, inside a longer text': (text) => Buffer.from(`ab:${text}:c`).toString('base64url'),
    'in hex': (text) => Buffer.from(text).toString('hex'),
    'as numbers': (text) => Buffer.from(text).join(', '),
  }))
    it(`finds the whole of a long one by its beginning: ${how}`, () => {
      const tokens = [
        Array.from({ length: 400 }, (_, at) => `${at * 7_919}~/+`).join('.'),
        // The end takes more room than the beginning, as numbers.
        `${'A'.repeat(256)}${'z'.repeat(100)}`,
      ];
      for (const token of tokens)
        expect(without(token, `before ${encode(token)} after`)).to.match(/^before ( ?after|)$/);
    });

  it('leaves nothing of the end of a long one with blanks', () => {
    const secret = `${'plain words '.repeat(40)}${'"<&> '.repeat(40)}end`;
    const escaped = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    expect(without(secret, `before ${escaped}`)).to.equal('before ');
  });

  it('finds it as often as it stands there, be it in parts of one another', () => {
    expect(new SecretForms('abab').find(new SearchedText('xababab abab'))).to.deep.equal([
      { start: 1, end: 7 },
      { start: 8, end: 12 },
    ]);
    expect(without('abab', 'xababab abab')).to.equal('x ');
  });

  it('finds a secret with a blank where a line breaks', () => {
    for (const text of ['correct\r\nhorse', 'correct\thorse', 'correct+horse', 'correct%20horse'])
      expect(without('correct horse', `<${text}>`), text).to.equal('<>');
  });

  it('looks for three characters as they are, and for fewer not at all', () => {
    expect(without('abc', `abc ${Buffer.from('abc').toString('hex')}`)).to.equal(' 616263');
    for (const secret of ['', 'a', 'ab', ' ab ']) expect(without(secret, 'a ab abc')).to.equal('a ab abc');
  });

  it('finds nothing in what has nothing of it', () => {
    const words =
      'The client is not allowed to use this grant. invalid_client (trace 6f2c-11ab) https://as.example/x?y=%20&z';
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{8,64}$/), (secret) => {
        expect(without(secret, words)).to.equal(words);
      }),
    );
  });
});
