import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readDpop } from '../../../lib/oauth/dpop/dpop-option.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { verifyProof } from '../../support/proof-keys.js';
import { thrown } from '../../support/rejection.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const request = { method: 'GET', url: 'https://api.example/' };

const algOf = async (dpop: unknown) => {
  const { protectedHeader } = await verifyProof(readDpop(dpop, false)?.prove(request));
  return protectedHeader.alg;
};

describe('readDpop()', () => {
  it('binds nothing by default, nor where it is switched off', () => {
    for (const off of [undefined, false])
      for (const hasStore of [true, false]) expect(readDpop(off, hasStore)).to.equal(undefined);
  });

  it('makes a key for ES256, another one each time', async () => {
    expect(await algOf(true)).to.equal('ES256');
    expect(await algOf({})).to.equal('ES256');
    expect(readDpop(true, false)?.thumbprint).to.not.equal(readDpop(true, false)?.thumbprint);
  });

  for (const alg of ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']) {
    it(`makes a key for ${alg}`, async () => expect(await algOf({ alg })).to.equal(alg));
  }

  for (const alg of ['RS256', 'PS256', 'RS512']) {
    it(`makes none for ${alg}, and says what to give`, async () => {
      expect(thrown(() => readDpop({ alg }, false)).message).to.equal(
        `dpop.alg: ${alg} needs a dpop.key. Leave alg out for a new key of ES256.`,
      );
      expect(await algOf({ key: rsa, alg })).to.equal(alg);
    });
  }

  it('takes a key, and signs by what fits it', async () => {
    expect(await algOf({ key: privateKey })).to.equal('ES384');
    const { thumbprint } = SigningKey.read(privateKey, { option: 'key' });
    for (const key of [
      privateKey,
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      privateKey.export({ format: 'jwk' }),
    ])
      for (const hasStore of [true, false])
        expect(readDpop({ key }, hasStore)?.thumbprint).to.equal(thumbprint);
  });

  it('says what it wants where it gets something else', () => {
    expect(thrown(() => readDpop('yes', false)).message).to.equal(
      'dpop: must be true, or { key, alg }; got a string.',
    );
  });

  it('needs a key where tokens are shared', () => {
    for (const dpop of [true, {}, { alg: 'ES256' }, { key: undefined }]) {
      const error = thrown(() => readDpop(dpop, true));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'dpop.key');
      expect(error.message).to.match(/must share the key/);
    }
  });

  for (const [dpop, option] of [
    ['yes', 'dpop'],
    [1, 'dpop'],
    [null, 'dpop'],
    [[], 'dpop'],
    [() => true, 'dpop'],
    [{ keys: privateKey }, 'dpop.keys'],
    [{ alg: 'HS256' }, 'dpop.alg'],
    [{ alg: 'none' }, 'dpop.alg'],
    [{ alg: null }, 'dpop.alg'],
    [{ key: null }, 'dpop.key'],
    [{ key: publicKey }, 'dpop.key'],
    [{ key: 'the-secret-in-the-wrong-place' }, 'dpop.key'],
    [{ key: privateKey, alg: 'ES256' }, 'dpop.alg'],
    [{ key: privateKey, alg: 5 }, 'dpop.alg'],
  ] as const) {
    it(`refuses ${typeof dpop === 'object' ? JSON.stringify(dpop) : String(dpop)}, and names ${option}`, () => {
      const error = thrown<ConfigurationError>(() => readDpop(dpop, false));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.option).to.contain(option.split('.').at(-1));
      expect(error.option).to.equal(option);
      expect(error.message).to.not.contain('the-secret');
    });
  }
});
