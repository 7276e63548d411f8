import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { ProofKey } from '../../../lib/oauth/dpop/proof-key.js';
import { ApiProver } from '../../../lib/oauth/dpop/request-prover.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('ApiProver', () => {
  const make = () => new ApiProver(new ProofKey(SigningKey.read(privateKey, { option: 'key' })));

  it('proves a request with its token, and the nonce of its origin', () => {
    const prover = make();
    const claims = (url: string) => decodeJwt(prover.prove({ method: 'GET', url, token: 't' }));
    expect(claims('https://a.example/x?y'))
      .to.include({ htm: 'GET', htu: 'https://a.example/x' })
      .and.have.property('ath');
    prover.noteNonce('https://a.example/x', 'n1');
    prover.noteNonce('https://a.example/other', null);
    expect([prover.nonceOf('https://a.example/'), prover.nonceOf('https://b.example/')]).to.deep.equal([
      'n1',
      undefined,
    ]);
    expect(claims('https://a.example/z').nonce).to.equal('n1');
    expect(claims('https://b.example/z')).to.not.have.property('nonce');
  });

  it('refuses an address that is none', () => {
    expect(() => make().prove({ method: 'GET', url: '/x', token: 't' })).to.throw(TypeError);
  });

  it('shows nothing of the key', () => {
    expect(inspect(make(), { depth: null, showHidden: true })).to.not.contain(
      privateKey.export({ format: 'jwk' }).d,
    );
  });
});
