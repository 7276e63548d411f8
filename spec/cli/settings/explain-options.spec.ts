import { expect } from 'chai';
import { explainOptions } from '../../../lib/cli/settings/explain-options.js';

const TABLE: readonly [message: string, explained: string][] = [
  ['Nothing of ours.', ''],
  ['a wrong clientSecret', 'clientSecret is given by --secret-file or M2M_CLIENT_SECRET'],
  ["try authentication: 'post'.", 'authentication is given by --authentication or M2M_AUTHENTICATION'],
  ['Ask for a scope that is granted.', ''],
  ['scope: must be text.', 'scope is given by --scope or M2M_SCOPE'],
  [
    'in tokenEndpoint (or issuer)',
    'issuer is given by --issuer or M2M_ISSUER; tokenEndpoint is given by --token-endpoint or M2M_TOKEN_ENDPOINT',
  ],
  ['by the http option', 'the http option is for programs, not for this one'],
];

describe('explainOptions', () => {
  for (const [message, explained] of TABLE) {
    it(`says for "${message}": ${explained || 'nothing'}`, () =>
      expect(explainOptions(message)).to.equal(explained));
  }
});
