import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readAddress, readIssuer } from '../../../lib/oauth/server/address-option.js';
import { thrown } from '../../support/rejection.js';

describe('readAddress', () => {
  for (const given of [
    'https://as.example',
    'https://as.example/t/',
    'http://127.0.0.1:8080/x',
    'http://[::1]/',
  ])
    it(`gives ${given} as it was written`, () =>
      expect(readAddress('jwksUri', given, false)).to.equal(given));

  it('takes a URL, and plain http anywhere where that is allowed', () => {
    expect(readAddress('jwksUri', new URL('https://as.example'), false)).to.equal('https://as.example/');
    expect(readAddress('jwksUri', 'http://as.example/keys', true)).to.equal('http://as.example/keys');
  });

  for (const [odd, words] of [
    [undefined, /must be an absolute https URL; got nothing/],
    ['', /must be an absolute https URL/],
    ['as.example', /must be an absolute https URL/],
    ['https://as.example\n', /must be an absolute https URL/],
    [' https://as.example', /must be an absolute https URL/],
    ['https://as.example/a b', /must be an absolute https URL/],
    [5, /must be an absolute https URL/],
    ['http://as.example/', /must be https: .*allowHttp: true/],
    ['ftp://as.example/', /must be an https URL/],
    ['https://id:s3cret@as.example/', /must not contain credentials/],
    ['https://as.example/#x', /must not have a fragment/],
  ] as const)
    it(`refuses ${odd}`, () => {
      const error = thrown<ConfigurationError>(() => readAddress('jwksUri', odd, false));
      expect(error).to.be.instanceOf(ConfigurationError).and.include({ option: 'jwksUri' });
      expect(error.message).to.match(words).and.not.contain('s3cret');
    });
});

describe('readIssuer', () => {
  it('gives it letter for letter: it is compared so', () => {
    for (const issuer of ['https://AS.example', 'https://as.example:443/t', 'https://as.example/t/'])
      expect(readIssuer(issuer, false)).to.equal(issuer);
  });

  it('refuses what is no issuer', () => {
    for (const issuer of ['https://as.example/?t=1', 'https://as.example?'])
      expect(() => readIssuer(issuer, false)).to.throw('issuer: must not have a query');
    expect(() => readIssuer('https://as.example/.well-known/openid-configuration', false)).to.throw(
      'Leave out the part with .well-known',
    );
    expect(() => readIssuer('as.example', false)).to.throw('issuer: must be an absolute https URL');
  });
});
