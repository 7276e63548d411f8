import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  createVerifier,
  TokenVerificationError,
  type VerifiedToken,
  type Verifier,
} from '../../lib/verify.js';
import { ApiServer } from '../support/api-server.js';
import { rejection } from '../support/rejection.js';
import { joseVerdict } from '../support/verify/jose-verdict.js';
import { KEY_SETS, type KeySetName, type Keys, makeKeys } from '../support/verify/keys.js';
import { AUDIENCE, ISSUER, Mint, SUBJECT } from '../support/verify/mint.js';
import type { Outcome, Row } from '../support/verify/row.js';
import { ROWS } from '../support/verify/rows.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const DEFAULT_ALGORITHMS = ['RS256'];
const rows = Object.values(ROWS).flat();

/** All codes by which a token itself is refused. */
const REFUSALS: readonly Outcome[] = [
  'ERR_TOKEN_MALFORMED',
  'ERR_TOKEN_ALGORITHM',
  'ERR_TOKEN_KEY',
  'ERR_TOKEN_SIGNATURE',
  'ERR_TOKEN_EXPIRED',
  'ERR_TOKEN_NOT_YET_VALID',
  'ERR_TOKEN_ISSUER',
  'ERR_TOKEN_AUDIENCE',
  'ERR_TOKEN_CLAIMS',
  'ERR_TOKEN_BOUND',
  'ERR_TOKEN_SCOPE',
];

/** `Bearer` and its parameters, of the characters that RFC 6750 §3 allows. */
const CHALLENGE = /^Bearer (?:[a-z_]+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:, (?=[a-z])|$))+$/;

describe('tokens to verify', () => {
  const verifiers = new Map<string, Verifier>();
  let clock: sinon.SinonFakeTimers;
  let keys: Keys;
  let server: ApiServer;
  let mint: Mint;

  const verifierFor = ({ keySet = 'usual', algorithms }: Partial<Row>, options: object = {}): Verifier => {
    const name = JSON.stringify([keySet, algorithms, options]);
    const verifier =
      verifiers.get(name) ??
      createVerifier({
        issuer: ISSUER,
        jwksUri: `${server.origin}/${encodeURIComponent(keySet)}`,
        audience: AUDIENCE,
        ...(algorithms && { algorithms }),
        ...options,
      });
    verifiers.set(name, verifier);
    return verifier;
  };

  before(async () => {
    keys = await makeKeys();
    server = await ApiServer.start();
    mint = new Mint(keys, NOW_MS / 1_000, `${server.origin}/elsewhere`);
    server.answer = ({ url }, response) => {
      const keySet = KEY_SETS[decodeURIComponent(url.slice(1)) as KeySetName]?.(keys) ?? [];
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: keySet }));
    };
  });

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  });

  afterEach(() => clock.restore());

  after(async () => {
    await Promise.all(Array.from(verifiers.values(), (verifier) => verifier.close()));
    await server.stop();
  });

  for (const [subject, rowsOfSubject] of Object.entries(ROWS)) {
    describe(subject, () => {
      for (const row of rowsOfSubject) {
        it(`${row.name}: ${row.outcome}`, async () => {
          const token = row.token(mint);
          const cold = verifierFor(row, { cacheSize: 0 });
          const warm = verifierFor(row);
          // The third time, a good token is remembered.
          for (const verifier of [cold, warm, warm, warm]) {
            const verdict = await verdictOf(verifier, token, row);
            expect(outcomeOf(verdict)).to.equal(row.outcome);
            if (verdict instanceof TokenVerificationError) expectFitRefusal(verdict, token, row);
            else expectFitAcceptance(verdict, row);
          }
        });

        it(`${row.name}: what jose says`, async () => {
          const claims = await joseVerdict(row.token(mint), KEY_SETS[row.keySet ?? 'usual'](keys), {
            issuer: ISSUER,
            audience: AUDIENCE,
            algorithms: [...(row.algorithms ?? DEFAULT_ALGORITHMS)],
            clockTolerance: 5,
          });
          expect(claims !== undefined).to.equal(row.outcome === 'accepted' || row.unlikeJose !== undefined);
          if (row.outcome !== 'accepted') return;
          const verified = await verifierFor(row).verify(row.token(mint));
          expect(withoutDepth(verified.claims)).to.deep.equal(withoutDepth(claims));
        });
      }
    });
  }

  it('have names of their own, and come to every outcome', () => {
    expect(new Set(rows.map(({ name }) => name)).size)
      .to.equal(rows.length)
      .and.to.be.at.least(70);
    expect(new Set(rows.map(({ outcome }) => outcome))).to.deep.equal(new Set(['accepted', ...REFUSALS]));
  });

  it('give no powers by a __proto__ in their payload', async () => {
    const payload = JSON.stringify(mint.claims()).replace(
      '{',
      '{"__proto__":{"admin":true,"scope":"admin"},',
    );
    const { claims, scope } = await verifierFor({}).verify(mint.token({ payload }));
    expect([claims.admin, claims.scope, scope]).to.deep.equal([undefined, undefined, []]);
    expect(({} as { admin?: unknown }).admin).to.equal(undefined);
  });

  for (const value of [undefined, null, 5, true, {}, [], ['a.b.c'], Symbol('a.b.c'), () => 'a.b.c']) {
    it(`are refused when they are no text: ${inspect(value)}`, async () => {
      const error = await rejection<TokenVerificationError>(verifierFor({}).verify(value as never));
      expect(error).to.be.instanceOf(TokenVerificationError);
      expect(error.httpStatus).to.equal(401);
    });
  }

  describe('and clocks', () => {
    const at = (ms: number) => clock.setSystemTime(NOW_MS + ms);
    const outcome = async (verifier: Verifier, token: string) => outcomeOf(await verdictOf(verifier, token));

    it('are forgotten once they have ended, and are not good before their time', async () => {
      const token = mint.token({ claims: { iat: mint.now - 60, nbf: mint.now, exp: mint.now + 60 } });
      const verifier = verifierFor({});
      const seen: string[] = [];
      for (const ms of [0, 64_999, 65_000, 0, -5_000, -5_001, 0]) {
        at(ms);
        seen.push(await outcome(verifier, token));
      }
      const [good, late, early] = ['accepted', 'ERR_TOKEN_EXPIRED', 'ERR_TOKEN_NOT_YET_VALID'];
      expect(seen).to.deep.equal([good, good, late, good, good, early, good]);
    });

    for (const options of [{ cacheSize: 0 }, { cacheSize: 10 }]) {
      it(`are measured by the millisecond: ${inspect(options)}`, async () => {
        const verifier = verifierFor({}, { clockToleranceMs: 500, ...options });
        const ending = mint.token({ claims: { exp: mint.now, nbf: undefined, iat: undefined } });
        const starting = (name: string) =>
          mint.token({ claims: { nbf: undefined, iat: undefined, [name]: mint.now + 1 } });
        at(499);
        expect(await outcome(verifier, ending)).to.equal('accepted');
        expect(await outcome(verifier, starting('nbf'))).to.equal('ERR_TOKEN_NOT_YET_VALID');
        expect(await outcome(verifier, starting('iat'))).to.equal('ERR_TOKEN_NOT_YET_VALID');
        at(500);
        expect(await outcome(verifier, ending)).to.equal('ERR_TOKEN_EXPIRED');
        expect(await outcome(verifier, starting('nbf'))).to.equal('accepted');
        expect(await outcome(verifier, starting('iat'))).to.equal('accepted');
      });
    }
  });

  describe('and the network', () => {
    it('send nobody to the addresses that they name', () => {
      const paths = new Set(server.seen.map(({ url }) => decodeURIComponent(url.slice(1))));
      expect([...paths]).to.have.members(Object.keys(KEY_SETS));
    });
  });
});

type Verdict = VerifiedToken | Error;

function verdictOf(verifier: Verifier, token: string, { needs }: Partial<Row> = {}): Promise<Verdict> {
  const verified = needs === undefined ? verifier.verify(token) : verifier.verify(token, { scope: needs });
  return verified.catch((error: Error) => error);
}

/** Errors of any other kind are seen as what they are. */
function outcomeOf(verdict: Verdict): string {
  if (verdict instanceof TokenVerificationError) return verdict.code;
  return verdict instanceof Error ? inspect(verdict) : 'accepted';
}

function expectFitAcceptance(verdict: Verdict, { scope = undefined, needs }: Row): void {
  if (verdict instanceof Error) throw verdict;
  expect(Object.isFrozen(verdict.claims)).to.equal(true);
  expect(verdict.claims).to.include({ iss: ISSUER });
  if (scope) expect(verdict.scope).to.deep.equal(scope);
  if (needs) expect(verdict.scope).to.include.members([needs].flat());
}

function expectFitRefusal(error: TokenVerificationError, token: string, { needs = [] }: Row): void {
  const isScope = error.code === 'ERR_TOKEN_SCOPE';
  expect(error.httpStatus).to.equal(isScope ? 403 : 401);
  expect(error.challenge)
    .to.match(CHALLENGE)
    .and.to.contain(`error="${isScope ? 'insufficient_scope' : 'invalid_token'}"`);
  if (isScope) expect(error.challenge).to.contain(`scope="${[needs].flat().join(' ')}"`);
  const told = tell(error);
  const secrets = [SUBJECT, ...token.split('.').filter((part) => part.length >= 16)];
  expect(secrets.filter((secret) => told.includes(secret))).to.deep.equal([]);
}

/** All that an error tells, by whatever way. */
function tell(error: TokenVerificationError): string {
  const shown = inspect(error, { depth: null, showHidden: true, getters: true, maxStringLength: null });
  return [shown, JSON.stringify(error), String(error), error.stack, error.challenge].join('\n');
}

/** Deeper than chai can compare. */
function withoutDepth(claims: object | undefined): object {
  return { ...claims, deep: undefined };
}
