import { expect } from 'chai';
import { inspectionJson, inspectionText } from '../../../lib/cli/inspect/inspect-report.js';
import { inspectToken } from '../../../lib/cli/inspect/inspected-token.js';
import { TokenVerificationError } from '../../../lib/verify.js';
import { tooLong } from '../../support/command.js';
import { jwt } from '../../support/jwt.js';

const NOW = 1_800_000_000_000;
const CLAIMS = { iat: NOW / 1_000 - 10, exp: NOW / 1_000 + 590, name: 'a\u001b\u202e' };
const token = inspectToken(jwt(CLAIMS));
const about = {
  token,
  oddities: ['One thing.', 'Another, which is long: '.repeat(6).trim()],
  verdict: undefined,
  now: NOW,
};
const refusal = new TokenVerificationError('ERR_TOKEN_AUDIENCE', 'It is for another.');
const text = (given: object = {}) => inspectionText({ ...about, ...given }, 80, (words) => words);

describe('the report of inspect', () => {
  it('shows people header, claims, times in words, and what is odd, in 80 columns', () => {
    for (const words of [
      'JWT of',
      'nothing of it is verified',
      '"alg": "RS256"',
      'issued     2027-01-15T07:59:50Z  10 s ago',
      'in 9 min 50 s',
      'lifetime   10 min',
      '! One thing.',
    ])
      expect(text()).to.contain(words);
    expect(tooLong(text())).to.deep.equal([]);
  });

  it('shows no character that a terminal obeys, and no signature', () => {
    expect(text()).to.contain('a\\u001b\\u202e').and.not.contain('\u001b').and.not.contain('\u202e');
    expect(text() + inspectionJson(about)).to.not.contain(token.value.split('.')[2]);
  });

  it('tells what became of verifying it', () => {
    expect(text({ verdict: 'good' })).to.contain('✓ verified');
    expect(text({ verdict: refusal })).to.contain('✗ It is for another. (ERR_TOKEN_AUDIENCE)');
    expect(text({ verdict: refusal })).to.not.contain('nothing of it');
  });

  it('says little of a token that cannot be read', () => {
    expect(text({ token: inspectToken('abc'), oddities: [] })).to.match(
      /^opaque token of 3 characters\n– .*\n$/,
    );
    expect(text({ token: inspectToken(jwt({})), oddities: [] })).to.match(/Times\n {2}none\n$/);
  });

  it('says which time looks like milliseconds, and gives programs no date of it', () => {
    const odd = inspectToken(jwt({ exp: NOW + 590_000 }));
    expect(text({ token: odd })).to.contain(
      'ends       looks like milliseconds: 2027-01-15T08:09:50Z  in 9 min 50 s',
    );
    const { times } = JSON.parse(inspectionJson({ ...about, token: odd }));
    expect(times).to.deep.equal({});
  });

  it('gives programs the same as JSON', () => {
    const read = (given: object = {}) => JSON.parse(inspectionJson({ ...about, ...given }));
    expect(read()).to.deep.equal({
      kind: 'JWT',
      length: token.value.length,
      header: { alg: 'RS256' },
      claims: CLAIMS,
      times: {
        issuedAt: '2027-01-15T07:59:50Z',
        expiresAt: '2027-01-15T08:09:50Z',
        lifetime: 600,
        expiresIn: 590,
      },
      odd: about.oddities,
      verified: false,
    });
    expect(inspectionJson(about)).to.not.contain('\u202e');
    expect(read({ verdict: 'good' }).verified).to.equal(true);
    expect(read({ verdict: refusal })).to.deep.include({
      verified: false,
      refusal: { code: 'ERR_TOKEN_AUDIENCE', message: 'It is for another.' },
    });
  });
});
