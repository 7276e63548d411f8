import { expect } from 'chai';
import { BearerCredential } from '../../lib/attach/credential.js';
import { RejectionRule } from '../../lib/attach/rejection-rule.js';

describe('BearerCredential', () => {
  it('carries a value alone, and judges by the rule', () => {
    const credential = new BearerCredential(
      'Bearer t',
      new RejectionRule(({ status }: { status: number }) => status === 419),
    );
    expect(credential).to.include({ value: 'Bearer t', prove: undefined, isNonceWanted: false });
    expect([credential.isRejected(419, {}), credential.isRejected(401, {})]).to.deep.equal([true, false]);
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' };
    expect([credential.isRejected(401, challenge), credential.isNonceWanted]).to.deep.equal([false, false]);
  });
});
