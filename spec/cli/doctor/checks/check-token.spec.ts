import { expect } from 'chai';
import type { CheckName } from '../../../../lib/cli/doctor/check-result.js';
import { checkToken } from '../../../../lib/cli/doctor/checks/check-token.js';
import { UNNAMED_LIFETIME_MS } from '../../../../lib/cli/doctor/token-trial.js';
import { AccessToken } from '../../../../lib/token/access-token.js';
import { jwt } from '../../../support/jwt.js';

interface Given {
  readonly value?: string;
  readonly scope?: string;
  readonly lifetimeMs?: number;
  readonly options?: object;
}

function look(check: CheckName, { value = 'abc', scope, lifetimeMs = 600_000, options = {} }: Given = {}) {
  const times = { issuedAt: 0, dueAt: lifetimeMs / 2, expiresAt: lifetimeMs };
  const token = new AccessToken(value, { tokenType: 'Bearer', scope, ...times });
  return checkToken(token, options).find((one) => one.check === check);
}

describe('the checks of a token', () => {
  it('tell its kind', () => {
    expect(look('grant')?.seen).to.equal('an opaque token, as Bearer');
    expect(look('grant', { value: jwt({}) })?.seen).to.equal('a JWT, as Bearer');
  });

  const scopes: readonly [given: Given, status: string, words: string][] = [
    [{}, 'ok', 'none asked'],
    [{ options: { scope: 'read' } }, 'ok', 'granted as asked'],
    [{ scope: 'read write' }, 'ok', 'granted: read write'],
    [{ scope: 'read write', options: { scope: 'write' } }, 'ok', 'granted: read write'],
    [
      { scope: 'read', options: { scope: 'read admin' } },
      'fail',
      'The server left out admin; granted: read.',
    ],
    [{ scope: '', options: { scope: 'read' } }, 'fail', 'The server left out read; none was granted.'],
    [{ value: jwt({ scope: 'read' }), options: { scope: 'write' } }, 'fail', 'left out write'],
    [{ value: jwt({ scp: ['read', 'write'] }), options: { scope: 'write' } }, 'ok', 'granted: read write'],
    [{ value: jwt({ aud: 'urn:a' }), options: { resource: ['urn:a'] } }, 'ok', 'none asked'],
    [{ value: jwt({ aud: ['urn:a', 'urn:b'] }), options: { resource: ['urn:b'] } }, 'ok', 'none asked'],
    [{ value: jwt({ aud: 'urn:a' }), options: { resource: ['urn:b'] } }, 'warn', 'does not name urn:b'],
    [{ options: { resource: ['urn:b'] } }, 'ok', 'none asked'],
  ];
  for (const [given, status, words] of scopes) {
    it(`say of the scope: ${words} (${JSON.stringify(given).length})`, () => {
      const result = look('scope', given);
      expect(result?.status).to.equal(status);
      expect(result?.seen).to.contain(words);
    });
  }

  const lifetimes: readonly [lifetimeMs: number, status: string, words: string][] = [
    [59_000, 'warn', '59 s'],
    [60_000, 'ok', '1 min'],
    [86_400_000, 'ok', '1 d'],
    [86_460_000, 'warn', '1 d'],
    [UNNAMED_LIFETIME_MS, 'warn', 'does not say how long'],
  ];
  for (const [lifetimeMs, status, words] of lifetimes) {
    it(`say of a lifetime of ${lifetimeMs} ms: ${status}`, () => {
      const result = look('lifetime', { lifetimeMs });
      expect(result?.status).to.equal(status);
      expect(result?.seen).to.contain(words);
      expect(result?.mend === undefined).to.equal(status === 'ok');
    });
  }

  it('say what renewal will do with it', () => {
    expect(look('renewal')?.seen).to.match(
      /after 5 min \(1970-01-01T00:05:00Z\), .* up to 5 min then passes unnoticed$/,
    );
  });
});
