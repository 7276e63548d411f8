import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readAuthentication } from '../../../lib/oauth/client-authentication/authentication-option.js';
import { SECRET_METHODS } from '../../../lib/oauth/client-authentication/secret-methods.js';
import { thrown } from '../../support/rejection.js';

describe('readAuthentication', () => {
  it('finds each method by its name', () => {
    for (const name of ['basic', 'basic-raw', 'post'] as const)
      expect(readAuthentication(name)).to.equal(SECRET_METHODS[name]);
  });

  it('is basic where none is named, or what the provider has', () => {
    expect(readAuthentication(undefined)).to.equal(SECRET_METHODS.basic);
    expect(readAuthentication(undefined, SECRET_METHODS.post)).to.equal(SECRET_METHODS.post);
    expect(readAuthentication('basic-raw', SECRET_METHODS.post)).to.equal(SECRET_METHODS['basic-raw']);
  });

  for (const odd of ['private_key_jwt', 'Basic', '', 'constructor', 'toString', null, 5, ['basic'], {}]) {
    it(`refuses ${JSON.stringify(odd)}, and lists the methods`, () => {
      const error = thrown<ConfigurationError>(() => readAuthentication(odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'authentication');
      expect(error.message).to.match(
        /^authentication: must be one of 'basic', 'basic-raw', 'post'; got (a string of|an |null|5)/,
      );
    });
  }
});
