import type { Keys } from '../keys.js';
import { ecdsa, eddsa, encode, type Mint, ps256, rs256, split } from '../mint.js';
import { type Circumstances, type Outcome, type Row, row, textRow } from '../row.js';

type KeyName = keyof Keys;

const EACH = { algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] };

const signers = { RS256: rs256, PS256: ps256, ES256: ecdsa, EdDSA: eddsa, Ed25519: eddsa };

/** Signed by that key, in that way, under that kid. */
const key = (
  name: string,
  outcome: Outcome,
  [alg, signer, kid]: readonly [alg: keyof typeof signers, signer: KeyName, kid: unknown],
  more: Circumstances = {},
): Row => row(name, outcome, ({ keys }) => ({ header: { alg, kid }, by: signers[alg](keys[signer]) }), more);

/** By a key of the server, so that the kid alone decides. */
const kid = (name: string, outcome: Outcome, value: unknown, more: Circumstances = {}): Row =>
  row(`kid: ${name}`, outcome, { header: { kid: value } }, more);

/** The order of P-256: with a signature (r, s), (r, n - s) is one too. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function otherSignature(mint: Mint): string {
  const token = mint.token({ header: { alg: 'ES256', kid: 'P-256' }, by: ecdsa(mint.keys.p256) });
  const [header, payload, signature] = split(token);
  const hex = Buffer.from(signature, 'base64url').toString('hex');
  const s = (ORDER - BigInt(`0x${hex.slice(64)}`)).toString(16).padStart(64, '0');
  return `${header}.${payload}.${encode(Buffer.from(hex.slice(0, 64) + s, 'hex'))}`;
}

export const KEY_ROWS: readonly Row[] = [
  kid('a path', 'ERR_TOKEN_KEY', '../../../../dev/null'),
  kid('a query', 'ERR_TOKEN_KEY', "x' UNION SELECT 'c2VjcmV0"),
  kid('with a line break', 'ERR_TOKEN_KEY', 'rsa\r\nX-Evil: 1'),
  kid('with quotes and more than ASCII', 'ERR_TOKEN_KEY', '"\\\u{1f511}é"'),
  kid('very long', 'ERR_TOKEN_KEY', 'x'.repeat(5_000)),
  kid('unknown', 'ERR_TOKEN_KEY', 'unknown'),
  kid('in capitals', 'ERR_TOKEN_KEY', 'RSA'),
  kid('empty', 'ERR_TOKEN_KEY', ''),
  kid('an object', 'ERR_TOKEN_MALFORMED', { kid: 'rsa' }),
  kid('an array', 'ERR_TOKEN_MALFORMED', ['rsa']),
  kid('a number', 'ERR_TOKEN_MALFORMED', 1),
  kid('null', 'ERR_TOKEN_MALFORMED', null),
  kid('__proto__, which is no key', 'ERR_TOKEN_KEY', '__proto__', { keySet: 'one key' }),
  kid('constructor', 'ERR_TOKEN_KEY', 'constructor'),
  key('kid: __proto__, which is a key', 'accepted', ['RS256', 'second', '__proto__']),
  kid('missing, among many keys', 'accepted', undefined),
  key('kid: missing, by a later one of many keys', 'accepted', ['RS256', 'second', undefined]),
  kid('missing, and one key', 'accepted', undefined, { keySet: 'one key' }),
  kid('missing, and one key without kid', 'accepted', undefined, { keySet: 'one key without kid' }),
  kid('of a key without kid', 'ERR_TOKEN_KEY', 'rsa', { keySet: 'one key without kid' }),
  key('kid: missing, signed by nobody we know', 'ERR_TOKEN_SIGNATURE', ['RS256', 'attacker', undefined]),
  key('kid: missing, and no key of that type', 'ERR_TOKEN_KEY', ['ES256', 'p256', undefined], {
    ...EACH,
    keySet: 'one key',
  }),
  key('kid: of another key', 'ERR_TOKEN_SIGNATURE', ['RS256', 'second', 'rsa']),
  key('kid: ours, signed by the attacker', 'ERR_TOKEN_SIGNATURE', ['RS256', 'attacker', 'rsa']),
  key('two keys with one kid, the second fits', 'accepted', ['RS256', 'second', 'twin']),
  key('two keys with one kid, none fits', 'ERR_TOKEN_SIGNATURE', ['RS256', 'rsa', 'twin']),

  key('a key without alg and use', 'accepted', ['RS256', 'second', 'no alg']),
  key('a key without alg, in another way of its type', 'accepted', ['PS256', 'second', 'no alg'], EACH),
  key('a key to verify with', 'accepted', ['RS256', 'second', 'verify alone']),
  key('a key for encryption, by its use', 'ERR_TOKEN_KEY', ['RS256', 'encryption', 'enc']),
  key('a key for encryption, by its alg', 'ERR_TOKEN_KEY', ['RS256', 'encryption', 'RSA-OAEP']),
  key('a key for encryption, by its key_ops', 'ERR_TOKEN_KEY', ['RS256', 'encryption', 'wrapKey']),
  key('a key for encryption, without kid', 'ERR_TOKEN_SIGNATURE', ['RS256', 'encryption', undefined]),
  key('a private key that the server has published', 'ERR_TOKEN_KEY', ['RS256', 'leaked', 'private']),
  key('a key of 1,024 bits', 'ERR_TOKEN_KEY', ['RS256', 'weak', 'weak']),
  row('a symmetric key of the set', 'ERR_TOKEN_ALGORITHM', { header: { alg: 'HS256', kid: 'oct' } }),
  row('the kid of a symmetric key', 'ERR_TOKEN_KEY', { header: { kid: 'oct' } }),
  row('a key among others that are none', 'accepted', {}, { keySet: 'among nonsense' }),

  key('PS256', 'accepted', ['PS256', 'second', 'PS256 alone'], { algorithms: ['PS256'] }),
  key('ES256', 'accepted', ['ES256', 'p256', 'P-256'], { algorithms: ['ES256'] }),
  row(
    'ES384',
    'accepted',
    ({ keys }) => ({ header: { alg: 'ES384', kid: 'P-384' }, by: ecdsa(keys.p384, 'sha384') }),
    EACH,
  ),
  key('EdDSA', 'accepted', ['EdDSA', 'ed25519', 'Ed25519'], { algorithms: ['EdDSA'] }),
  key('Ed25519, the other name of EdDSA', 'accepted', ['Ed25519', 'ed25519', 'Ed25519'], {
    algorithms: ['Ed25519'],
  }),
  key('RS256 among several', 'accepted', ['RS256', 'rsa', 'rsa'], EACH),
  key('ES256 without kid', 'accepted', ['ES256', 'p256', undefined], EACH),
  key('PS256 by a key for RS256', 'ERR_TOKEN_ALGORITHM', ['PS256', 'rsa', 'rsa'], EACH),
  key('RS256 by a key for PS256', 'ERR_TOKEN_ALGORITHM', ['RS256', 'second', 'PS256 alone'], EACH),
  key('ES256 by a key of another curve', 'ERR_TOKEN_ALGORITHM', ['ES256', 'p384', 'P-384'], EACH),
  key('ES256 with the kid of an RSA key', 'ERR_TOKEN_ALGORITHM', ['ES256', 'p256', 'rsa'], EACH),
  key('RS256 with the kid of an EC key', 'ERR_TOKEN_ALGORITHM', ['RS256', 'rsa', 'P-256'], EACH),
  row(
    'ES256 with a signature in DER',
    'ERR_TOKEN_SIGNATURE',
    ({ keys }) => ({ header: { alg: 'ES256', kid: 'P-256' }, by: ecdsa(keys.p256, 'sha256', 'der') }),
    EACH,
  ),
  row(
    'ES256 with a signature of zeros',
    'ERR_TOKEN_SIGNATURE',
    { header: { alg: 'ES256', kid: 'P-256' }, signature: Buffer.alloc(64) },
    EACH,
  ),
  // Whoever has one signature by ECDSA can make another: nobody should tell tokens apart by their text.
  textRow('ES256 with the other signature, n - s', 'accepted', otherSignature, EACH),
];
