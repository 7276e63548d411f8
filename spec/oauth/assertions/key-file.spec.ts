import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { jwtVerify } from 'jose';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import type { Signer } from '../../../lib/oauth/assertions/assertion-authenticator.js';
import { KeyFile } from '../../../lib/oauth/assertions/key-file.js';
import { privateKeyJwt } from '../../../lib/oauth/assertions/private-key-jwt.js';
import { assertionOf, draftOf, MountedVolume, makePem } from '../../support/assertions.js';
import { rejection, thrown } from '../../support/rejection.js';

const [first, second] = [makePem(), makePem()];
const jwkOf = (pem: string, members: object) =>
  JSON.stringify({ ...createPrivateKey(pem).export({ format: 'jwk' }), ...members });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

describe('KeyFile', () => {
  let volume: MountedVolume;

  beforeEach(async () => {
    volume = await MountedVolume.mount(first);
  });
  afterEach(() => volume.unmount());

  const open = (options: { alg?: unknown; kid?: string } = {}) =>
    new KeyFile(volume.file, { alg: options.alg, kid: options.kid });
  const method = () => privateKeyJwt({ key: { file: volume.file } });
  const isSignedBy = (assertion: string, pem: string) =>
    jwtVerify(assertion, createPublicKey(pem)).then(
      () => true,
      () => false,
    );

  it('signs by the key that is in the file now', async () => {
    const by = method();
    expect(await isSignedBy(await assertionOf(by), first)).to.equal(true);
    await volume.swap(second);
    expect(await isSignedBy(await assertionOf(by), second)).to.equal(true);
    await volume.overwrite(first);
    expect(await isSignedBy(await assertionOf(by), first)).to.equal(true);
  });

  it('reads a key anew only where its text has changed', async () => {
    const file = open();
    const signer = await file.current();
    expect(await file.current()).to.equal(signer);
    await volume.swap(first);
    expect(await file.current()).to.equal(signer);
  });

  it('follows the kid and the kind of each key, unless options fix them', async () => {
    const [loose, fixed] = [open(), open({ kid: 'mine', alg: 'ES256' })];
    await volume.swap(jwkOf(second, { kid: 'k2' }));
    expect(await loose.current()).to.include({ kid: 'k2', alg: 'ES256' });
    expect(await fixed.current()).to.include({ kid: 'mine', alg: 'ES256' });
    await volume.swap(rsa);
    expect(await loose.current()).to.include({ kid: undefined, alg: 'RS256' });
    // A key that cannot sign as the option says is no good one.
    expect(await fixed.current()).to.include({ kid: 'mine', alg: 'ES256' });
  });

  it('is named by the place of the file, whatever key is in it', async () => {
    const { id } = open();
    expect(id).to.match(/^private_key_jwt file [\w-]{43}$/);
    await volume.swap(second);
    expect(open().id).to.equal(id);
    const other = await MountedVolume.mount(second);
    expect(new KeyFile(other.file, { alg: undefined, kid: undefined }).id).to.not.equal(id);
    await other.unmount();
  });

  describe('uses the last good key', () => {
    const spoil: [string, () => Promise<void>][] = [
      ['the file is empty', () => volume.overwrite('')],
      ['the file is half-written', () => volume.overwrite(second.slice(0, 100))],
      ['another thing is in the file', () => volume.swap('s3cret')],
      [
        'a public key is in the file',
        () => volume.swap(createPublicKey(second).export({ type: 'spki', format: 'pem' }).toString()),
      ],
      ['the file is gone', () => unlink(volume.file)],
      ['the folder is gone', () => unlink(path.join(volume.folder, '..data'))],
    ];
    for (const [what, work] of spoil) {
      it(`while ${what}`, async () => {
        const by = method();
        await work();
        expect(await isSignedBy(await assertionOf(by), first)).to.equal(true);
      });
    }

    it('and the new one with the first request after it is whole', async () => {
      const by = method();
      for (const part of [0, 1, 100, second.length - 30]) {
        await volume.overwrite(second.slice(0, part));
        expect(await isSignedBy(await assertionOf(by), first), `${part} bytes`).to.equal(true);
      }
      await volume.overwrite(second);
      expect(await isSignedBy(await assertionOf(by), second)).to.equal(true);
    });
  });

  describe('after a refusal', () => {
    const used = (file: KeyFile) => file.current();
    const renew = (file: KeyFile, refused: Signer) => file.renew(draftOf(), refused);

    it('has something new where another key is in the file than the refused one', async () => {
      const file = open();
      const refused = await used(file);
      expect(await renew(file, refused)).to.equal(false);
      await volume.swap(second);
      expect(await renew(file, refused)).to.equal(true);
      // Another target may have read it since.
      expect(await renew(file, refused)).to.equal(true);
      expect(await renew(file, await used(file))).to.equal(false);
    });

    it('tells what is wrong with the file, in place of sending a key that is refused', async () => {
      const file = open();
      const refused = await used(file);
      await volume.overwrite(second.slice(0, 100));
      expect(await renew(file, refused)).to.equal(false);
      const error = await rejection(used(file));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_CLIENT_KEY', permanent: false });
      expect(error.message).to.equal(
        `No token request was sent: the key file ${volume.file} cannot be read as a private key. Is the PEM or JWK whole, PKCS #8, PKCS #1 or SEC 1?`,
      );
      await volume.overwrite(first);
      expect(await used(file)).to.include({ alg: 'ES256' });
    });
  });

  it('is not blamed for an algorithm that does not fit it', async () => {
    await volume.swap(first);
    for (const alg of ['HS256', 'EdDSA'])
      expect(
        thrown<ConfigurationError>(() => privateKeyJwt({ key: { file: volume.file }, alg: alg as never })),
      )
        .to.be.instanceOf(ConfigurationError)
        .with.property('option', 'alg');
  });

  describe('is refused at once', () => {
    for (const [what, text, words] of [
      ['is empty', '', /cannot be read as a private key/],
      ['holds no key', 's3cret', /cannot be read as a private key/],
      ['holds half a key', first.slice(0, 100), /cannot be read as a private key/],
    ] as [string, string, RegExp][]) {
      it(`where the file ${what}`, async () => {
        await volume.swap(text);
        const error = thrown<ConfigurationError>(() => method());
        expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'key.file');
        expect(error.message)
          .to.match(words)
          .and.not.match(/s3cret|BEGIN/);
      });
    }

    it('where there is none, where it is a folder, and where its key does not fit', () => {
      expect(
        thrown(() => new KeyFile(`${volume.file}-2`, { alg: undefined, kid: undefined })).message,
      ).to.match(/^key\.file: names no file/);
      expect(thrown(() => new KeyFile(volume.folder, { alg: undefined, kid: undefined })).message).to.equal(
        'key.file: is not a regular file.',
      );
      expect(thrown(() => open({ alg: 'RS256' })).message).to.match(/RS256 does not fit the key/);
    });
  });

  it('shows nothing of the key', async () => {
    const file = open();
    await file.current();
    const seen = inspect([file, method()], { depth: null, showHidden: true }) + JSON.stringify(file);
    expect(seen).to.not.contain('PRIVATE');
    expect(method().secrets()).to.deep.equal([]);
  });
});
