import { expect } from 'chai';
import { isProofMethod, needsOf, PROOF_METHODS } from '../../../lib/cli/settings/proof-methods.js';
import { METHODS, SETTINGS } from '../../../lib/cli/settings/setting-names.js';

describe('PROOF_METHODS', () => {
  it('are told by help, and need what there are settings for', () => {
    expect(METHODS).to.include.members(Object.keys(PROOF_METHODS));
    const options = SETTINGS.map(({ option }) => option);
    for (const needs of Object.values(PROOF_METHODS)) expect(options).to.include.members([...needs]);
  });

  it('need a secret where they are none of these', () => {
    for (const method of [undefined, 'basic', 'post', 'anything', 'constructor']) {
      expect(isProofMethod(method)).to.equal(false);
      expect(needsOf(method)).to.deep.equal(['clientSecret']);
    }
    expect(needsOf('tls_client_auth')).to.deep.equal(['certFile', 'keyFile']);
  });
});
