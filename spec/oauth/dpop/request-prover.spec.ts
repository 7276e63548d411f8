import { inspect } from 'node:util';
import { expect } from 'chai';
import { ApiProver } from '../../../lib/oauth/dpop/request-prover.js';
import { claimsOf, makeProofKey } from '../../support/proof-keys.js';

const [here, there] = ['https://api.example/a', 'https://other.example/a'];

describe('ApiProver', () => {
  it('repeats to each server what that server wants repeated', () => {
    const prover = new ApiProver(makeProofKey());
    const nonceIn = (url: string) => claimsOf(prover.prove({ method: 'GET', url, token: 't' })).nonce;
    expect([prover.nonceOf(here), nonceIn(here)]).to.deep.equal([undefined, undefined]);
    prover.noteNonce(here, 'n-1');
    expect([here, there].map(nonceIn)).to.deep.equal(['n-1', undefined]);
    expect([here, there].map((url) => prover.nonceOf(url))).to.deep.equal(['n-1', undefined]);
    prover.noteNonce(here, null);
    expect(nonceIn(here)).to.equal('n-1');
  });

  it('has nonces of its own, by the same key', () => {
    const key = makeProofKey();
    new ApiProver(key).noteNonce(here, 'n-1');
    expect(new ApiProver(key).nonceOf(here)).to.equal(undefined);
  });

  it('binds the proof to request and token, and shows neither key nor nonces', () => {
    const prover = new ApiProver(makeProofKey());
    prover.noteNonce(here, 'the-nonce');
    const claims = claimsOf(prover.prove({ method: 'PUT', url: here, token: 't' }));
    expect(claims).to.include({ htm: 'PUT', htu: here });
    expect(claims.ath).to.have.length(43);
    expect(inspect(prover, { depth: 9 }) + JSON.stringify(prover)).to.equal('ApiProver {}{}');
  });
});
