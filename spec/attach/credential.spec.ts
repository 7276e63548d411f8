import { expect } from 'chai';
import { BearerCredential } from '../../lib/attach/credential.js';
import { type ApiAnswer, RejectionRule } from '../../lib/attach/rejection-rule.js';

describe('BearerCredential', () => {
  it('carries the same to all requests, without a proof, and wants no nonce', () => {
    const credential = new BearerCredential('Bearer t', new RejectionRule(undefined));
    const { value, prove, isNonceWanted } = credential;
    expect({ value, prove, isNonceWanted }).to.deep.equal({
      value: 'Bearer t',
      prove: undefined,
      isNonceWanted: false,
    });
    const demand = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' };
    expect(credential.isRejected(401, demand)).to.equal(false);
    expect(credential.isNonceWanted).to.equal(false);
  });

  it('is judged by the rule, the user’s own included', () => {
    const byDefault = new BearerCredential('Bearer t', new RejectionRule(undefined));
    expect([401, 419, 200].map((status) => byDefault.isRejected(status, {}))).to.deep.equal([
      true,
      false,
      false,
    ]);
    const own = new BearerCredential(
      'Bearer t',
      new RejectionRule(({ status }: ApiAnswer) => status === 419),
    );
    expect([401, 419, 200].map((status) => own.isRejected(status, {}))).to.deep.equal([false, true, false]);
  });
});
