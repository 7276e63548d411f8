import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  webcrypto,
} from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { privateKeyJwt } from '../../../lib/oauth/assertions/private-key-jwt.js';
import { assertionOf, draftOf, makePem, partsOf } from '../../support/assertions.js';
import { thrown } from '../../support/rejection.js';

const pem = makePem();
const key = createPrivateKey(pem);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;

/** What oauth4webapi sends. */
async function sentByOracle(authentication: oauth.ClientAuth): Promise<URLSearchParams> {
  let sent = new URLSearchParams();
  const as = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' };
  await oauth.clientCredentialsGrantRequest(
    as,
    { client_id: 'acme' },
    authentication,
    {},
    {
      [oauth.customFetch]: async (_, { body }) => {
        sent = body;
        return new Response('{}');
      },
    },
  );
  return sent;
}

describe('privateKeyJwt', () => {
  for (const [alg, made] of [
    ['RS256', rsa],
    ['RS512', rsa],
    ['PS256', rsa],
    ['PS384', rsa],
    ['ES256', key],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['ES512', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
    ['EdDSA', generateKeyPairSync('ed25519').privateKey],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
  ] as [oauth.JWSAlgorithm, KeyObject][]) {
    it(`signs by ${alg} as a server verifies it`, async () => {
      const assertion = await assertionOf(privateKeyJwt({ key: made, alg: alg as 'RS256', kid: 'k1' }));
      const { payload, protectedHeader } = await jwtVerify(assertion, createPublicKey(made), {
        algorithms: [alg],
        issuer: 'acme',
        subject: 'acme',
        audience: 'https://as.example/token',
        typ: 'client-authentication+jwt',
        requiredClaims: ['iat', 'exp', 'jti'],
      });
      expect(protectedHeader.kid).to.equal('k1');
      expect(Number(payload.exp) - Number(payload.iat)).to.equal(60);
    });
  }

  it('sends what oauth4webapi sends, but for the type, which newer rules want, and nbf, which nobody wants', async () => {
    const { subtle } = webcrypto;
    const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
    const cryptoKey = await subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ]);
    const expected = await sentByOracle(oauth.PrivateKeyJwt({ key: cryptoKey, kid: 'k1' }));
    const by = privateKeyJwt({ key: cryptoKey, kid: 'k1' });
    const { parameters = {} } = await by.authenticate(draftOf({ issuer: 'https://as.example' }));
    const { client_assertion: theirs = '', grant_type: _, ...others } = Object.fromEntries(expected);
    const { client_assertion: ours = '', ...own } = parameters;
    expect(own).to.deep.equal(others);
    expect(decodeProtectedHeader(ours)).to.deep.equal({
      ...decodeProtectedHeader(theirs),
      typ: 'client-authentication+jwt',
    });
    const claimsOf = (jwt: string) => {
      const { iat, exp, nbf, jti, ...fixed } = decodeJwt(jwt);
      return { fixed, lifetime: Number(exp) - Number(iat), jti: typeof jti };
    };
    expect(claimsOf(ours)).to.deep.equal(claimsOf(theirs));
    expect(Object.keys(decodeJwt(theirs))).to.have.members([...Object.keys(decodeJwt(ours)), 'nbf']);
  });

  it('is named by the thumbprint of the key, in whatever form that is given', async () => {
    const thumbprint = await calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' }) as object);
    for (const form of [pem, Buffer.from(pem), key, key.export({ format: 'jwk' })])
      expect(privateKeyJwt({ key: form }).id).to.equal(`private_key_jwt ${thumbprint}`);
    expect(privateKeyJwt({ key: makePem() }).id).to.not.contain(thumbprint);
  });

  it('takes kid and alg of a JWK, and its own options before these', async () => {
    const jwk = { ...rsa.export({ format: 'jwk' }), kid: 'k1', alg: 'PS256' };
    const headerOf = async (options: object) =>
      decodeProtectedHeader(await assertionOf(privateKeyJwt({ key: jwk, ...options })));
    expect(await headerOf({})).to.include({ kid: 'k1', alg: 'PS256' });
    expect(await headerOf({ kid: 'k2', alg: 'RS256' })).to.include({ kid: 'k2', alg: 'RS256' });
  });

  it('hands its options on to what it signs', async () => {
    const by = privateKeyJwt({ key, audience: 'urn:as', typ: 'JWT', lifetimeMs: 120_000 });
    const { header, claims } = await partsOf(by);
    expect([header.typ, claims.aud, Number(claims.exp) - Number(claims.iat)]).to.deep.equal([
      'JWT',
      'urn:as',
      120,
    ]);
  });

  it('has nothing new after a refusal, as the key that is given stays', () => {
    expect(privateKeyJwt({ key }).renew).to.equal(undefined);
  });

  const revocable = Proxy.revocable({}, {});
  revocable.revoke();
  const trap = new Proxy(
    {},
    {
      has: () => {
        throw new Error('s3cret');
      },
    },
  );
  const throwing = {
    get file(): string {
      throw new Error('s3cret');
    },
  };
  for (const [what, options, option] of [
    ['nothing', undefined, 'options'],
    ['no key', {}, 'key'],
    ['text that is no key', { key: 's3cret' }, 'key'],
    ['a path in the place of the file', { key: '/etc/keys/client.pem' }, 'key'],
    ['a key without a file', { key: { file: undefined } }, 'key.file'],
    ['a path that is no text', { key: { file: 5 } }, 'key.file'],
    ['a file with something else', { key: { file: 'x', kid: 's3cret' } }, 'kid'],
    ['a file that throws', { key: throwing }, 'file'],
    ['a revoked proxy', { key: revocable.proxy }, 'key'],
    ['a proxy that throws', { key: trap }, 'key'],
    ['an empty kid', { key, kid: '' }, 'kid'],
    ['an unknown algorithm', { key, alg: 'none' }, 'alg'],
    ['an algorithm of secrets', { key, alg: 'HS256' }, 'alg'],
    ['an algorithm of other keys', { key, alg: 'RS256' }, 'alg'],
    ['an unknown option', { key, audiences: 's3cret' }, 'audiences'],
    ['a list of audiences', { key, audience: ['a', 'b'] }, 'audience'],
    ['too short a life', { key, lifetimeMs: 1 }, 'lifetimeMs'],
  ] as [string, never, string][]) {
    it(`refuses ${what}, and repeats nothing of it`, () => {
      const error = thrown<ConfigurationError>(() => privateKeyJwt(options));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(error.message).to.not.contain('s3cret');
    });
  }

  it('shows nothing of the key', async () => {
    const by = privateKeyJwt({ key: key.export({ format: 'jwk' }) });
    await assertionOf(by);
    const { d = '' } = key.export({ format: 'jwk' });
    expect(inspect(by, { depth: null, showHidden: true }) + JSON.stringify(by)).to.not.contain(d);
    expect(by.secrets()).to.deep.equal([]);
  });
});
