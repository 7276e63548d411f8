import { encode, type Mint, SUBJECT, split } from '../mint.js';
import { type Circumstances, type Outcome, type Row, row, textRow } from '../row.js';

const shape = (name: string, change: (token: string) => string, more: Circumstances = {}): Row =>
  textRow(name, 'ERR_TOKEN_MALFORMED', (mint) => change(mint.token()), more);

const text = (name: string, token: string): Row => textRow(name, 'ERR_TOKEN_MALFORMED', () => token);

const signature = (
  name: string,
  change: (signature: string, mint: Mint) => string,
  outcome: Outcome = 'ERR_TOKEN_SIGNATURE',
  more: Circumstances = {},
): Row =>
  textRow(
    `a signature ${name}`,
    outcome,
    (mint) => {
      const [header, payload, last] = split(mint.token());
      return `${header}.${payload}.${change(last, mint)}`;
    },
    more,
  );

const payload = (
  name: string,
  outcome: Outcome,
  write: (claims: string, mint: Mint) => string | Buffer,
): Row =>
  row(`a payload ${name}`, outcome, (mint) => ({ payload: write(JSON.stringify(mint.claims()), mint) }));

function flipped(part: string, index: number): string {
  const bytes = Buffer.from(part, 'base64url');
  const at = index < 0 ? bytes.length + index : index;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return encode(bytes);
}

/** The same bytes, but with the bits set that the last character has to spare. */
function withSpareBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) | 1);
}

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const SPACE = { unlikeJose: 'atob() passes over white space' };
const PADDING = { unlikeJose: 'atob() takes padding' };
const SPARE = { unlikeJose: 'atob() drops the spare bits' };
const SIZE = { unlikeJose: 'jose takes tokens of any size' };

export const SHAPE_ROWS: readonly Row[] = [
  text('nothing', ''),
  text('blanks', '   '),
  text('an opaque token', '2YotnFZFEjr1zCsicMWpAA'),
  text('one dot', '.'),
  text('two dots', '..'),
  text('three dots', '...'),
  text('100,000 dots', '.'.repeat(100_000)),
  text('JSON', '{"alg":"none"}'),
  text('a JWE of five parts', `${encode('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')}.AAAA.AAAA.AAAA.AAAA`),
  text('UTF-16 out of order', '\udc00.\ud800.\udc00'),
  shape('two parts', (token) => split(token).slice(0, 2).join('.')),
  shape('four parts', (token) => `${token}.AAAA`),
  shape('a dot at the start', (token) => `.${token}`),
  shape('a dot at the end', (token) => `${token}.`),
  shape('an empty header', (token) => token.replace(/^[^.]+/, '')),
  shape('an empty payload', (token) => token.replace(/\.[^.]+\./, '..')),
  shape('a line break at the end', (token) => `${token}\n`, SPACE),
  shape('a line break in the signature', (token) => `${token.slice(0, -9)}\r\n${token.slice(-9)}`, SPACE),
  shape('a blank at the start', (token) => ` ${token}`),
  shape('a blank at the end', (token) => `${token} `, SPACE),
  shape('a blank after the header', (token) => token.replace('.', ' .')),
  shape('a zero at the end', (token) => `${token}\0`),
  shape('"Bearer " in front', (token) => `Bearer ${token}`),
  shape('quotes around it', (token) => `"${token}"`),
  shape('percent-encoded', (token) => token.replaceAll('.', '%2E')),
  shape('more than ASCII at the end', (token) => `${token}é`),
  shape('a letter that looks like another', (token) => token.replace('e', 'е')),
  shape('full-width dots', (token) => token.replaceAll('.', '．')),
  shape('a byte order mark in front', (token) => `\ufeff${token}`),
  shape('padding after the signature', (token) => `${token}==`, PADDING),
  textRow('padding after the header', 'ERR_TOKEN_MALFORMED', (mint) => {
    const header = encode(JSON.stringify(mint.header({ pad: '' })));
    return mint.token({ header: { pad: '' } }).replace(header, `${header}=`);
  }),
  textRow('base64 with + and /', 'ERR_TOKEN_MALFORMED', (mint) => {
    const [header, claims, last] = split(mint.token({ header: { x: '???>>>' } }));
    return `${header.replace(/[-_]/g, '+')}/.${claims}.${last.replaceAll('-', '+').replaceAll('_', '/')}+/`;
  }),
  textRow('20,000 characters', 'ERR_TOKEN_MALFORMED', (mint) => mint.tokenOfLength(20_000), SIZE),
  textRow('16,385 characters', 'ERR_TOKEN_MALFORMED', (mint) => mint.tokenOfLength(16_385), SIZE),
  textRow('16,384 characters', 'accepted', (mint) => mint.tokenOfLength(16_384)),

  signature('that is empty', () => ''),
  signature('without its last byte', (last) => encode(Buffer.from(last, 'base64url').subarray(0, -1))),
  signature('without its last character', (last) => last.slice(0, -1), 'ERR_TOKEN_MALFORMED'),
  signature('of one byte', () => 'AA'),
  signature('of zeros', () => encode(Buffer.alloc(256))),
  signature('with a zero in front', (last) =>
    encode(Buffer.concat([Buffer.alloc(1), Buffer.from(last, 'base64url')])),
  ),
  signature('with a byte more', (last) =>
    encode(Buffer.concat([Buffer.from(last, 'base64url'), Buffer.alloc(1)])),
  ),
  signature('of another token', (_, mint) => split(mint.token({ claims: { jti: 'two' } }))[2]),
  signature('with its first bit flipped', (last) => flipped(last, 0)),
  signature('with its last bit flipped', (last) => flipped(last, -1)),
  // RFC 4648 §3.5. A token has one spelling: whoever keeps digests of tokens can rely on it.
  signature('whose last character has bits to spare', withSpareBits, 'ERR_TOKEN_MALFORMED', SPARE),
  textRow('the header of another token', 'ERR_TOKEN_SIGNATURE', (mint) => {
    const [, claims, last] = split(mint.token());
    return [split(mint.token({ header: { typ: 'at+jwt' } }))[0], claims, last].join('.');
  }),
  textRow('the payload of another token', 'ERR_TOKEN_SIGNATURE', (mint) => {
    const [header, , last] = split(mint.token());
    return [header, split(mint.token({ claims: { sub: 'admin' } }))[1], last].join('.');
  }),
  textRow('an expired token with its end moved', 'ERR_TOKEN_SIGNATURE', (mint) => {
    const [header, , last] = split(mint.token({ claims: { exp: mint.now - 600 } }));
    return [header, split(mint.token())[1], last].join('.');
  }),
  // Whoever cannot sign learns nothing about claims.
  row('all wrong at once', 'ERR_TOKEN_SIGNATURE', {
    claims: { iss: 5, aud: [], exp: 0, nbf: 1e12 },
    signature: Buffer.alloc(256, 1),
  }),

  payload('that is no JSON', 'ERR_TOKEN_MALFORMED', () => 'iss=us'),
  payload('that is cut off', 'ERR_TOKEN_MALFORMED', (claims) => claims.slice(0, -1)),
  payload('with something behind', 'ERR_TOKEN_MALFORMED', (claims) => `${claims}{}`),
  payload('that is an array', 'ERR_TOKEN_MALFORMED', (claims) => `[${claims}]`),
  payload('that is a text', 'ERR_TOKEN_MALFORMED', (claims) => JSON.stringify(claims)),
  payload('that is a number', 'ERR_TOKEN_MALFORMED', () => '5'),
  payload('that is null', 'ERR_TOKEN_MALFORMED', () => 'null'),
  payload('that is a token', 'ERR_TOKEN_MALFORMED', (_, mint) => mint.token()),
  payload('that is not UTF-8', 'ERR_TOKEN_MALFORMED', (claims) =>
    Buffer.from(claims.replace(SUBJECT, '\xff'), 'latin1'),
  ),
  payload('that is UTF-16', 'ERR_TOKEN_MALFORMED', (claims) => Buffer.from(claims, 'utf16le')),
  payload('with white space around it', 'accepted', (claims) => `\r\n\t ${claims} \n`),
  payload('without any claim', 'ERR_TOKEN_CLAIMS', () => '{}'),
  payload('whose __proto__ has the claims', 'ERR_TOKEN_CLAIMS', (claims) => `{"__proto__":${claims}}`),
  payload('with a __proto__', 'accepted', (claims) =>
    claims.replace('{', '{"__proto__":{"admin":true,"cnf":{}},"constructor":{"prototype":{"admin":true}},'),
  ),
  payload('with two ends, the last one in the past', 'ERR_TOKEN_EXPIRED', (claims) =>
    claims.replace(/}$/, ',"exp":1}'),
  ),
  payload('with two ends, the last one in the future', 'accepted', (claims) =>
    claims.replace('{', '{"exp":1,'),
  ),
  payload('with two audiences, the last one not ours', 'ERR_TOKEN_AUDIENCE', (claims) =>
    claims.replace(/}$/, ',"\\u0061ud":"https://other.example"}'),
  ),
  payload('of deep arrays', 'accepted', (claims) =>
    claims.replace('{', `{"deep":${nested('[', ']', 5_500)},`),
  ),
  payload('of deep objects', 'accepted', (claims) =>
    claims.replace('{', `{"deep":${'{"a":'.repeat(1_800)}1${'}'.repeat(1_800)},`),
  ),
  payload('of deep arrays without end', 'ERR_TOKEN_MALFORMED', () => '['.repeat(11_000)),
];
