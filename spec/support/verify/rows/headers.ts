import { type KeyPair, publicJwk } from '../keys.js';
import { ecdsa, encode, hs256, type Mint, ps256, rs256 } from '../mint.js';
import { type Circumstances, type Outcome, type Row, row } from '../row.js';

const unsigned = (name: string, alg: unknown, outcome: Outcome = 'ERR_TOKEN_ALGORITHM'): Row =>
  row(`alg: ${name}`, outcome, { header: { alg }, signature: '' });

/** With a good signature, so that the name of the algorithm alone decides. */
const named = (name: string, alg: unknown, outcome: Outcome): Row =>
  row(`alg: ${name}, well signed`, outcome, { header: { alg } });

const hmac = (name: string, secretOf: (pair: KeyPair) => string | Buffer): Row =>
  row(`alg: HS256 by ${name}`, 'ERR_TOKEN_ALGORITHM', ({ keys }) => ({
    header: { alg: 'HS256' },
    by: hs256(secretOf(keys.rsa)),
  }));

const header = (name: string, outcome: Outcome, members: object, more: Circumstances = {}): Row =>
  row(name, outcome, { header: members }, more);

/** A key, or where one is to be found, that the token itself brings (RFC 8725 §3.10): never used. */
const KEY_MEMBERS = {
  jku: ({ elsewhere }: Mint) => ({ jku: `${elsewhere}/jwks` }),
  jwk: ({ keys }: Mint) => ({ jwk: publicJwk(keys.attacker) }),
  x5u: ({ elsewhere }: Mint) => ({ x5u: `${elsewhere}/chain.pem` }),
  x5c: ({ keys: { attacker } }: Mint) => ({
    x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
  }),
};

const KEY_MEMBER_ROWS = Object.entries(KEY_MEMBERS).flatMap(([name, membersFor]): Row[] => [
  row(`${name} in the header, signed by that key`, 'ERR_TOKEN_SIGNATURE', (mint) => ({
    header: membersFor(mint),
    by: rs256(mint.keys.attacker),
  })),
  row(`${name} in the header, without kid, signed by that key`, 'ERR_TOKEN_SIGNATURE', (mint) => ({
    header: { kid: undefined, ...membersFor(mint) },
    by: rs256(mint.keys.attacker),
  })),
  row(`${name} in the header, with a kid of its own`, 'ERR_TOKEN_KEY', (mint) => ({
    header: { kid: 'attacker', ...membersFor(mint) },
    by: rs256(mint.keys.attacker),
  })),
  row(`${name} in the header, signed by the server's key`, 'accepted', (mint) => ({
    header: membersFor(mint),
  })),
]);

const NO_EXTENSION = { unlikeJose: 'jose knows b64' };
/** RFC 7797 §7: a JWT must not be so. Others would read another payload from the same bytes. */
const NO_B64 = { unlikeJose: 'jose ignores b64 where crit does not name it' };
/**
 * RFC 8725 §3.11, RFC 9068 §4: what says that it is another kind of token is no access token, though the same server has signed it
 * for the same audience. What says nothing, or JWT alone, is taken, since most servers name access tokens so.
 */
const KIND = { unlikeJose: 'jose does not look at typ unless it is told' };

export const HEADER_ROWS: readonly Row[] = [
  unsigned('none', 'none'),
  unsigned('None', 'None'),
  unsigned('nOnE', 'nOnE'),
  unsigned('NONE', 'NONE'),
  unsigned('empty', ''),
  named('none', 'none', 'ERR_TOKEN_ALGORITHM'),
  named('empty', '', 'ERR_TOKEN_ALGORITHM'),
  named('missing', undefined, 'ERR_TOKEN_MALFORMED'),
  named('null', null, 'ERR_TOKEN_MALFORMED'),
  named('an array', ['RS256'], 'ERR_TOKEN_MALFORMED'),
  named('in small letters', 'rs256', 'ERR_TOKEN_ALGORITHM'),
  named('with a blank', 'RS256 ', 'ERR_TOKEN_ALGORITHM'),
  named('__proto__', '__proto__', 'ERR_TOKEN_ALGORITHM'),
  named('constructor', 'constructor', 'ERR_TOKEN_ALGORITHM'),
  named('RS384', 'RS384', 'ERR_TOKEN_ALGORITHM'),
  named('of encryption', 'RSA-OAEP-256', 'ERR_TOKEN_ALGORITHM'),
  hmac('the public key as PEM', ({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' })),
  hmac('the public key as PKCS #1', ({ publicKey }) => publicKey.export({ type: 'pkcs1', format: 'pem' })),
  hmac('the public key as DER', ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' })),
  hmac('the public key as JWK', (pair) => JSON.stringify(publicJwk(pair))),
  hmac('the modulus', (pair) => Buffer.from(String(publicJwk(pair).n), 'base64url')),
  row('alg: PS256, where RS256 alone is allowed', 'ERR_TOKEN_ALGORITHM', ({ keys }) => ({
    header: { alg: 'PS256', kid: 'no alg' },
    by: ps256(keys.second),
  })),
  row('alg: ES256, where RS256 alone is allowed', 'ERR_TOKEN_ALGORITHM', ({ keys }) => ({
    header: { alg: 'ES256', kid: 'P-256' },
    by: ecdsa(keys.p256),
  })),
  row('alg: RS256, where ES256 alone is allowed', 'ERR_TOKEN_ALGORITHM', {}, { algorithms: ['ES256'] }),

  header('crit: unknown', 'ERR_TOKEN_MALFORMED', { crit: ['x'], x: 1 }),
  header('crit: what every header has', 'ERR_TOKEN_MALFORMED', { crit: ['alg'] }),
  header('crit: exp (RFC 7515 §4.1.11 has it as an example)', 'ERR_TOKEN_MALFORMED', {
    crit: ['exp'],
    exp: 4_000_000_000,
  }),
  header('crit: empty', 'ERR_TOKEN_MALFORMED', { crit: [] }),
  header('crit: a text', 'ERR_TOKEN_MALFORMED', { crit: 'b64', b64: true }),
  header('crit: null', 'ERR_TOKEN_MALFORMED', { crit: null }),
  header('crit: an array of numbers', 'ERR_TOKEN_MALFORMED', { crit: [5] }),
  header('crit: b64, which is true', 'ERR_TOKEN_MALFORMED', { crit: ['b64'], b64: true }, NO_EXTENSION),
  header('crit: b64, which is false', 'ERR_TOKEN_MALFORMED', { crit: ['b64'], b64: false }),
  header('b64: false, without crit', 'ERR_TOKEN_MALFORMED', { b64: false }, NO_B64),
  row('b64: false, and the payload as it is', 'ERR_TOKEN_MALFORMED', ({ keys }) => {
    const head = encode('{"alg":"RS256","kid":"rsa","b64":false,"crit":["b64"]}');
    return {
      headerText: Buffer.from(head, 'base64url'),
      by: () => rs256(keys.rsa)(Buffer.from(`${head}.{}`)),
    };
  }),

  ...KEY_MEMBER_ROWS,

  header('typ: JWT in small letters', 'accepted', { typ: 'jwt' }),
  header('typ: absent', 'accepted', { typ: undefined }),
  header('typ: at+jwt', 'accepted', { typ: 'at+jwt' }),
  header('typ: AT+JWT', 'accepted', { typ: 'AT+JWT' }),
  header('typ: application/at+jwt', 'accepted', { typ: 'application/at+jwt' }),
  header('typ: dpop+jwt', 'ERR_TOKEN_MALFORMED', { typ: 'dpop+jwt' }, KIND),
  header('typ: logout+jwt', 'ERR_TOKEN_MALFORMED', { typ: 'logout+jwt' }, KIND),
  header('typ: a number', 'ERR_TOKEN_MALFORMED', { typ: 5 }, KIND),

  header('a header member that nobody knows', 'accepted', { new: { a: [1] } }),
  row('a header with two algs, the last one ours', 'accepted', {
    headerText: '{"alg":"none","kid":"rsa","alg":"RS256"}',
  }),
  row('a header with two algs, the last one none', 'ERR_TOKEN_ALGORITHM', {
    headerText: '{"alg":"RS256","kid":"rsa","alg":"none"}',
  }),
  row('a header whose __proto__ has the alg', 'ERR_TOKEN_MALFORMED', {
    headerText: '{"kid":"rsa","__proto__":{"alg":"RS256"}}',
  }),
  row('a header that is no JSON', 'ERR_TOKEN_MALFORMED', { headerText: 'alg=RS256' }),
  row('a header that is an array', 'ERR_TOKEN_MALFORMED', { headerText: '[{"alg":"RS256","kid":"rsa"}]' }),
  row('a header that is null', 'ERR_TOKEN_MALFORMED', { headerText: 'null' }),
  row('a header that is a text', 'ERR_TOKEN_MALFORMED', { headerText: '"RS256"' }),
  row('a header that is not UTF-8', 'ERR_TOKEN_MALFORMED', {
    headerText: Buffer.from('{"alg":"RS256","kid":"rsa","x":"\xff"}', 'latin1'),
  }),
  row('a header of deep JSON', 'accepted', {
    headerText: `{"alg":"RS256","kid":"rsa","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  }),
];
