import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { ProofKey } from '../../../lib/oauth/dpop/proof-key.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { claimsOf, makeProofKey, verifyProof } from '../../support/proof-keys.js';
import { VirtualTime } from '../../support/virtual-time.js';

const request = { method: 'POST', url: 'https://api.example/things?a=1#b' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

const KEYS: Readonly<Record<string, () => KeyObject>> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

describe('ProofKey', () => {
  let key: ProofKey;
  before(() => {
    key = makeProofKey();
  });

  for (const [alg, make] of Object.entries(KEYS)) {
    it(`signs by ${alg} what jose verifies, and shows the public half of the key alone`, async () => {
      const one = new ProofKey(SigningKey.read(make(), { option: 'key', alg }));
      const { payload, protectedHeader } = await verifyProof(one.prove(request));
      const { typ, jwk, ...others } = protectedHeader;
      expect([typ, others]).to.deep.equal(['dpop+jwt', { alg }]);
      expect(await calculateJwkThumbprint(jwk as JWK)).to.equal(one.thumbprint);
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).to.not.have.property(member);
      expect(payload).to.have.all.keys('jti', 'htm', 'htu', 'iat');
    });
  }

  it('says which request it is for; and which token and nonce, where there are any', () => {
    const { jti, iat, ...claims } = claimsOf(key.prove({ ...request, nonce: 'n-1', token: 't-1' }));
    expect(claims).to.deep.equal({
      htm: 'POST',
      htu: 'https://api.example/things',
      nonce: 'n-1',
      ath: sha256('t-1'),
    });
    expect(jti).to.match(/^[\da-f-]{36}$/);
    expect(iat).to.be.a('number');
  });

  it('is of each token, however they take turns', () => {
    for (const token of ['a', 'b', 'a', 'a', '', 'b'])
      expect(claimsOf(key.prove({ ...request, token })).ath).to.equal(sha256(token));
  });

  it('makes 10,000 proofs that all differ, also for one request', () => {
    const proofs = Array.from({ length: 10_000 }, () => key.prove(request));
    expect(new Set(proofs.map((proof) => claimsOf(proof).jti)).size).to.equal(10_000);
  });

  it('names the address without query and fragment, whatever the URL', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const { htu } = claimsOf(key.prove({ method: 'GET', url }));
        const expected = new URL(url);
        expected.search = '';
        expected.hash = '';
        expect(htu).to.equal(expected.href);
      }),
    );
    for (const [url, expected] of [
      ['HTTPS://API.Example:443', 'https://api.example/'],
      ['https://api.example:8443/a/../b/%7Ec', 'https://api.example:8443/b/%7Ec'],
      ['https://user:secret@api.example/ü?x', 'https://api.example/%C3%BC'],
      ['http://[::1]:80/a b', 'http://[::1]/a%20b'],
    ] as const)
      expect(claimsOf(key.prove({ method: 'GET', url })).htu).to.equal(expected);
  });

  it('cannot be made for an address that is not absolute', () => {
    expect(() => key.prove({ method: 'GET', url: '/things' })).to.throw(TypeError);
  });

  it('is of the second in which it is made, also when the clock is set forward or back', async () => {
    const time = new VirtualTime(1_000_999);
    try {
      const madeAt = () => claimsOf(key.prove(request)).iat;
      expect(madeAt()).to.equal(1_000);
      await time.pass(1);
      expect(madeAt()).to.equal(1_001);
      time.stepWallClock(3_600_000);
      expect(madeAt()).to.equal(4_601);
      time.stepWallClock(-7_200_000);
      expect(madeAt()).to.equal(-2_599);
    } finally {
      time.restore();
    }
  });

  it('shows no key and no token when it is printed', () => {
    const proof = key.prove({ ...request, token: 'the-token-itself' });
    expect(inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key)).to.not.match(
      /the-token-itself|PrivateKey|"d"/,
    );
    expect(proof).to.not.contain('the-token-itself');
  });

  it('is taken by nobody who has another key in mind', async () => {
    const [header = '', claims = ''] = key.prove(request).split('.');
    const [, , signature = ''] = makeProofKey().prove(request).split('.');
    const forged = jwtVerify(`${header}.${claims}.${signature}`, EmbeddedJWK);
    expect(await forged.catch(({ code }) => code)).to.equal('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });
});
