import fc from 'fast-check';
import { publicJwk } from './keys.js';
import {
  AUDIENCE,
  ecdsa,
  eddsa,
  encode,
  hs256,
  ISSUER,
  type Mint,
  ps256,
  rs256,
  type Signer,
  split,
} from './mint.js';

/** Makes another text of a token; `other` is a token to take parts of. */
export type Edit = (token: string, other: string, mint: Mint) => string;

/** Tokens that a server has issued: all that may ever be accepted, and others that it has signed as well. */
export interface IssuedTokens {
  readonly good: readonly string[];
  /** Well signed, but expired, for others, or by keys that are not for this. */
  readonly unfit: readonly string[];
}

export function issueTokens(mint: Mint): IssuedTokens {
  const { keys, now } = mint;
  // A million takes longer than ten minutes.
  const exp = now + 86_400;
  const by = (alg: string, kid: unknown, signer: Signer, claims: object = {}) =>
    mint.token({ header: { alg, kid }, by: signer, claims: { exp, ...claims } });
  const rsa = (claims: object) => mint.token({ claims: { exp, ...claims } });
  const good = [
    rsa({}),
    rsa({ jti: 'two!', scope: 'read write' }),
    rsa({ jti: 'three', aud: ['https://other.example', AUDIENCE], admin: false }),
    by('RS256', undefined, rs256(keys.rsa)),
    by('RS256', 'twin', rs256(keys.second)),
    by('RS256', 'no alg', rs256(keys.second)),
    by('PS256', 'PS256 alone', ps256(keys.second)),
    by('ES256', 'P-256', ecdsa(keys.p256)),
    by('ES256', undefined, ecdsa(keys.p256), { sub: 'other' }),
    by('EdDSA', 'Ed25519', eddsa(keys.ed25519)),
    by('EdDSA', undefined, eddsa(keys.ed25519), { sub: 'other', scope: ['admin'] }),
  ];
  const unfit = [
    rsa({ exp: now - 600 }),
    rsa({ exp: undefined }),
    rsa({ aud: 'https://other.example' }),
    rsa({ iss: 'https://other.example' }),
    rsa({ nbf: now + 600_000 }),
    rsa({ cnf: { jkt: 'x' } }),
    by('RS256', 'enc', rs256(keys.encryption)),
    by('RS256', 'weak', rs256(keys.weak)),
    by('RS256', 'rsa', rs256(keys.attacker)),
    by('RS384', 'rsa', rs256(keys.rsa)),
    mint.token({ header: { jwk: publicJwk(keys.attacker) }, by: rs256(keys.attacker) }),
    mint.token({ header: { crit: ['b64'], b64: true } }),
    mint.token({ payload: '{}' }),
    mint.token({ payload: 'no JSON' }),
  ];
  return { good, unfit };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ODD = [
  '+',
  '/',
  '=',
  '.',
  ' ',
  '\n',
  '\r',
  '\t',
  '\0',
  '%',
  '"',
  ',',
  'é',
  'А',
  '．',
  '\u200b',
  '\ud800',
  '\ufeff',
];

const position = fc.nat(20_000);
const partIndex = fc.nat(2);
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ALPHABET) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);

function editPart(token: string, index: number, change: (part: string) => string): string {
  const parts = token.split('.');
  const at = index % parts.length;
  return parts.map((part, one) => (one === at ? change(part) : part)).join('.');
}

function editBytes(token: string, index: number, change: (bytes: Buffer) => Buffer): string {
  return editPart(token, index, (part) => encode(change(Buffer.from(part, 'base64url'))));
}

function editObject(
  token: string,
  index: number,
  change: (object: Record<string, unknown>) => object,
): string {
  return editPart(token, index, (part) => {
    try {
      return encode(JSON.stringify(change(JSON.parse(Buffer.from(part, 'base64url').toString()))));
    } catch {
      // What an edit before this one has left is no JSON any more.
      return part;
    }
  });
}

const bits = fc.tuple(partIndex, position, fc.nat(7)).map(
  ([index, at, bit]): Edit =>
    (token) =>
      editBytes(token, index, (bytes) => {
        if (bytes.length > 0)
          bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ (1 << bit), at % bytes.length);
        return bytes;
      }),
);

const BYTES: readonly ((bytes: Buffer, at: number) => Buffer)[] = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => bytes.subarray(at),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.concat([Buffer.alloc(1), bytes]),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
  (bytes) => Buffer.alloc(bytes.length),
  (bytes) => Buffer.from(bytes).reverse(),
  (bytes) => Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)]),
];

const bytes = fc.tuple(partIndex, position, fc.constantFrom(...BYTES)).map(
  ([index, at, change]): Edit =>
    (token) =>
      editBytes(token, index, (all) => change(all, at % (all.length + 1))),
);

const TEXTS: readonly ((text: string, at: number, char: string) => string)[] = [
  (text, at, char) => text.slice(0, at) + char + text.slice(at),
  (text, at, char) => text.slice(0, at) + char + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
  (text, at) => text.slice(0, at) + text.charAt(at).toUpperCase() + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.charAt(at).toLowerCase() + text.slice(at + 1),
  (text, _, char) => char + text,
  (text, _, char) => text + char,
];

const characters = fc.tuple(position, character, fc.constantFrom(...TEXTS)).map(
  ([at, char, change]): Edit =>
    (token) =>
      change(token, at % (token.length + 1), char),
);

/** The last character of a part has up to four bits that are not of its bytes. */
const spareBits = fc.tuple(partIndex, fc.integer({ min: 1, max: 15 })).map(
  ([index, more]): Edit =>
    (token) =>
      editPart(token, index, (part) => {
        const last = ALPHABET.indexOf(part.slice(-1));
        const spare = [0, 0, 15, 3][part.length % 4] ?? 0;
        return last < 0 ? part : part.slice(0, -1) + ALPHABET.charAt(last ^ (more & spare));
      }),
);

const SPELLINGS: readonly ((part: string) => string)[] = [
  (part) => part + '='.repeat((4 - (part.length % 4)) % 4),
  (part) => `${part}=`,
  (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  (part) => Buffer.from(part, 'base64url').toString('base64'),
  (part) => Buffer.from(part, 'base64url').toString('hex'),
  (part) => Buffer.from(part, 'base64url').toString('latin1'),
  (part) => part.replace(/.{76}/g, '$&\r\n'),
  (part) => encode(part),
  (part) => part.replace(/[A-Z]/, (char) => `%${char.charCodeAt(0).toString(16)}`),
  (part) => part.toLowerCase(),
  (part) => part.replace(/[A-Za-z]/, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  (part) => part.split('').reverse().join(''),
  () => '',
];

const spellings = fc.tuple(partIndex, fc.constantFrom(...SPELLINGS)).map(
  ([index, spell]): Edit =>
    (token) =>
      editPart(token, index, spell),
);

const takenParts = fc.tuple(partIndex, partIndex).map(
  ([index, from]): Edit =>
    (token, other) =>
      editPart(token, index, () => split(other)[from] ?? ''),
);

const orders = fc.shuffledSubarray([0, 1, 2], { minLength: 1 }).map(
  (order): Edit =>
    (token) =>
      order.map((index) => split(token)[index]).join('.'),
);

const HEADER_MEMBERS: readonly (readonly [string, unknown])[] = [
  ...[
    'none',
    'None',
    '',
    'HS256',
    'RS256',
    'RS512',
    'PS256',
    'ES256',
    'ES384',
    'EdDSA',
    'Ed25519',
    5,
    null,
  ].map((alg) => ['alg', alg] as const),
  ...[
    'rsa',
    'no alg',
    'twin',
    'P-256',
    'P-384',
    'Ed25519',
    'enc',
    'oct',
    '__proto__',
    '',
    5,
    '/dev/null',
  ].map((kid) => ['kid', kid] as const),
  ['typ', 'at+jwt'],
  ['cty', 'JWT'],
  ['crit', []],
  ['crit', ['b64']],
  ['b64', false],
  ['zip', 'DEF'],
  ['enc', 'A256GCM'],
  ['jku', 'http://127.0.0.1:9/jwks'],
  ['x5c', ['AA==']],
  ['alg', undefined],
  ['kid', undefined],
  ['typ', undefined],
];

const CLAIMS: readonly (readonly [string, unknown])[] = [
  ['iss', ISSUER],
  ['aud', AUDIENCE],
  ['aud', [AUDIENCE]],
  ['exp', 4_000_000_000],
  ['exp', undefined],
  ['nbf', 0],
  ['nbf', undefined],
  ['iat', 0],
  ['sub', 'admin'],
  ['scope', 'admin'],
  ['admin', true],
  ['cnf', undefined],
  ['jti', 'new'],
];

/** Written anew, with the signature that was there. */
const members = fc
  .oneof(
    fc.constantFrom(...HEADER_MEMBERS).map((member) => [0, member] as const),
    fc.constantFrom(...CLAIMS).map((member) => [1, member] as const),
  )
  .map(
    ([index, [name, value]]): Edit =>
      (token) =>
        editObject(token, index, (object) => ({ ...object, [name]: value })),
  );

/** The same JSON in other words, with the signature that was there. */
const JSON_WAYS: readonly ((text: string) => string)[] = [
  (text) => ` ${text}`,
  (text) => `${text}\n`,
  (text) => text.replace('{', '{"__proto__":{"admin":true},'),
  (text) => text.replace('{', '{"exp":1,"alg":"none",'),
  (text) => text.replace(/}$/, ',"exp":4000000000,"alg":"RS256"}'),
  (text) => text.replace(':', ': '),
  (text) => text.replace('a', '\\u0061'),
  (text) => `\ufeff${text}`,
  (text) => `[${text}]`,
];

const wording = fc.tuple(fc.nat(1), fc.constantFrom(...JSON_WAYS)).map(
  ([index, say]): Edit =>
    (token) =>
      editBytes(token, index, (all) => Buffer.from(say(all.toString()))),
);

/** Signed anew by whoever has no key of the server, but all that it has published. */
const FORGERIES: readonly ((mint: Mint) => readonly [alg: string, signer: Signer, header?: object])[] = [
  () => ['none', () => Buffer.alloc(0)],
  () => ['None', () => Buffer.alloc(0)],
  () => ['ES256', () => Buffer.alloc(64)],
  () => ['RS256', () => Buffer.alloc(256)],
  ({ keys }) => ['HS256', hs256(keys.rsa.publicKey.export({ type: 'spki', format: 'pem' }))],
  ({ keys }) => ['HS256', hs256(keys.rsa.publicKey.export({ type: 'spki', format: 'der' }))],
  ({ keys }) => ['HS256', hs256(JSON.stringify(publicJwk(keys.rsa)))],
  () => ['HS256', hs256('secret'), { kid: 'oct' }],
  () => ['HS256', hs256('')],
  ({ keys }) => ['ES256', ecdsa(keys.p384)],
  ({ keys }) => ['ES256', ecdsa(keys.p384), { kid: 'P-384' }],
  ({ keys }) => ['EdDSA', ecdsa(keys.p384), { kid: 'Ed25519' }],
];

const forgeries = fc.constantFrom(...FORGERIES).map(
  (forge): Edit =>
    (token, _, mint) => {
      const [alg, signer, header] = forge(mint);
      const [head, payload] = split(editObject(token, 0, (object) => ({ ...object, alg, ...header })));
      return `${head}.${payload}.${encode(signer(Buffer.from(`${head}.${payload}`)))}`;
    },
);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: bits },
  { weight: 2, arbitrary: bytes },
  { weight: 4, arbitrary: characters },
  { weight: 2, arbitrary: spareBits },
  { weight: 3, arbitrary: spellings },
  { weight: 3, arbitrary: takenParts },
  { weight: 1, arbitrary: orders },
  { weight: 4, arbitrary: members },
  { weight: 2, arbitrary: wording },
  { weight: 3, arbitrary: forgeries },
);

/** A token changed once, seldom more often: after many changes, no more than its shape is ever looked at. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(edit) },
  { weight: 1, arbitrary: fc.array(edit, { minLength: 2, maxLength: 3 }) },
);
