import { createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import { ALGORITHMS, VerificationKey } from '../../../lib/verify/keys/verification-key.js';
import { type SigningAlgorithm, SigningKey } from '../../support/signing-key.js';

const rsa = new SigningKey('k1', 'RS256');
const ec = new SigningKey('k1');
const ed = new SigningKey('k1', 'EdDSA');
const keyOf = (jwk: object) => VerificationKey.of(jwk) ?? expect.fail('no key');
/** The algorithms that a key fits; none where it is no key for signatures at all. */
const fitting = (jwk: object) => {
  const key = VerificationKey.of(jwk);
  return key ? ALGORITHMS.filter((alg) => key.fits(alg)) : [];
};

describe('VerificationKey', () => {
  it('knows algorithms with a pair of keys alone', () => {
    expect(ALGORITHMS).to.have.members(
      'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' '),
    );
  });

  it('is no key for encryption, nor one whose operations are others', () => {
    for (const members of [{ use: 'enc' }, { use: 'SIG' }, { use: 5 }, { use: null }, { key_ops: [] }])
      expect(VerificationKey.of({ ...rsa.jwk, ...members }), JSON.stringify(members)).to.equal(undefined);
    for (const key_ops of [['sign'], ['encrypt', 'wrapKey'], ['Verify']])
      expect(VerificationKey.of({ ...rsa.jwk, key_ops })).to.equal(undefined);
    for (const members of [
      {},
      { use: 'sig' },
      { key_ops: ['verify'] },
      { use: 'sig', key_ops: ['sign', 'verify'] },
    ])
      expect(VerificationKey.of({ ...rsa.jwk, ...members })).to.be.instanceOf(VerificationKey);
  });

  it('is no secret, and of no unknown kind', () => {
    const oct = createSecretKey(Buffer.alloc(32, 1)).export({ format: 'jwk' });
    for (const odd of [
      oct,
      { ...oct, alg: 'RS256' },
      { kty: 'AKP' },
      { kty: 'rsa' },
      { kty: ['RSA'] },
      {},
      { n: 'a' },
    ])
      expect(VerificationKey.of({ kid: 'k1', use: 'sig', ...odd })).to.equal(undefined);
    for (const odd of [null, undefined, 5, 'RSA', true, []])
      expect(VerificationKey.of(odd)).to.equal(undefined);
  });

  it('has a name that is text, or none', () => {
    expect(keyOf(rsa.jwk).kid).to.equal('k1');
    for (const kid of [undefined, 5, null, ['k1']])
      expect(keyOf({ ...rsa.jwk, kid }).kid).to.equal(undefined);
  });

  it('fits by its type and curve where it names no algorithm', () => {
    expect(fitting(rsa.jwk)).to.have.members(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
    expect(fitting(ec.jwk)).to.deep.equal(['ES256']);
    expect(fitting(new SigningKey('k1', 'ES384').jwk)).to.deep.equal(['ES384']);
    expect(fitting({ ...ec.jwk, crv: 'P-521' })).to.deep.equal(['ES512']);
    expect(fitting(ed.jwk)).to.have.members(['EdDSA', 'Ed25519']);
    for (const crv of ['secp256k1', 'P-192', undefined, 5])
      expect(fitting({ ...ec.jwk, crv })).to.deep.equal([]);
    for (const crv of ['X25519', 'Ed448']) expect(fitting({ ...ed.jwk, crv })).to.deep.equal([]);
  });

  it('fits the algorithm that it names, and no other', () => {
    expect(fitting({ ...rsa.jwk, alg: 'PS384' })).to.deep.equal(['PS384']);
    expect(fitting({ ...ec.jwk, alg: 'ES256' })).to.deep.equal(['ES256']);
    for (const alg of ['RSA-OAEP', 'HS256', 'none', 'ES256', 'rs256', ''])
      expect(fitting({ ...rsa.jwk, alg }), alg).to.deep.equal([]);
    for (const alg of ['none', 'HS256', 'dir', '', 'ES256K', '__proto__', 'constructor'])
      for (const { jwk } of [rsa, ec, ed]) expect(keyOf(jwk).fits(alg), alg).to.equal(false);
  });

  it('has two names for one algorithm (RFC 9864)', () => {
    for (const alg of ['EdDSA', 'Ed25519'])
      expect(fitting({ ...ed.jwk, alg }), alg).to.have.members(['EdDSA', 'Ed25519']);
  });

  it('is the same in another edition where all that counts is the same', () => {
    const { identity } = keyOf(rsa.jwk);
    const { n, e, kty, kid } = rsa.jwk;
    expect(keyOf({ e, n, kid, kty, x5c: ['AA=='], use: 'sig', x5t: 'a' }).identity).to.equal(identity);
    for (const changed of [
      { kid: 'k2' },
      { alg: 'RS256' },
      { n: new SigningKey('k1', 'RS256').jwk.n },
      { e: 'Aw' },
    ])
      expect(keyOf({ ...rsa.jwk, ...changed }).identity).to.not.equal(identity);
  });

  it('is none whose private half is published: whoever reads it can sign', () => {
    for (const { privateJwk } of [rsa, ec, ed]) {
      expect(privateJwk).to.have.property('d');
      expect(VerificationKey.of(privateJwk)).to.equal(undefined);
    }
  });

  it('is none of fewer than 2,048 bits', () => {
    const sized = (length: number) => VerificationKey.of({ ...rsa.jwk, n: 'A'.repeat(length) });
    expect(rsa.jwk.n).to.have.length(342);
    expect([sized(341), sized(171)]).to.deep.equal([undefined, undefined]);
    expect(sized(342)).to.not.equal(undefined);
    const { n: _, ...without } = rsa.jwk;
    for (const jwk of [without, { ...rsa.jwk, n: 5 }]) expect(VerificationKey.of(jwk)).to.equal(undefined);
  });

  it('is imported once for each algorithm', async () => {
    const key = keyOf(rsa.jwk);
    const [first, again, other] = await Promise.all([
      key.import('RS256'),
      key.import('RS256'),
      key.import('PS256'),
    ]);
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
    expect([first?.algorithm.name, other?.algorithm.name]).to.deep.equal(['RSASSA-PKCS1-v1_5', 'RSA-PSS']);
  });

  it('is imported by either name of EdDSA', async () => {
    for (const alg of ['EdDSA', 'Ed25519'] satisfies SigningAlgorithm[])
      expect((await keyOf(ed.jwk).import(alg))?.type, alg).to.equal('public');
  });

  it('is undefined where it is broken, and stays so', async () => {
    const { e: _, ...without } = rsa.jwk;
    for (const [alg, jwk] of [
      ['RS256', without],
      ['ES256', { ...ec.jwk, x: 'AA' }],
      ['ES256', { ...ec.jwk, y: ec.jwk.x }],
      ['EdDSA', { ...ed.jwk, x: '' }],
    ] as const) {
      const key = keyOf(jwk);
      expect(await key.import(alg)).to.equal(undefined);
      expect(await key.import(alg)).to.equal(undefined);
    }
  });
});
