import { AUDIENCE, ISSUER, type Mint } from '../mint.js';
import { type Circumstances, type Outcome, type Row, row, textRow } from '../row.js';

const claim = (
  name: string,
  value: string,
  outcome: Outcome,
  given: unknown,
  more: Circumstances = {},
): Row => row(`${name}: ${value}`, outcome, { claims: { [name]: given } }, more);

/** A claim that is so many seconds away from now. */
const moment = (name: string, seconds: number, outcome: Outcome, more: Circumstances = {}): Row =>
  row(
    `${name}: ${seconds < 0 ? `${-seconds} s ago` : `in ${seconds} s`}`,
    outcome,
    ({ now }) => ({ claims: { [name]: now + seconds } }),
    more,
  );

const written = (name: string, value: string, outcome: Outcome, more: Circumstances = {}): Row =>
  textRow(
    `${name}: ${value}, as it is written`,
    outcome,
    (mint: Mint) => mint.tokenWritten(name, value),
    more,
  );

const TYPES = { unlikeJose: 'jose does not look at the type of this claim' };
const LATER = { unlikeJose: 'jose takes tokens that are issued in the future' };
const FOREVER = { unlikeJose: 'JSON.parse makes Infinity of a number that is too large' };
const MEMBERS = { unlikeJose: 'jose looks for the audience alone in an array of anything' };

export const CLAIM_ROWS: readonly Row[] = [
  row('a token as it should be', 'accepted', {}),

  claim('iss', 'missing', 'ERR_TOKEN_CLAIMS', undefined),
  claim('iss', 'null', 'ERR_TOKEN_CLAIMS', null),
  claim('iss', 'a number', 'ERR_TOKEN_CLAIMS', 5),
  claim('iss', 'an array with ours', 'ERR_TOKEN_CLAIMS', [ISSUER]),
  claim('iss', 'another', 'ERR_TOKEN_ISSUER', 'https://other.example'),
  claim('iss', 'ours with a slash at its end', 'ERR_TOKEN_ISSUER', `${ISSUER}/`),
  claim('iss', 'ours in capitals', 'ERR_TOKEN_ISSUER', ISSUER.toUpperCase()),
  claim('iss', 'begins with ours', 'ERR_TOKEN_ISSUER', `${ISSUER}.evil.example`),
  claim('iss', 'empty', 'ERR_TOKEN_ISSUER', ''),

  claim('sub', 'missing', 'accepted', undefined),
  claim('sub', 'null', 'ERR_TOKEN_CLAIMS', null, TYPES),
  claim('sub', 'a number', 'ERR_TOKEN_CLAIMS', 5, TYPES),
  claim('sub', 'an object', 'ERR_TOKEN_CLAIMS', {}, TYPES),

  claim('aud', 'missing', 'ERR_TOKEN_CLAIMS', undefined),
  claim('aud', 'null', 'ERR_TOKEN_CLAIMS', null),
  claim('aud', 'a number', 'ERR_TOKEN_CLAIMS', 5),
  claim('aud', 'an object with ours as its name', 'ERR_TOKEN_CLAIMS', { [AUDIENCE]: true }),
  claim('aud', 'another', 'ERR_TOKEN_AUDIENCE', 'https://other.example'),
  claim('aud', 'begins with ours', 'ERR_TOKEN_AUDIENCE', `${AUDIENCE}.evil.example`),
  claim('aud', 'two in one text', 'ERR_TOKEN_AUDIENCE', `${AUDIENCE} https://other.example`),
  claim('aud', 'empty text', 'ERR_TOKEN_AUDIENCE', ''),
  claim('aud', 'an array with ours', 'accepted', ['https://other.example', AUDIENCE]),
  claim('aud', 'an array without ours', 'ERR_TOKEN_AUDIENCE', ['https://other.example']),
  claim('aud', 'an empty array', 'ERR_TOKEN_AUDIENCE', []),
  claim('aud', 'ours in an array in an array', 'ERR_TOKEN_CLAIMS', [[AUDIENCE]]),
  claim('aud', 'an array with ours and a number', 'ERR_TOKEN_CLAIMS', [AUDIENCE, 5], MEMBERS),

  claim('exp', 'missing', 'ERR_TOKEN_CLAIMS', undefined, { unlikeJose: 'jose needs no end' }),
  claim('exp', 'null', 'ERR_TOKEN_CLAIMS', null),
  claim('exp', 'an array', 'ERR_TOKEN_CLAIMS', [4_000_000_000]),
  claim('exp', 'a text of digits', 'ERR_TOKEN_CLAIMS', '4000000000'),
  claim('exp', 'a date as text', 'ERR_TOKEN_CLAIMS', '2096-10-02T07:06:40Z'),
  claim('exp', 'zero', 'ERR_TOKEN_EXPIRED', 0),
  claim('exp', 'below zero', 'ERR_TOKEN_EXPIRED', -1),
  written('exp', '1e400', 'ERR_TOKEN_CLAIMS', FOREVER),
  written('exp', '-1e400', 'ERR_TOKEN_EXPIRED'),
  row('exp: in milliseconds', 'accepted', ({ now }) => ({ claims: { exp: (now + 600) * 1_000 } })),
  moment('exp', -600, 'ERR_TOKEN_EXPIRED'),
  moment('exp', -6, 'ERR_TOKEN_EXPIRED'),
  moment('exp', -5, 'ERR_TOKEN_EXPIRED'),
  moment('exp', -4.999, 'accepted'),
  moment('exp', -4, 'accepted'),
  moment('exp', 1, 'accepted'),

  claim('nbf', 'missing', 'accepted', undefined),
  claim('nbf', 'null', 'ERR_TOKEN_CLAIMS', null),
  claim('nbf', 'a text of digits', 'ERR_TOKEN_CLAIMS', '1'),
  claim('nbf', 'an object', 'ERR_TOKEN_CLAIMS', {}),
  written('nbf', '-1e400', 'ERR_TOKEN_CLAIMS', FOREVER),
  moment('nbf', -100_000_000, 'accepted'),
  moment('nbf', 4, 'accepted'),
  moment('nbf', 5, 'accepted'),
  moment('nbf', 5.001, 'ERR_TOKEN_NOT_YET_VALID'),
  moment('nbf', 6, 'ERR_TOKEN_NOT_YET_VALID'),
  moment('nbf', 300, 'ERR_TOKEN_NOT_YET_VALID'),

  claim('iat', 'missing', 'accepted', undefined),
  claim('iat', 'null', 'ERR_TOKEN_CLAIMS', null),
  claim('iat', 'a text of digits', 'ERR_TOKEN_CLAIMS', '1'),
  claim('iat', 'true', 'ERR_TOKEN_CLAIMS', true),
  written('iat', '-1e400', 'ERR_TOKEN_CLAIMS', FOREVER),
  moment('iat', -100_000_000, 'accepted'),
  moment('iat', 4, 'accepted'),
  moment('iat', 5, 'accepted'),
  moment('iat', 5.001, 'ERR_TOKEN_NOT_YET_VALID', LATER),
  moment('iat', 6, 'ERR_TOKEN_NOT_YET_VALID', LATER),
  moment('iat', 300, 'ERR_TOKEN_NOT_YET_VALID', LATER),

  claim('jti', 'missing', 'accepted', undefined),
  claim('jti', 'null', 'ERR_TOKEN_CLAIMS', null, TYPES),
  claim('jti', 'a number', 'ERR_TOKEN_CLAIMS', 5, TYPES),
  claim('jti', 'an array', 'ERR_TOKEN_CLAIMS', ['one'], TYPES),
];
