import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  webcrypto,
} from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { calculateJwkThumbprint } from 'jose';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { thrown } from '../../support/rejection.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const { privateKey: small } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = privateKey.export({ format: 'jwk' });
const read = (value: unknown, alg?: unknown) => SigningKey.read(value, { option: 'key', alg });

describe('SigningKey', () => {
  const cryptoKey = (extractable: boolean) =>
    webcrypto.subtle.importKey(
      'jwk',
      jwk as webcrypto.JsonWebKey,
      { name: 'ECDSA', namedCurve: 'P-256' },
      extractable,
      ['sign'],
    );

  it('is the same key, in whatever form it is given', async () => {
    const forms: unknown[] = [
      pkcs8,
      `\r\n${pkcs8}\n`,
      Buffer.from(pkcs8),
      `-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n${pkcs8}`,
      pkcs8.replaceAll('\n', '\\n'),
      privateKey.export({ type: 'sec1', format: 'pem' }),
      jwk,
      JSON.stringify(jwk),
      privateKey,
      await cryptoKey(true),
      await cryptoKey(false),
    ];
    const thumbprint = await calculateJwkThumbprint(jwk as object);
    for (const form of forms) {
      const key = read(form);
      expect([key.thumbprint, key.alg, key.kid]).to.deep.equal([thumbprint, 'ES256', undefined]);
      expect(key.jwk).to.deep.equal({ crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y });
    }
  });

  it('has the thumbprint that jose gives, for each kind of key', async () => {
    const kinds = [rsa, generateKeyPairSync('ed25519').privateKey, privateKey];
    for (const key of kinds) {
      const expected = await calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' }) as object);
      expect(read(key).thumbprint).to.equal(expected);
    }
    expect(read(rsa.export({ type: 'pkcs1', format: 'pem' })).alg).to.equal('RS256');
  });

  it('takes kid and alg of a JWK, and the option alg before these', () => {
    const own: JsonWebKey = { ...rsa.export({ format: 'jwk' }), kid: 'k1', alg: 'PS256' };
    expect(read(own)).to.include({ kid: 'k1', alg: 'PS256' });
    expect(read(own, 'RS512')).to.include({ kid: 'k1', alg: 'RS512' });
    // What encrypts, or nobody knows, says nothing of signatures.
    expect(read({ ...own, kid: 5, alg: 'RSA-OAEP' })).to.include({ kid: undefined, alg: 'RS256' });
  });

  it('shows nothing of the private half', () => {
    const key = read(jwk);
    for (const text of [inspect(key, { depth: null, showHidden: true }), JSON.stringify(key)])
      expect(text).to.not.contain(jwk.d);
  });

  const encrypted = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'p',
  });
  const { d: _, ...halfJwk } = jwk;
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const odd: [string, unknown, RegExp, unknown?][] = [
    ['nothing', undefined, /must be a private key: .* got nothing/],
    ['a number', 5, /got 5/],
    ['an array', [pkcs8], /got an array/],
    ['text', 's3cret', /cannot be read as a private key/],
    ['half a PEM', pkcs8.slice(0, 90), /cannot be read as a private key/],
    ['half a JWK as text', JSON.stringify(jwk).slice(0, -9), /cannot be read as a private key/],
    ['an encrypted PEM', encrypted, /is encrypted\. Give createPrivateKey/],
    ['a public PEM', publicKey.export({ type: 'spki', format: 'pem' }), /is a public key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', /is a public key/],
    ['a public KeyObject', publicKey, /is a public key/],
    ['a public JWK', halfJwk, /is a public key/],
    ['a secret KeyObject', createSecretKey(Buffer.from('s3cret')), /is a secret key/],
    ['a secret JWK', { kty: 'oct', k: 's3cret' }, /is a secret \(kty oct\)/],
    ['a JWK with rubbish', { ...jwk, x: 's3cret' }, /cannot be read as a private key/],
    ['an empty object', {}, /cannot be read as a private key/],
    ['a revoked proxy', revoked, /cannot be read/],
    ['RSA of 1,024 bits', small, /has 1024 bits; RSA needs 2048/],
    ['a key that signs nothing', generateKeyPairSync('x25519').privateKey, /signs no JWT/],
    [
      'a key for another algorithm',
      privateKey,
      /RS256 does not fit the key, which can sign by ES256/,
      'RS256',
    ],
    ['no known algorithm', privateKey, /must be one of 'RS256'/, 'none'],
    ['HMAC', privateKey, /must be one of 'RS256'/, 'HS256'],
  ];
  for (const [what, value, words, alg] of odd) {
    it(`refuses ${what}, and repeats nothing of it`, () => {
      const error = thrown<ConfigurationError>(() => read(value, alg));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message)
        .to.match(words)
        .and.not.match(/s3cret|PRIVATE/);
    });
  }

  it('refuses an encrypted PEM of the old form', () => {
    const old = createPrivateKey(pkcs8).export({
      type: 'sec1',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'p',
    });
    expect(thrown(() => read(old)).message).to.match(/is encrypted/);
  });
});
