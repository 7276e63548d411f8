import { createHash, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { ProofKey } from '../../../lib/oauth/dpop/proof-key.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { VirtualTime } from '../../support/virtual-time.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = new ProofKey(SigningKey.read(privateKey, { option: 'key' }));
const url = 'https://api.example/things';
const verify = (proof: string) => jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });

describe('ProofKey', () => {
  it('makes proofs that jose takes, by the key that it names, with nothing of its private half', async () => {
    const proof = key.prove({ method: 'POST', url, nonce: 'n1', token: 'the-token' });
    const { payload, protectedHeader } = await verify(proof);
    expect(await calculateJwkThumbprint(protectedHeader.jwk as object)).to.equal(key.thumbprint);
    expect(protectedHeader.jwk).to.have.all.keys('kty', 'crv', 'x', 'y');
    const { jti, iat, ...claims } = payload;
    expect([typeof jti, typeof iat]).to.deep.equal(['string', 'number']);
    expect(claims).to.deep.equal({
      htm: 'POST',
      htu: url,
      nonce: 'n1',
      ath: createHash('sha256').update('the-token').digest('base64url'),
    });
    for (const text of [inspect(key, { depth: null, showHidden: true }), JSON.stringify(key)])
      expect(text).to.not.contain(privateKey.export({ format: 'jwk' }).d);
  });

  it('leaves out what there is not, and hashes each token anew', async () => {
    expect((await verify(key.prove({ method: 'GET', url }))).payload).to.not.have.any.keys('ath', 'nonce');
    const hashes = [];
    for (const token of ['a', 'b', 'a'])
      hashes.push((await verify(key.prove({ method: 'GET', url, token }))).payload.ath);
    expect(hashes[0]).to.equal(hashes[2]).and.not.equal(hashes[1]);
  });

  it('names an address without its query, fragment and default port, whatever it is', () => {
    const claimsOf = (proof: string) =>
      JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (given) => {
        const { htu } = claimsOf(key.prove({ method: 'GET', url: given }));
        const expected = new URL(given);
        expected.search = '';
        expected.hash = '';
        expect(htu).to.equal(expected.href);
      }),
      { numRuns: 200 },
    );
    expect(claimsOf(key.prove({ method: 'GET', url: 'https://a.example:443?x#y' })).htu).to.equal(
      'https://a.example/',
    );
  });

  it('never makes the same proof twice', () => {
    const proofs = Array.from({ length: 10_000 }, () => key.prove({ method: 'GET', url }));
    expect(new Set(proofs.map((proof) => proof.split('.')[1])).size).to.equal(10_000);
  });

  it('tells the time of the wall clock, also after that was set', async () => {
    const time = new VirtualTime(1_000_000_000_500);
    try {
      const iatOf = async () => {
        const [, claims = ''] = key.prove({ method: 'GET', url }).split('.');
        return JSON.parse(Buffer.from(claims, 'base64url').toString()).iat;
      };
      expect(await iatOf()).to.equal(1_000_000_000);
      for (const stepMs of [3_600_000, -7_200_000]) {
        time.stepWallClock(stepMs);
        expect(await iatOf()).to.equal(Math.floor(Date.now() / 1_000));
      }
    } finally {
      time.restore();
    }
  });
});
