import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import {
  isAdministrationApi,
  isFirstGeneration,
  isOfOneLogin,
  isRegion,
  regionTokenEndpoint,
  subdomainRevocationEndpoint,
  subdomainTokenEndpoint,
} from '../../../lib/oauth/server/onelogin.js';
import { thrown } from '../../support/rejection.js';

describe('OneLogin', () => {
  it('has the current generation at the subdomain of an account', () => {
    expect(subdomainTokenEndpoint('acme')).to.equal('https://acme.onelogin.com/oidc/2/token');
    expect(subdomainRevocationEndpoint('acme')).to.equal('https://acme.onelogin.com/oidc/2/token/revocation');
    expect(subdomainTokenEndpoint('Acme-2')).to.equal('https://acme-2.onelogin.com/oidc/2/token');
    expect(subdomainTokenEndpoint('a')).to.equal('https://a.onelogin.com/oidc/2/token');
    expect(subdomainTokenEndpoint('a'.repeat(63))).to.contain('a'.repeat(63));
  });

  const regions = { us: '', 'openid-connect': '', eu: '-eu', 'openid-connect-eu': '-eu' };
  for (const [region, suffix] of Object.entries(regions)) {
    it(`has the first generation of '${region}' at openid-connect${suffix}`, () => {
      const expected = `https://openid-connect${suffix}.onelogin.com/oidc/token`;
      expect(regionTokenEndpoint(region)).to.equal(expected);
      expect(isFirstGeneration(expected)).to.equal(true);
    });
  }

  const table: [unknown, RegExp][] = [
    ['https://acme.onelogin.com', /first part of your address alone: 'acme'\.$/],
    ['https://acme.onelogin.com/oidc/2/token', /alone: 'acme'/],
    ['acme.onelogin.com', /alone: 'acme'/],
    [' acme.onelogin.com\n', /alone: 'acme'/],
    ['acme.onelogin.com:443/', /alone: 'acme'/],
    [
      'sso.acme.example',
      /tokenEndpoint: 'https:\/\/your\.domain\/oidc\/2\/token'. Got a string of 16 characters/,
    ],
    ['openid-connect-eu', /is a region of OneLogin's retired first generation/],
    ['us', /is a region/],
    ['', /must be the first part of your address, as 'acme'\. Got an empty string/],
    [5, /must be the first part .* Got 5/],
    ['ac me', /letters, digits and inner hyphens/],
    ['acme-', /letters, digits and inner hyphens/],
    ['a'.repeat(64), /letters, digits and inner hyphens/],
    ['acme@evil', /letters, digits and inner hyphens/],
    ['acme/../evil', /letters, digits and inner hyphens/],
  ];
  for (const [subdomain, mend] of table) {
    it(`tells how to mend the subdomain ${JSON.stringify(subdomain)}`, () => {
      const error = thrown<ConfigurationError>(() => subdomainTokenEndpoint(subdomain));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'subdomain');
      expect(error.message).to.match(mend);
    });
  }

  it('repeats nothing of a long text with dots, which may be a secret in the wrong place', () => {
    const { message } = thrown(() => subdomainTokenEndpoint(`${'s3cret'.repeat(6)}.${'s3cret'.repeat(6)}`));
    expect(message).to.contain("'https://your.domain/oidc/2/token'. Got a string of 73 characters");
    expect(message).to.not.contain('s3cret');
  });

  it('knows its regions by their exact names', () => {
    for (const region of Object.keys(regions)) expect(isRegion(region)).to.equal(true);
    for (const other of ['US', 'asia', '', 'constructor', 0, undefined])
      expect(isRegion(other)).to.equal(false);
  });

  it('refuses an unknown region, and lists those it knows', () => {
    const { message } = thrown(() => regionTokenEndpoint('asia'));
    expect(message).to.equal(
      `region: must be one of 'us', 'eu', 'openid-connect', 'openid-connect-eu'; got a string of 4 characters.`,
    );
  });

  it('knows its other API and its generations by their paths', () => {
    const isAdministration = (url: string) => isAdministrationApi(new URL(url));
    expect(isAdministration('https://api.us.onelogin.com/auth/oauth2/v2/token')).to.equal(true);
    expect(isAdministration('https://acme.onelogin.com/auth/oauth2/token')).to.equal(true);
    expect(isAdministration('https://acme.onelogin.com/auth/oauth2')).to.equal(true);
    expect(isAdministration('https://acme.onelogin.com/auth/oauth20')).to.equal(false);
    expect(isAdministration('https://as.example/tenant/auth/oauth2/token')).to.equal(false);
    expect(isAdministration('https://acme.onelogin.com/oidc/2/token')).to.equal(false);
    expect(isFirstGeneration('https://acme.onelogin.com/oidc/token/')).to.equal(true);
    for (const path of ['/oidc/2/token', '/oidc/token/2', '/tenant/oidc/token'])
      expect(isFirstGeneration(`https://acme.onelogin.com${path}`), path).to.equal(false);
    expect(isFirstGeneration('https://onelogin.com.evil.example/oidc/token')).to.equal(false);
    expect(isOfOneLogin('https://acme.onelogin.com/oidc/2')).to.equal(true);
    for (const other of ['https://onelogin.com.evil.example/', 'https://evilonelogin.com/', 'no address'])
      expect(isOfOneLogin(other), other).to.equal(false);
  });
});
