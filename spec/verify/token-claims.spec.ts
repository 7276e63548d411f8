import { expect } from 'chai';
import fc from 'fast-check';
import { VerificationKey } from '../../lib/verify/keys/verification-key.js';
import { TokenRules, verifyByKey } from '../../lib/verify/token-claims.js';
import type { TokenVerificationError } from '../../lib/verify/verification-error.js';
import { AUDIENCE, goodClaims, ISSUER } from '../support/scripted-issuer.js';
import { type SigningAlgorithm, SigningKey } from '../support/signing-key.js';
import { VirtualTime } from '../support/virtual-time.js';

const settings = {
  issuer: ISSUER,
  audience: [AUDIENCE, 'other'],
  algorithms: ['ES256'],
  clockToleranceMs: 5_000,
};
const rules = new TokenRules(settings);
const signing = new SigningKey('k1');
const keyOf = (key: SigningKey) => VerificationKey.of(key.jwk) ?? expect.fail('no key');
const key = keyOf(signing);
const header = { alg: 'ES256', kid: 'k1' };

/** What was verified, or the code of what was thrown. */
async function judge(payload: object | string, given: Partial<TokenRules> = {}) {
  try {
    const verified = await verifyByKey(
      signing.sign(payload as never),
      key,
      header,
      new TokenRules({ ...settings, ...given }),
    );
    return verified ?? 'another key';
  } catch (error) {
    return (error as TokenVerificationError).code;
  }
}
/** The code alone; `ok` where it was verified. */
const codeOf = async (claims: object, given: Partial<TokenRules> = {}) => {
  const found = await judge(goodClaims({ ...claims }), given);
  return typeof found === 'string' ? found : 'ok';
};

describe('verifyByKey', () => {
  let time: VirtualTime;
  let nowSeconds: number;
  beforeEach(() => {
    time = new VirtualTime();
    nowSeconds = Date.now() / 1_000;
  });
  afterEach(() => time.restore());

  it('gives the claims and the scope', async () => {
    const claims = goodClaims({ sub: 'orders', scope: 'read write', nested: { list: [1] } });
    expect(await judge(claims)).to.deep.equal({ claims, scope: ['read', 'write'] });
  });

  it('freezes all that many callers share, however deep', async () => {
    const deep = 20_000;
    const nested = `${'['.repeat(deep)}${']'.repeat(deep)}`;
    const text = JSON.stringify(goodClaims({ a: { b: [{ c: {} }] }, n: null }));
    const found = await judge(`${text.slice(0, -1)},"deep":${nested}}`);
    if (typeof found === 'string') return expect.fail(found);
    const { a } = found.claims as { a: { b: { c: object }[] } };
    for (const part of [found, found.claims, found.scope, a, a.b, a.b[0], a.b[0]?.c])
      expect(Object.isFrozen(part)).to.equal(true);
    let one: unknown = found.claims.deep;
    for (let level = 0; level < deep; level += 1) {
      if (!Object.isFrozen(one)) expect.fail(`level ${level} is not frozen`);
      one = (one as unknown[])[0];
    }
    expect(one).to.equal(undefined);
  });

  it('is undefined where another key has signed, or the key is broken', async () => {
    const token = new SigningKey('k1').sign(goodClaims());
    expect(await verifyByKey(token, key, header, rules)).to.equal(undefined);
    const good = signing.sign(goodClaims());
    const [head, , signature] = good.split('.');
    const changed = Buffer.from(JSON.stringify(goodClaims({ sub: 'admin' }))).toString('base64url');
    expect(await verifyByKey(`${head}.${changed}.${signature}`, key, header, rules)).to.equal(undefined);
    const broken = VerificationKey.of({ ...signing.jwk, x: 'AA' }) ?? expect.fail('no key');
    expect(await verifyByKey(good, broken, header, rules)).to.equal(undefined);
    expect(await verifyByKey(`${head}.${changed}.AAAA`, key, header, rules)).to.equal(undefined);
  });

  it('says nothing of the claims before the signature is known to be right', async () => {
    const token = new SigningKey('k1').sign({ iss: 5, exp: 0 });
    expect(await verifyByKey(token, key, header, rules)).to.equal(undefined);
  });

  it('verifies by each kind of key', async () => {
    for (const alg of ['RS256', 'PS256', 'ES384', 'EdDSA', 'Ed25519'] satisfies SigningAlgorithm[]) {
      const other = new SigningKey('k1', alg);
      const own = { ...header, alg };
      const verified = await verifyByKey(other.sign(goodClaims()), keyOf(other), own, rules);
      expect(verified?.claims, alg).to.include({ iss: ISSUER });
    }
  });

  it('has the payload as a JSON object', async () => {
    for (const text of [
      '[]',
      'null',
      '5',
      '"text"',
      '{',
      '{"iss":}',
      'ä',
      `${JSON.stringify(goodClaims())}x`,
    ])
      expect(await judge(text), text).to.equal('ERR_TOKEN_MALFORMED');
  });

  it('needs iss, aud and exp', async () => {
    for (const name of ['iss', 'aud', 'exp'])
      expect(await codeOf({ [name]: undefined }), name).to.equal('ERR_TOKEN_CLAIMS');
    for (const name of ['iat', 'nbf', 'sub', 'scope'])
      expect(await codeOf({ [name]: undefined })).to.equal('ok');
    expect(await judge('{"__proto__":{"iss":"a"}}')).to.equal('ERR_TOKEN_CLAIMS');
  });

  it('needs registered claims of their types', async () => {
    const odd: Readonly<Record<string, readonly unknown[]>> = {
      iss: [5, null, [ISSUER], {}, true],
      aud: [5, null, {}, true, [5], [null], [AUDIENCE, 5], [[AUDIENCE]]],
      exp: ['9999999999', null, {}, true, []],
      nbf: ['0', null, {}, false, []],
      iat: ['0', null, {}, false, []],
      sub: [5, null, {}, []],
      jti: [5, null, {}, []],
      azp: [5, null, {}, []],
      client_id: [5, null, {}, []],
      scope: [5, null, {}, { toString: 1, valueOf: 1 }, true, ['a', 5], [null]],
    };
    for (const [name, values] of Object.entries(odd))
      for (const value of values)
        expect(await codeOf({ [name]: value }), `${name}: ${JSON.stringify(value)}`).to.equal(
          'ERR_TOKEN_CLAIMS',
        );
  });

  it('names the claim at fault', async () => {
    const fault = async (claims: object) => {
      const token = signing.sign(goodClaims({ ...claims }));
      return verifyByKey(token, key, header, rules).then(
        () => 'ok',
        ({ message }: Error) => message,
      );
    };
    for (const name of ['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'azp', 'client_id', 'scope'])
      expect(await fault({ [name]: null })).to.equal(`The claim ${name} is missing, or of the wrong type.`);
    expect(await fault({ scp: 5 })).to.equal('The claim scp is missing, or of the wrong type.');
  });

  it('takes its own issuer, letter for letter', async () => {
    for (const iss of [`${ISSUER}/`, 'https://AS.example', 'http://as.example', '', ISSUER.slice(0, -1)])
      expect(await codeOf({ iss }), iss).to.equal('ERR_TOKEN_ISSUER');
  });

  it('takes one of its audiences, among whatever others', async () => {
    for (const aud of [AUDIENCE, 'other', [AUDIENCE], ['x', AUDIENCE, 'y']])
      expect(await codeOf({ aud })).to.equal('ok');
    for (const aud of ['x', '', [], ['x'], `${AUDIENCE} other`, `${AUDIENCE}/`, AUDIENCE.toUpperCase()])
      expect(await codeOf({ aud }), String(aud)).to.equal('ERR_TOKEN_AUDIENCE');
  });

  it('takes exp while now is before it, with the tolerance', async () => {
    const at = (offset: number) => codeOf({ exp: nowSeconds + offset, iat: undefined });
    expect(await Promise.all([1, 0, -4, -4.999].map(at))).to.deep.equal(['ok', 'ok', 'ok', 'ok']);
    expect(await Promise.all([-5, -5.001, -6, -nowSeconds].map(at))).to.deep.equal(
      Array(4).fill('ERR_TOKEN_EXPIRED'),
    );
  });

  it('takes nbf and iat up to now and the tolerance', async () => {
    for (const name of ['nbf', 'iat']) {
      const at = (offset: number) => codeOf({ [name]: nowSeconds + offset });
      expect(await Promise.all([-9, 0, 4, 5].map(at)), name).to.deep.equal(['ok', 'ok', 'ok', 'ok']);
      expect(await Promise.all([5.001, 6, 9e9].map(at)), name).to.deep.equal(
        Array(3).fill('ERR_TOKEN_NOT_YET_VALID'),
      );
    }
  });

  it('measures times to the millisecond', async () => {
    const offsets = fc.integer({ min: -3_000, max: 3_000 });
    const tolerances = fc.constantFrom(0, 1, 250, 500, 999, 1_000, 1_500);
    await fc.assert(
      fc.asyncProperty(
        offsets,
        tolerances,
        fc.integer({ min: 0, max: 999 }),
        async (offset, clockToleranceMs, part) => {
          time.stepWallClock(nowSeconds * 1_000 + part - Date.now());
          const claim = nowSeconds + offset / 1_000;
          const given = { clockToleranceMs };
          const [wallMs, claimMs] = [Date.now(), claim * 1_000];
          const isLive = wallMs < claimMs + clockToleranceMs;
          const isBegun = claimMs <= wallMs + clockToleranceMs;
          expect(await codeOf({ exp: claim, iat: undefined }, given)).to.equal(
            isLive ? 'ok' : 'ERR_TOKEN_EXPIRED',
          );
          for (const name of ['nbf', 'iat'])
            expect(await codeOf({ [name]: claim }, given), name).to.equal(
              isBegun ? 'ok' : 'ERR_TOKEN_NOT_YET_VALID',
            );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes no token that is bound to a key', async () => {
    for (const cnf of [{ jkt: 'a' }, { 'x5t#S256': 'a' }, {}, null, 'a'])
      expect(await codeOf({ cnf })).to.equal('ERR_TOKEN_BOUND');
  });

  it('reads the scope as text with blanks, or as an array; scp where there is none', async () => {
    const scopeOf = async (claims: object) => {
      const found = await judge(goodClaims({ ...claims }));
      return typeof found === 'string' ? found : found.scope;
    };
    expect(await scopeOf({})).to.deep.equal([]);
    expect(await scopeOf({ scope: '' })).to.deep.equal([]);
    expect(await scopeOf({ scope: ' a  b ' })).to.deep.equal(['a', 'b']);
    expect(await scopeOf({ scope: ['a', 'b'] })).to.deep.equal(['a', 'b']);
    expect(await scopeOf({ scope: [] })).to.deep.equal([]);
    expect(await scopeOf({ scp: 'a b' })).to.deep.equal(['a', 'b']);
    expect(await scopeOf({ scp: ['a', 'b'] })).to.deep.equal(['a', 'b']);
    expect(await scopeOf({ scope: 'a', scp: 'b' })).to.deep.equal(['a']);
    expect(await scopeOf({ scope: '', scp: 'b' })).to.deep.equal([]);
    expect(await scopeOf({ scope: 'a', scp: 5 })).to.deep.equal(['a']);
  });

  it('says nothing of what the token holds', async () => {
    const mark = 'Zq9Xk7Wv';
    for (const claims of [
      { iss: mark },
      { aud: mark },
      { aud: [mark, 5] },
      { exp: mark },
      { nbf: mark },
      { sub: { [mark]: mark } },
      { scope: [mark, 5] },
      { cnf: { jkt: mark } },
    ]) {
      const token = signing.sign(goodClaims({ jti: mark, ...claims }));
      const error = await verifyByKey(token, key, header, rules).catch(
        (caught: TokenVerificationError) => caught,
      );
      const { message, challenge, cause, stack } = error as TokenVerificationError;
      expect([message, challenge, stack].join()).to.not.contain(mark);
      expect(cause).to.equal(undefined);
    }
  });
});
