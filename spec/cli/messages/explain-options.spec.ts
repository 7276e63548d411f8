import { expect } from 'chai';
import { explainOptions } from '../../../lib/cli/messages/explain-options.js';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';

const TABLE: readonly [message: string, explained: string][] = [
  ['Nothing of ours.', ''],
  ['a wrong clientSecret', 'clientSecret is --secret-file or M2M_CLIENT_SECRET'],
  ["try authentication: 'post'.", 'authentication is --authentication or M2M_AUTHENTICATION'],
  ['Ask for a scope that is granted.', ''],
  ['scope: must be text.', 'scope is --scope or M2M_SCOPE'],
  [
    'in tokenEndpoint (or issuer)',
    'issuer is --issuer or M2M_ISSUER; tokenEndpoint is --token-endpoint or M2M_TOKEN_ENDPOINT',
  ],
  [
    'by the http option',
    'in the place of the http option, HTTPS_PROXY names a proxy, and NODE_EXTRA_CA_CERTS a file of authorities',
  ],
  ['since --authentication is basic', ''],
  ['within 10000 ms (requestTimeoutMs)', 'requestTimeoutMs is --timeout'],
];

describe('explainOptions', () => {
  for (const [message, explained] of TABLE) {
    it(`says for "${message}": ${explained || 'nothing'}`, () =>
      expect(explainOptions(message)).to.equal(explained));
  }

  const given = collectSettings({ 'token-endpoint': 'x' }, { ONELOGIN_SECRET_FILE: 'f', M2M_SCOPE: 's' });

  it('says by what each was given', () => {
    expect(explainOptions('a wrong clientSecret', given)).to.equal('clientSecret is ONELOGIN_SECRET_FILE');
    expect(explainOptions('a wrong clientId', given)).to.equal('clientId is --client-id or M2M_CLIENT_ID');
  });

  it('leaves out other ways to name the server, unless they are the mend', () => {
    expect(explainOptions('Check subdomain or tokenEndpoint', given)).to.equal(
      'tokenEndpoint is --token-endpoint',
    );
    expect(explainOptions('Give the subdomain', given)).to.equal('subdomain is --subdomain or M2M_SUBDOMAIN');
  });

  it('repeats no flag that the message begins with', () => {
    const key = collectSettings({ 'key-file': 'x' }, {});
    expect(explainOptions('--key-file: cannot be read.', key, ['keyFile'])).to.equal('');
    expect(explainOptions('M2M_AUTHENTICATION: must be one of basic')).to.equal('');
    expect(explainOptions('No.', key, ['keyFile'])).to.equal('keyFile is --key-file');
  });

  it('adds what the failure has to do with, once, where it was given', () => {
    expect(explainOptions('No.', given, ['scope', 'resource'])).to.equal('scope is M2M_SCOPE');
    expect(explainOptions('tokenEndpoint', given, ['tokenEndpoint'])).to.equal(
      'tokenEndpoint is --token-endpoint',
    );
  });
});
