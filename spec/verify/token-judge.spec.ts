import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { KeySet } from '../../lib/verify/keys/key-set.js';
import { TokenJudge } from '../../lib/verify/token-judge.js';
import type { TokenVerificationError } from '../../lib/verify/verification-error.js';
import type { VerifierOptions } from '../../lib/verify/verifier-options.js';
import { rejection } from '../support/rejection.js';
import { goodClaims, ScriptedIssuer } from '../support/scripted-issuer.js';
import { SigningKey } from '../support/signing-key.js';
import { VirtualTime } from '../support/virtual-time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const patience = { maxWaitMs: 5_000, signal: undefined };
const [k1, k2, k3] = [new SigningKey('k1'), new SigningKey('k2'), new SigningKey('k3')];

describe('TokenJudge', () => {
  let time: VirtualTime;
  let issuer: ScriptedIssuer;
  let keys: KeySet;
  let judge: TokenJudge;
  const seen = new WeakSet<object>();
  const make = (options: Partial<VerifierOptions> = {}) => {
    const settings = issuer.settings({ retry: { retries: 0 }, ...options });
    keys = new KeySet(settings, () => undefined);
    judge = new TokenJudge(settings, keys);
  };
  /** `known` where it was remembered, `ok` where it was verified, else the code. */
  const outcome = async (token: unknown): Promise<string> =>
    judge.verify(token as string, patience).then(
      (verified) => {
        const isKnown = seen.has(verified);
        seen.add(verified);
        return isKnown ? 'known' : 'ok';
      },
      ({ code }: TokenVerificationError) => code,
    );
  /** It is remembered from its second sight on. */
  const makeKnown = async (token: string) =>
    expect([await outcome(token), await outcome(token)]).to.deep.equal(['ok', 'ok']);
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    issuer = new ScriptedIssuer(k1);
    make();
  });
  afterEach(async () => {
    await keys.close(new Error('the end'));
    sinon.restore();
    time.restore();
  });

  it('verifies a token twice, and knows it then', async () => {
    const token = issuer.token();
    const first = await judge.verify(token, patience);
    const verified = await judge.verify(token, patience);
    expect(verified).to.not.equal(first);
    expect(verified).to.deep.equal(first);
    expect(judge.verify(token, patience)).to.equal(judge.verify(token, patience));
    expect(await judge.verify(token, patience)).to.equal(verified);
    expect(await judge.verify(issuer.token({ jti: 'other' }), patience)).to.not.equal(verified);
    expect(issuer.asked).to.equal(1);
  });

  it('knows none with cacheSize 0', async () => {
    make({ cacheSize: 0 });
    const token = issuer.token();
    for (let count = 0; count < 4; count += 1) expect(await outcome(token)).to.equal('ok');
  });

  it('remembers nothing that was refused', async () => {
    const token = issuer.token({ aud: 'other' });
    for (let count = 0; count < 4; count += 1) expect(await outcome(token)).to.equal('ERR_TOKEN_AUDIENCE');
  });

  it('knows a token up to its end', async () => {
    make({ clockToleranceMs: 2_000 });
    const token = issuer.token();
    await makeKnown(token);
    await time.pass(602_000 - 1);
    expect(await outcome(token)).to.equal('known');
    await time.pass(1);
    expect(await outcome(token)).to.equal('ERR_TOKEN_EXPIRED');
  });

  it('finds what is no text to be no token, and asks for no keys', async () => {
    for (const odd of [undefined, null, 5, {}, ['a.b.c']])
      expect(await outcome(odd)).to.equal('ERR_TOKEN_MISSING');
    expect(issuer.asked).to.equal(0);
  });

  it('refuses what it need not look up without a request', async () => {
    const rsa = new SigningKey('k1', 'RS256');
    expect(await outcome('opaque')).to.equal('ERR_TOKEN_MALFORMED');
    expect(await outcome('a'.repeat(20_000))).to.equal('ERR_TOKEN_MALFORMED');
    expect(await outcome(rsa.sign(goodClaims()))).to.equal('ERR_TOKEN_ALGORITHM');
    for (const alg of ['none', 'HS256', 'es256', '', '__proto__'])
      expect(await outcome(k1.sign(goodClaims(), { alg })), alg).to.equal('ERR_TOKEN_ALGORITHM');
    expect(issuer.asked).to.equal(0);
  });

  it('finds a signature of somebody else by the name of a key, and asks for other keys once', async () => {
    await outcome(issuer.token());
    await time.pass(HOUR_MS / 4);
    const forged = new SigningKey('k1').sign(goodClaims());
    for (let count = 0; count < 3; count += 1) expect(await outcome(forged)).to.equal('ERR_TOKEN_SIGNATURE');
    expect(issuer.asked).to.equal(2);
  });

  it('finds a key that is for another algorithm, and asks for other keys once', async () => {
    make({ algorithms: ['ES256', 'RS256'] });
    await outcome(issuer.token());
    await time.pass(HOUR_MS / 4);
    const odd = new SigningKey('k1', 'RS256').sign(goodClaims());
    for (let count = 0; count < 3; count += 1) expect(await outcome(odd)).to.equal('ERR_TOKEN_ALGORITHM');
    expect(issuer.asked).to.equal(2);
  });

  it('takes a key that was changed under its name, and calls forgeries so while the server is down', async () => {
    await outcome(issuer.token());
    const changed = new SigningKey('k1');
    issuer.keys = [changed];
    expect(await outcome(changed.sign(goodClaims()))).to.equal('ok');
    await time.pass(MINUTE_MS);
    issuer.fault = 503;
    expect(await outcome(k2.sign(goodClaims()))).to.equal('ERR_KEYS_UNAVAILABLE');
    expect(await outcome(k1.sign(goodClaims()))).to.equal('ERR_TOKEN_SIGNATURE');
  });

  it('finds the key among several of one name, and among all for a token that names none', async () => {
    const twin = new SigningKey('k1');
    const nameless = new SigningKey(undefined);
    issuer.keys = [twin, k1, k2, nameless];
    expect(await outcome(k1.sign(goodClaims()))).to.equal('ok');
    expect(await outcome(twin.sign(goodClaims()))).to.equal('ok');
    expect(await outcome(k2.sign(goodClaims(), { kid: undefined }))).to.equal('ok');
    expect(await outcome(nameless.sign(goodClaims()))).to.equal('ok');
    expect(await outcome(new SigningKey(undefined).sign(goodClaims()))).to.equal('ERR_TOKEN_SIGNATURE');
  });

  it('knows an algorithm by both of its names', async () => {
    for (const [taken, used] of [
      ['EdDSA', 'Ed25519'],
      ['Ed25519', 'EdDSA'],
    ] as const) {
      const ed = new SigningKey('k1', 'EdDSA');
      issuer.keys = [ed];
      make({ algorithms: [taken] });
      expect(await outcome(ed.sign(goodClaims(), { alg: used }))).to.equal('ok');
    }
  });

  it('takes nothing from where a token says to find its key', async () => {
    const evil = new SigningKey('k1');
    const lures = { jwk: evil.jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x5u' };
    expect(await outcome(evil.sign(goodClaims(), lures))).to.equal('ERR_TOKEN_SIGNATURE');
    await time.pass(MINUTE_MS);
    expect(await outcome(new SigningKey('k9').sign(goodClaims(), lures))).to.equal('ERR_TOKEN_KEY');
    const hosts = issuer.server.requests.map(({ config }) => new URL(String(config.url)).host);
    expect(new Set(hosts)).to.deep.equal(new Set(['as.example']));
  });

  describe('of keys that are changed', () => {
    it('takes every token of a new key without a name, also those that are on their way meanwhile', async () => {
      const [old, young] = [new SigningKey(undefined), new SigningKey(undefined)];
      issuer.keys = [old];
      expect(await outcome(old.sign(goodClaims()))).to.equal('ok');
      issuer.keys = [old, young];
      const tokens = Array.from({ length: 200 }, (_, index) => young.sign(goodClaims({ jti: `${index}` })));
      const outcomes = await Promise.all(tokens.map(outcome));
      expect(outcomes.filter((found) => found !== 'ok')).to.deep.equal([]);
      expect(issuer.asked).to.equal(2);
    });

    it('waits with whoever waits already, also between two attempts', async () => {
      make({ retry: { retries: 5 } });
      expect(await outcome(k1.sign(goodClaims()))).to.equal('ok');
      issuer.keys = [k1, k2];
      issuer.fault = 503;
      const first = outcome(k2.sign(goodClaims({ jti: 'a' })));
      await time.pass(100);
      issuer.fault = undefined;
      const second = outcome(k2.sign(goodClaims({ jti: 'b' })));
      // Then the time stands still: keys are imported in real time.
      while (issuer.asked < 3) await time.pass(50);
      expect([await first, await second]).to.deep.equal(['ok', 'ok']);
    });

    it('takes tokens of the new key at once where both were published for a while', async () => {
      issuer.keys = [k1, k2];
      expect(await outcome(k1.sign(goodClaims()))).to.equal('ok');
      expect(await outcome(k2.sign(goodClaims()))).to.equal('ok');
      expect(issuer.asked).to.equal(1);
    });

    it('takes tokens of a new key that nobody has announced, and asks once for it', async () => {
      expect(await outcome(issuer.token())).to.equal('ok');
      await time.pass(MINUTE_MS);
      issuer.keys = [k2];
      const tokens = Array.from({ length: 20 }, (_, index) => k2.sign(goodClaims({ jti: `${index}` })));
      expect(new Set(await Promise.all(tokens.map(outcome)))).to.deep.equal(new Set(['ok']));
      expect(issuer.asked).to.equal(2);
    });

    it('takes tokens of a new key also where keys have no names', async () => {
      const [old, young] = [new SigningKey(undefined), new SigningKey(undefined)];
      issuer.keys = [old];
      expect(await outcome(old.sign(goodClaims()))).to.equal('ok');
      await time.pass(MINUTE_MS);
      issuer.keys = [young];
      expect(await outcome(young.sign(goodClaims()))).to.equal('ok');
      expect(await outcome(old.sign(goodClaims({ jti: 'late' })))).to.equal('ERR_TOKEN_SIGNATURE');
      expect(issuer.asked).to.equal(2);
    });

    it('takes a key that came just after the last request, and one after that within 30 s', async () => {
      expect(await outcome(issuer.token())).to.equal('ok');
      issuer.keys = [k2];
      expect(await outcome(k2.sign(goodClaims()))).to.equal('ok');
      issuer.keys = [k3];
      await time.pass(1_000);
      const token = k3.sign(goodClaims());
      expect(await outcome(token)).to.equal('ERR_TOKEN_KEY');
      await time.pass(29_000);
      expect(await outcome(token)).to.equal('ok');
      expect(issuer.asked).to.equal(3);
    });

    it('takes back a token whose key was taken away, with the next edition', async () => {
      issuer.keys = [k1, k2];
      const long = { exp: Date.now() / 1_000 + 24 * 3_600 };
      const [gone, stays] = [k1.sign(goodClaims(long)), k2.sign(goodClaims(long))];
      for (const token of [gone, stays]) await makeKnown(token);
      issuer.keys = [k2];
      await time.pass(40 * MINUTE_MS - 1);
      expect([await outcome(gone), await outcome(stays)]).to.deep.equal(['known', 'known']);
      await time.pass(1);
      await time.settle();
      expect(issuer.asked).to.equal(2);
      expect([await outcome(gone), await outcome(stays)]).to.deep.equal(['ERR_TOKEN_KEY', 'known']);
    });

    it('takes back a token also where a token with an unknown key has brought the next edition', async () => {
      const [gone, unknown] = [issuer.token(), k3.sign(goodClaims())];
      expect(await outcome(gone)).to.equal('ok');
      await time.pass(MINUTE_MS);
      issuer.keys = [k2];
      expect(await outcome(unknown)).to.equal('ERR_TOKEN_KEY');
      expect(await outcome(gone)).to.equal('ERR_TOKEN_KEY');
    });

    it('takes a token back whose key has kept its name alone', async () => {
      const token = issuer.token();
      expect(await outcome(token)).to.equal('ok');
      await time.pass(MINUTE_MS);
      issuer.keys = [new SigningKey('k1')];
      expect(await outcome(k2.sign(goodClaims()))).to.equal('ERR_TOKEN_KEY');
      expect(await outcome(token)).to.equal('ERR_TOKEN_SIGNATURE');
    });
  });

  describe('of a server that is down', () => {
    /** What comes out within the patience of a caller. */
    const waited = async (token: string) => {
      const found = outcome(token);
      await time.pass(patience.maxWaitMs);
      return found;
    };
    const long = () => ({ exp: Date.now() / 1_000 + 100 * 3_600 });

    it('says that keys cannot be had, why, and when to come again', async () => {
      issuer.fault = 503;
      issuer.headers = { 'retry-after': '7' };
      const error = await rejection<TokenVerificationError>(judge.verify(issuer.token(), patience));
      expect(error).to.include({ code: 'ERR_KEYS_UNAVAILABLE', httpStatus: 503, challenge: undefined });
      expect(error).to.include({ retryAfterMs: 7_000 });
    });

    it('says when the next attempt is made, where the server does not say when to come again', async () => {
      issuer.fault = 503;
      const error = await rejection<TokenVerificationError>(judge.verify(issuer.token(), patience));
      const waitMs = keys.document.renewal.msToNextAttempt(now());
      expect(waitMs).to.be.above(0);
      expect(error.retryAfterMs).to.equal(waitMs);
      expect(error.cause).to.include({ code: 'ERR_TOKEN_ENDPOINT', httpStatus: 503 });
      expect(error.message).to.match(/^The keys of the issuer cannot be had\. .*answered 503/);
    });

    it('says so after the wait as well', async () => {
      issuer.fault = 'hang';
      const failed = rejection<TokenVerificationError>(
        judge.verify(issuer.token(), { maxWaitMs: 100, signal: undefined }),
      );
      await time.pass(100);
      const error = await failed;
      expect(error).to.include({ code: 'ERR_KEYS_UNAVAILABLE', httpStatus: 503 });
      expect(error.cause).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ETIMEDOUT' });
    });

    it('takes good tokens throughout a day of it, and no longer than maxStaleMs beyond the lifetime', async () => {
      make({ retry: { retries: 0, maxDelayMs: HOUR_MS / 6 } });
      const token = issuer.token(long());
      await makeKnown(token);
      issuer.fault = 503;
      for (let quarter = 0; quarter < 99; quarter += 1) {
        await time.pass(HOUR_MS / 4);
        expect(await outcome(token), `quarter ${quarter}`).to.equal('known');
        expect(await outcome(k1.sign(goodClaims({ jti: `${quarter}` }))), `quarter ${quarter}`).to.equal(
          'ok',
        );
      }
      // 24 h 45 min have passed: the lifetime is an hour.
      await time.pass(HOUR_MS / 4 - 1);
      expect(await outcome(token)).to.equal('known');
      await time.pass(1);
      expect(await waited(token)).to.equal('ERR_KEYS_UNAVAILABLE');
      // It was tried all along, more often towards the end.
      expect(issuer.asked).to.be.within(100, 1_000);
    });

    it('takes them again when it is back', async () => {
      const token = issuer.token(long());
      await outcome(token);
      issuer.fault = 503;
      await time.pass(26 * HOUR_MS);
      expect(await waited(token)).to.equal('ERR_KEYS_UNAVAILABLE');
      issuer.fault = undefined;
      await time.pass(MINUTE_MS);
      expect(['ok', 'known']).to.include(await outcome(token));
    });

    it('holds to maxStaleMs 0', async () => {
      make({ maxStaleMs: 0 });
      const token = issuer.token(long());
      await makeKnown(token);
      issuer.fault = 503;
      await time.pass(HOUR_MS - 1);
      expect(await outcome(token)).to.equal('known');
      await time.pass(1);
      expect(await waited(token)).to.equal('ERR_KEYS_UNAVAILABLE');
    });

    it('does not say of a token that names an unknown key that it is wrong', async () => {
      await outcome(issuer.token());
      await time.pass(MINUTE_MS);
      issuer.fault = 503;
      for (let count = 0; count < 3; count += 1) {
        const refused = outcome(k2.sign(goodClaims({ jti: `${count}` })));
        await time.pass(5_000);
        expect(await refused).to.equal('ERR_KEYS_UNAVAILABLE');
      }
      expect(issuer.asked).to.be.within(3, 6);
      expect(await outcome(issuer.token({ jti: 'good' }))).to.equal('ok');
    });
  });

  it('gives on what ends the wait of a caller', async () => {
    issuer.fault = 'hang';
    const abort = new AbortController();
    const gone = rejection(judge.verify(issuer.token(), { maxWaitMs: 5_000, signal: abort.signal }));
    abort.abort(new Error('enough'));
    expect((await gone).message).to.equal('enough');
  });
});
