import fc from 'fast-check';
import { formEncode } from '../../lib/http/form-encoding.js';

type Encode = (text: string) => string;

/** Every character, whether it needs that or not. */
const each = (encode: (code: number, char: string) => string): Encode => {
  return (text) => Array.from(text, (char) => encode(char.codePointAt(0) ?? 0, char)).join('');
};
const hexOf = (code: number, width: number) => code.toString(16).padStart(width, '0');
const octets: Encode = (text) => Array.from(Buffer.from(text), (octet) => `%${hexOf(octet, 2)}`).join('');
const html: Encode = (text) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
const json: Encode = (text) => JSON.stringify(text).slice(1, -1);

/** How servers, proxies and logs write what they were sent so that it can be read back from the text. */
export const ESCAPES: Readonly<Record<string, Encode>> = {
  plain: (text) => text,
  'form-encoded': formEncode,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (text) =>
    encodeURIComponent(text).replace(/%../g, (octet) => octet.toLowerCase()),
  'percent-encoded all over': octets,
  JSON: json,
  'JSON with all slashes escaped': (text) => json(text).replaceAll('/', '\\/'),
  'JSON in ASCII alone': (text) =>
    text
      .split('')
      .map((unit) => `\\u${hexOf(unit.charCodeAt(0), 4)}`)
      .join(''),
  HTML: html,
  'HTML in numbers': each((code) => `&#${code};`),
  'HTML in hex numbers': each((code) => `&#x${hexOf(code, 2).toUpperCase()};`),
  'with what cannot be seen between': (text) => Array.from(text).join('\u200b'),
};

/** The same, of bytes: `before` and `after` stand around them. */
export const ENVELOPES: Readonly<Record<string, (bytes: Buffer, before: Buffer, after: Buffer) => string>> = {
  Base64: (bytes, before, after) => Buffer.concat([before, bytes, after]).toString('base64'),
  'Base64 for URLs': (bytes, before, after) => Buffer.concat([before, bytes, after]).toString('base64url'),
  'Base64 in a form': (bytes, before, after) =>
    formEncode(Buffer.concat([before, bytes, after]).toString('base64')),
  hex: (bytes, before, after) => Buffer.concat([before, bytes, after]).toString('hex'),
  'hex in capitals': (bytes) => bytes.toString('hex').toUpperCase(),
  'hex with colons': (bytes) => bytes.toString('hex').replace(/..(?=.)/g, '$&:'),
  'what Node.js shows of a Buffer': (bytes) => `<Buffer ${bytes.toString('hex').replace(/..(?=.)/g, '$& ')}>`,
  'what JSON makes of a Buffer': (bytes) => JSON.stringify(bytes),
};

/** Secrets as servers give them out, and odder ones. */
export const anySecret: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 70 }),
    fc.stringMatching(/^[A-Za-z0-9]{4,64}$/),
    fc.string({ unit: 'grapheme', minLength: 4, maxLength: 30 }),
    fc.stringMatching(/^[%&+/=;\\"'<> :-]{4,20}[a-z]{4}$/),
  )
  .filter((secret) => secret.trim().length >= 4 && !/[\p{C}\p{Zl}\p{Zp}]/u.test(secret));
