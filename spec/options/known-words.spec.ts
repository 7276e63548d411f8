import { expect } from 'chai';
import fc from 'fast-check';
import { isHarmless, memberOf, nearestOf } from '../../lib/options/known-words.js';

describe('known words', () => {
  it('make a text that can be repeated, however they are joined', () => {
    for (const text of [
      'emea',
      'us-east-1',
      'clientSecrets',
      'client_secret_basic',
      'private_key_jwt',
      'Authorization',
      '/oidc/2/token',
      'k1',
      'k12',
      'max clients',
      '*',
    ])
      expect(isHarmless(text), text).to.equal(true);
  });

  it('do not make harmless what stands beside them', () => {
    for (const text of [
      '',
      '12',
      '-',
      'secret-x7',
      'secret123',
      'secret--key',
      '-secret',
      'us-east-123',
      'https://acme.example',
      'client\nsecret',
      'k123',
      'token token token token token token token token token token tokens',
    ])
      expect(isHarmless(text), text).to.equal(false);
  });

  it('are hit by no secret that was drawn', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{12,64}$/), (secret) => {
        expect(isHarmless(secret)).to.equal(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('name the members of an option; others are named by their place', () => {
    expect(memberOf('regions', 'emea', 3)).to.equal('regions.emea');
    expect(memberOf('regions', 's3cret', 3)).to.equal('regions[3]');
  });

  it('tell which name was meant: one of six letters or more, but for two slips', () => {
    const known = ['retry', 'subdomain', 'clientSecret', 'clientId'];
    for (const [name, meant] of [
      ['subdomian', 'subdomain'],
      ['subdoman', 'subdomain'],
      ['Subdomains', 'subdomain'],
      ['clientsecret', 'clientSecret'],
      ['clientIDs', 'clientId'],
      ['clientIDTs', undefined],
      ['clientID', 'clientId'],
      ['sbdomn', undefined],
      ['retri', undefined],
      ['', undefined],
      ['x'.repeat(9), undefined],
    ] as const)
      expect(nearestOf(name, known), name).to.equal(meant);
  });
});
