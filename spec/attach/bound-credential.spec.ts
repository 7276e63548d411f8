import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { BoundCredential } from '../../lib/attach/bound-credential.js';
import { type ApiAnswer, RejectionRule } from '../../lib/attach/rejection-rule.js';
import { ApiProver } from '../../lib/oauth/dpop/request-prover.js';
import { claimsOf, makeProofKey } from '../support/proof-keys.js';

const url = 'https://api.example/a?b';
const wanting = (nonce?: string) => ({
  'WWW-Authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"',
  ...(nonce === undefined ? {} : { 'DPoP-Nonce': nonce }),
});

describe('BoundCredential', () => {
  let prover: ApiProver;
  beforeEach(() => {
    prover = new ApiProver(makeProofKey());
  });
  const make = (rule = new RejectionRule(undefined)) => new BoundCredential({ token: 't', prover, rule });
  const prove = (credential: BoundCredential, address = url) => claimsOf(credential.prove('GET', address));

  it('carries the token as DPoP, with a proof for each hop', () => {
    const credential = make();
    expect([credential.value, credential.isNonceWanted]).to.deep.equal(['DPoP t', false]);
    const [one, other] = [prove(credential), claimsOf(credential.prove('PUT', 'https://api.example/c'))];
    const ath = createHash('sha256').update('t').digest('base64url');
    expect(one).to.include({ htm: 'GET', htu: 'https://api.example/a', ath });
    expect(other).to.include({ htm: 'PUT', htu: 'https://api.example/c', ath });
    expect(one.jti).to.not.equal(other.jti);
  });

  it('learns the nonce of any answer, for the origin of the last hop', () => {
    for (const status of [200, 302, 401, 503]) {
      const credential = make();
      prove(credential, 'https://first.example/');
      prove(credential);
      credential.isRejected(status, { 'dpop-nonce': `n-${status}` });
      expect(prover.nonceOf(url)).to.equal(`n-${status}`);
      expect(credential.isNonceWanted).to.equal(false);
    }
    expect(prover.nonceOf('https://first.example/')).to.equal(undefined);
    const credential = make();
    prove(credential);
    credential.isRejected(200, new Headers({ 'DPoP-Nonce': 'of-headers' }));
    expect(prover.nonceOf(url)).to.equal('of-headers');
  });

  it('has the nonce of a redirect in the proof of the next hop, for where the redirect came from', () => {
    const credential = make();
    prove(credential);
    expect(claimsOf(credential.prove('GET', url, { 'dpop-nonce': 'n-1' })).nonce).to.equal('n-1');
    credential.prove('GET', 'https://other.example/', { 'dpop-nonce': 'n-2' });
    expect([prover.nonceOf(url), prover.nonceOf('https://other.example/')]).to.deep.equal(['n-2', undefined]);
  });

  it('wants to be sent once more with a nonce that its proof did not have', () => {
    const credential = make();
    prove(credential);
    expect(credential.isRejected(401, wanting('n-1'))).to.equal(true);
    expect(credential.isNonceWanted).to.equal(true);
    const next = make();
    expect(prove(next).nonce).to.equal('n-1');
    expect([next.isRejected(200, {}), next.isNonceWanted]).to.deep.equal([false, false]);
  });

  it('wants so, too, where the answer to another request has brought that nonce already', () => {
    const [first, second] = [make(), make()];
    for (const one of [first, second]) prove(one);
    for (const one of [first, second]) one.isRejected(401, wanting('n-1'));
    expect([first.isNonceWanted, second.isNonceWanted]).to.deep.equal([true, true]);
  });

  it('wants nothing where the proof had the nonce, or there is none that a header can carry', () => {
    for (const nonce of ['n-1', undefined, 'a b', 'a"b']) {
      prover.noteNonce(url, 'n-1');
      const credential = make();
      prove(credential);
      expect(credential.isRejected(401, wanting(nonce))).to.equal(false);
      expect(credential.isNonceWanted).to.equal(false);
    }
  });

  for (const [status, challenge] of [
    [400, 'DPoP error="use_dpop_nonce"'],
    [403, 'DPoP error="use_dpop_nonce"'],
    [200, 'DPoP error="use_dpop_nonce"'],
    [401, 'Bearer error="use_dpop_nonce"'],
    [401, 'DPoP error="invalid_dpop_proof"'],
    [401, 'DPoP'],
  ] as const) {
    it(`takes ${status} ${challenge} for no wish for a nonce`, () => {
      const credential = make();
      prove(credential);
      credential.isRejected(status, { 'www-authenticate': challenge, 'dpop-nonce': 'n-1' });
      expect(credential.isNonceWanted).to.equal(false);
    });
  }

  it('is judged by the rule in all else, which is not asked about a nonce', () => {
    const asked: number[] = [];
    const own = new RejectionRule(({ status }: ApiAnswer) => {
      asked.push(status);
      return status === 419;
    });
    const credential = make(own);
    prove(credential);
    expect([419, 401].map((status) => credential.isRejected(status, {}))).to.deep.equal([true, false]);
    expect(credential.isRejected(401, wanting('n-1'))).to.equal(true);
    expect(asked).to.deep.equal([419, 401]);
  });

  it('is judged, and learns nothing, where no proof was made', () => {
    const credential = make();
    expect(credential.isRejected(401, wanting('n-1'))).to.equal(false);
    expect([credential.isNonceWanted, prover.nonceOf(url)]).to.deep.equal([false, undefined]);
  });
});
