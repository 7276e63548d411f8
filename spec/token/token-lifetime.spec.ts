import { expect } from 'chai';
import { isSeconds, MAX_LIFETIME_MS, readLifetime } from '../../lib/token/token-lifetime.js';
import { jwt } from '../support/jwt.js';

const CONTEXT = { answeredAt: 1_000_000, defaultLifetimeMs: 300_000 };
const read = (expiresIn: unknown, token = 'opaque') => readLifetime(expiresIn, token, CONTEXT)?.lifetimeMs;
const CENTURY_MS = 1_200 * 30 * 24 * 3_600_000;

describe('readLifetime', () => {
  const table: [unknown, number | undefined][] = [
    [600, 600_000],
    [1, 1_000],
    [0.5, 500],
    ['600', 600_000],
    ['0.5', 500],
    ['0.25', 250],
    [' 3600', 3_600_000],
    ['3600\r\n', 3_600_000],
    ['36 00', undefined],
    [undefined, 300_000],
    [null, 300_000],
    [1e12, CENTURY_MS],
    [0, 0],
    [-0.001, undefined],
    [-1, undefined],
    ['0', 0],
    ['', undefined],
    [' ', undefined],
    ['600s', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [true, undefined],
    [[600], undefined],
    [{}, undefined],
  ];
  for (const [expiresIn, lifetimeMs] of table) {
    it(`reads ${typeof expiresIn} ${JSON.stringify(expiresIn)} as ${lifetimeMs} ms`, () => {
      expect(read(expiresIn)).to.equal(lifetimeMs);
    });
  }

  it('never exceeds what the JWT says of itself', () => {
    const token = jwt({ iat: 1_000, exp: 1_060 });
    expect(read(600, token)).to.equal(60_000);
    expect(read(30, token)).to.equal(30_000);
    expect(read(undefined, token)).to.equal(60_000);
  });

  it('goes by exp - iat, not by the clock of this machine', () => {
    expect(read(undefined, jwt({ iat: 9e9, exp: 9e9 + 600 }))).to.equal(600_000);
  });

  it('refuses a JWT that ends before it begins', () => {
    expect(read(600, jwt({ iat: 1_060, exp: 1_000 }))).to.equal(undefined);
    expect(read(undefined, jwt({ iat: 1_001, exp: 1_000 }))).to.equal(undefined);
    expect(read(undefined, jwt({ iat: 1_000, exp: 1_000 }))).to.equal(0);
  });

  it('counts exp alone from the time of the answer, and refuses what has ended then', () => {
    expect(read(undefined, jwt({ exp: 1_060 }))).to.equal(60_000);
    expect(read(600, jwt({ exp: 1_060 }))).to.equal(60_000);
    expect(read(30, jwt({ exp: 1_060 }))).to.equal(30_000);
    expect(read(600, jwt({ exp: 1_000 }))).to.equal(0);
    expect(read(600, jwt({ exp: 999 }))).to.equal(undefined);
  });

  it('heeds claims of a JWT only where they are times, and iat not by itself', () => {
    for (const claims of [{ iat: 5 }, { iat: '1', exp: 'soon' }, { exp: null }, { exp: [2_000] }, {}]) {
      expect(read(600, jwt(claims))).to.equal(600_000);
      expect(read(undefined, jwt(claims))).to.equal(300_000);
    }
  });

  it('takes claims as text, and in milliseconds, as some servers write them', () => {
    const [iat, exp] = [1_900_000_000, 1_900_000_060];
    for (const claims of [
      { iat: `${iat}`, exp: `${exp}` },
      { iat: iat * 1_000, exp: exp * 1_000 },
      { iat, exp: exp * 1_000 },
    ])
      expect(read(600, jwt(claims))).to.equal(60_000);
    expect(read(undefined, jwt({ exp: '1060' }))).to.equal(60_000);
  });

  it('takes the end of the year 9999, which stands for never, for what it is', () => {
    const exp = Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000;
    expect(read(600, jwt({ iat: 1_000, exp }))).to.equal(600_000);
    expect(read(undefined, jwt({ exp }))).to.equal(MAX_LIFETIME_MS);
    expect(read(600, jwt({ exp: exp + 1 }))).to.equal(600_000);
  });

  it('knows a guess from what the server or the JWT says', () => {
    const isGuessed = (expiresIn: unknown, token: string) =>
      readLifetime(expiresIn, token, CONTEXT)?.isLifetimeGuessed;
    expect(isGuessed(undefined, 'opaque')).to.equal(true);
    expect(isGuessed(600, 'opaque')).to.equal(false);
    expect(isGuessed(undefined, jwt({ iat: 1, exp: 61 }))).to.equal(false);
  });
});

describe('isSeconds', () => {
  it('tells a lifetime, or one that is left open, from what is no number of seconds', () => {
    for (const expiresIn of [0, 600, '600', ' 3600', undefined, null])
      expect(isSeconds(expiresIn)).to.equal(true);
    for (const expiresIn of [-1, '3600s', '', 'soon', {}, true]) expect(isSeconds(expiresIn)).to.equal(false);
  });
});
