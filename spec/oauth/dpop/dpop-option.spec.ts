import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readDpop } from '../../../lib/oauth/dpop/dpop-option.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { thrown } from '../../support/rejection.js';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const algOf = (proof: string | undefined) =>
  JSON.parse(Buffer.from(proof?.split('.')[0] ?? '', 'base64url').toString()).alg;
const prove = (dpop: unknown) => readDpop(dpop, false)?.prove({ method: 'GET', url: 'https://a.example/' });

describe('readDpop', () => {
  it('is nothing where it is not wished', () => {
    for (const no of [undefined, false]) expect(readDpop(no, true)).to.equal(undefined);
  });

  it('makes a key of its own each time, of ES256 or what is named', () => {
    expect(algOf(prove(true))).to.equal('ES256');
    expect(algOf(prove({}))).to.equal('ES256');
    for (const alg of ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])
      expect(algOf(prove({ alg }))).to.equal(alg);
    expect(readDpop(true, false)?.thumbprint).to.not.equal(readDpop(true, false)?.thumbprint);
  });

  it('takes the key that is given, also where processes share tokens', () => {
    const { thumbprint } = SigningKey.read(ec, { option: 'key' });
    for (const key of [ec, ec.export({ format: 'jwk' }), ec.export({ type: 'pkcs8', format: 'pem' })])
      for (const hasStore of [true, false])
        expect(readDpop({ key }, hasStore)?.thumbprint).to.equal(thumbprint);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    expect(algOf(prove({ key: rsa, alg: 'PS256' }))).to.equal('PS256');
  });

  const odd: [unknown, boolean, string, RegExp][] = [
    [true, true, 'dpop.key', /is missing\. Processes that share tokens/],
    [{ alg: 'ES256' }, true, 'dpop.key', /is missing/],
    ['true', false, 'dpop', /must be true, or \{ key, alg \}; got a string/],
    [1, false, 'dpop', /got 1/],
    [null, false, 'dpop', /got null/],
    [[], false, 'dpop', /got an array/],
    [{ keys: ec }, false, 'keys', /is not among the dpop/],
    [{ key: 's3cret' }, false, 'dpop.key', /cannot be read as a private key/],
    [{ key: ec, alg: 'RS256' }, false, 'dpop.alg', /does not fit/],
    [{ alg: 'RS256' }, false, 'dpop.alg', /needs a dpop\.key/],
    [{ alg: 'none' }, false, 'dpop.alg', /must be one of/],
  ];
  for (const [dpop, hasStore, option, words] of odd) {
    it(`refuses ${JSON.stringify(dpop)}${hasStore ? ' with a store' : ''}, and names ${option}`, () => {
      const error = thrown<ConfigurationError>(() => readDpop(dpop, hasStore));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(error.message).to.match(words).and.not.contain('s3cret');
    });
  }
});
