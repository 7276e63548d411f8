import { createPublicKey, createSign, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { jwtVerify } from 'jose';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { privateKeyJwt } from '../../../lib/oauth/assertions/private-key-jwt.js';
import { type RemoteKey, RemoteSigner } from '../../../lib/oauth/assertions/remote-signer.js';
import { assertionOf, draftOf, partsOf } from '../../support/assertions.js';
import { rejection, thrown } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const raw = (data: Uint8Array) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
const method = (key: RemoteKey) => privateKeyJwt({ key });
const es256 = (given: RemoteKey['sign']) => method({ sign: given, alg: 'ES256' });

describe('RemoteSigner', () => {
  it('signs as a service does: at once or later, raw or DER, as bytes or as a buffer', async () => {
    const { subtle } = webcrypto;
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const cryptoKey = await subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign']);
    const ways: RemoteKey['sign'][] = [
      raw,
      async (data) => new Uint8Array(raw(data)),
      async (data) => createSign('sha256').update(data).sign(privateKey),
      (data) => subtle.sign(ecdsa, cryptoKey, data as webcrypto.BufferSource),
    ];
    for (const way of ways) {
      const { protectedHeader } = await jwtVerify(await assertionOf(es256(way)), publicKey);
      expect(protectedHeader.alg).to.equal('ES256');
    }
    const byRsa = method({ sign: (data) => sign('sha256', data, rsa), alg: 'RS256' });
    await jwtVerify(await assertionOf(byRsa), createPublicKey(rsa));
  });

  it('calls the function as a method, with the bytes of the signing input and a signal', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const key = {
      alg: 'ES256' as const,
      sign(data: Uint8Array, { signal }: { signal: AbortSignal }) {
        seen.push(this === key, Buffer.from(data).toString(), signal.aborted);
        controller.abort();
        seen.push(signal.aborted);
        return raw(data);
      },
    };
    const call = privateKeyJwt({ key }).authenticate(draftOf({ signal: controller.signal }));
    await rejection(Promise.resolve(call));
    expect(seen[1]).to.match(/^[\w-]+\.[\w-]+$/);
    expect([seen[0], seen[2], seen[3]]).to.deep.equal([true, false, true]);
  });

  it('names its key in the header by the option kid', async () => {
    const by = privateKeyJwt({ key: { sign: raw, alg: 'ES256' }, kid: 'k1' });
    expect((await partsOf(by)).header).to.include({ kid: 'k1', alg: 'ES256' });
    expect((await partsOf(es256(raw))).header).to.not.have.property('kid');
  });

  it('is named by its kid; without one, each is a key of its own', () => {
    const open = (kid?: string) => new RemoteSigner({ sign: raw, alg: 'ES256' }, kid).id;
    expect(open('k1')).to.equal('private_key_jwt kid k1');
    expect(open('k2')).to.not.equal(open('k1'));
    expect(open()).to.match(/^private_key_jwt signer [\da-f-]{36}$/);
    expect(open()).to.not.equal(open());
  });

  describe('that gives no signature', () => {
    const lies: [string, RemoteKey['sign'], RegExp][] = [
      [
        'throws',
        () => {
          throw new Error('s3cret');
        },
        /threw\.$/,
      ],
      ['rejects', () => Promise.reject(new TokenRequestError('s3cret', 'ERR_CLIENT_s3cret')), /threw\.$/],
      ['gives nothing', () => undefined as never, /gave no bytes, but nothing\.$/],
      ['gives text', () => 's3cret' as never, /gave no bytes, but a string\.$/],
      [
        'gives too few bytes',
        () => new Uint8Array(63),
        /gave 63 bytes, where a signature by ES256 has 64\.$/,
      ],
      ['gives a hash', () => new Uint8Array(32), /gave 32 bytes/],
      ['gives far too many bytes', () => new Uint8Array(1_000_000), /gave 1000000 bytes/],
      ['gives the signature of another kind of key', (data) => sign('sha256', data, rsa), /gave 256 bytes/],
    ];
    for (const [what, way, words] of lies) {
      it(`fails the attempt where it ${what}`, async () => {
        const error = await rejection(assertionOf(es256(way)));
        expect(error)
          .to.be.instanceOf(TokenRequestError)
          .and.include({ reason: 'ERR_CLIENT_KEY', permanent: false });
        expect(error.message)
          .to.match(/^No token request was sent: the function key\.sign /)
          .and.match(words);
        expect(inspect(error, { depth: null, showHidden: true })).to.not.contain('s3cret');
      });
    }

    it('is waited for as long as a request may take', async () => {
      const time = new VirtualTime();
      try {
        const failure = rejection(assertionOf(es256(() => new Promise(() => undefined))));
        await time.pass(999);
        expect(time.armed).to.equal(1);
        await time.pass(1);
        expect(await failure).to.include({ reason: 'ERR_CLIENT_KEY' });
        expect((await failure).message).to.match(/the function key\.sign gave no answer within 1000 ms/);
        expect(time.armed).to.equal(0);
      } finally {
        time.restore();
      }
    });
  });

  it('refuses a key that is not whole', () => {
    for (const [key, option] of [
      [{ sign: 5, alg: 'ES256' }, 'key.sign'],
      [{ sign: raw }, 'key.alg'],
      [{ sign: raw, alg: 'HS256' }, 'key.alg'],
      [{ sign: raw, alg: 'none' }, 'key.alg'],
      [{ sign: raw, alg: 'ES256', kid: 'k1' }, 'kid'],
    ] as [never, string][])
      expect(thrown(() => method(key)))
        .to.be.instanceOf(ConfigurationError)
        .with.property('option', option);
    expect(thrown(() => method({ sign: 5, alg: 'ES256' } as never)).message).to.equal(
      'key.sign: must be a function; got 5.',
    );
    expect(thrown(() => privateKeyJwt({ key: { sign: raw, alg: 'ES256' }, alg: 'ES256' })).message).to.equal(
      'alg: belongs into key, beside sign.',
    );
  });
});
