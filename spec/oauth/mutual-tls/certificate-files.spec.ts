import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { TextFile } from '../../../lib/ground/files/text-file.js';
import { CertificateFiles } from '../../../lib/oauth/mutual-tls/certificate-files.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../support/certificates.js';
import { thumbprintOf } from '../../support/mtls-server.js';
import { rejection } from '../../support/rejection.js';

describe('CertificateFiles', () => {
  let folder: string;
  let pairs: KeyAndCertificate[];
  before(async () => {
    const authority = await CertificateAuthority.create();
    pairs = await Promise.all(['a', 'b', 'c'].map((name) => authority.issue([name])));
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
    await write(0);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const pathOf = (name: string) => path.join(folder, name);
  const pairAt = (index: number) => pairs[index] as KeyAndCertificate;
  const writeCert = (index: number) => writeFile(pathOf('tls.crt'), pairAt(index).cert);
  const writeKey = (index: number) => writeFile(pathOf('tls.key'), pairAt(index).key);
  const write = (index: number) => Promise.all([writeCert(index), writeKey(index)]);
  const open = () => {
    const files = {
      cert: TextFile.find('certFile', pathOf('tls.crt')),
      key: TextFile.find('keyFile', pathOf('tls.key')),
    };
    return new CertificateFiles(files, undefined);
  };
  const numberOf = async (files: CertificateFiles) => {
    const { thumbprint } = await files.current();
    return pairs.findIndex(({ cert }) => thumbprintOf(cert) === thumbprint);
  };

  it('are read at once, and again whenever they are needed', async () => {
    const files = open();
    expect(files.known?.thumbprint).to.equal(thumbprintOf(pairAt(0).cert));
    await write(1);
    expect(await numberOf(files)).to.equal(1);
    await write(0);
    expect(await numberOf(files)).to.equal(0);
    const pair = await files.current();
    expect(await files.current()).to.equal(pair);
  });

  it('are named by a digest of both paths', async () => {
    const before = open().digest;
    await write(1);
    expect(open().digest)
      .to.equal(before)
      .and.match(/^[\w-]{43}$/);
    await rename(pathOf('tls.key'), pathOf('other.key'));
    const key = TextFile.find('keyFile', pathOf('other.key'));
    const cert = TextFile.find('certFile', pathOf('tls.crt'));
    expect(new CertificateFiles({ cert, key }, undefined).digest).to.not.equal(before);
  });

  it('are followed through the swap of a symbolic link, as Kubernetes does it', async () => {
    const versions = ['v0', 'v1'].map(pathOf);
    for (const [index, version] of versions.entries()) {
      await mkdir(version);
      await writeFile(path.join(version, 'tls.crt'), pairAt(index).cert);
      await writeFile(path.join(version, 'tls.key'), pairAt(index).key);
    }
    await symlink('v0', pathOf('..data'));
    await Promise.all(['tls.crt', 'tls.key'].map((name) => rm(pathOf(name))));
    for (const name of ['tls.crt', 'tls.key']) await symlink(path.join('..data', name), pathOf(name));
    const files = open();
    expect(await numberOf(files)).to.equal(0);
    await symlink('v1', pathOf('..next'));
    await rename(pathOf('..next'), pathOf('..data'));
    expect(await numberOf(files)).to.equal(1);
  });

  const troubles: Record<string, () => Promise<unknown>> = {
    'the certificate was written before the key': () => writeCert(1),
    'the key was written before the certificate': () => writeKey(1),
    'a file is empty': () => writeFile(pathOf('tls.crt'), ''),
    'a file is half written': () => writeFile(pathOf('tls.key'), pairAt(1).key.slice(0, 90)),
    'a file is away': () => rm(pathOf('tls.crt')),
    'a folder is in its place': () => rm(pathOf('tls.key')).then(() => mkdir(pathOf('tls.key'))),
  };
  for (const [what, happens] of Object.entries(troubles)) {
    it(`stay what they were while ${what}`, async () => {
      const files = open();
      await happens();
      expect(await numberOf(files)).to.equal(0);
      await rm(pathOf('tls.key'), { recursive: true });
      await write(1);
      expect(await numberOf(files)).to.equal(1);
    });

    it(`have nothing to give after a refusal while ${what}, and tell why`, async () => {
      const files = open();
      await happens();
      expect(await files.afterRefusal()).to.equal(undefined);
      const error = await rejection(files.current());
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_CLIENT_CERTIFICATE', permanent: false });
      expect(error.message).to.match(
        /^No token request was sent: (certFile \(\/\S*tls\.crt\)|keyFile \(\/\S*tls\.key\)) (is|cannot|holds|does) /,
      );
      expect(inspect(error)).to.not.contain('PRIVATE');
      await rm(pathOf('tls.key'), { recursive: true });
      await write(1);
      expect(await numberOf(files)).to.equal(1);
    });
  }

  it('give what is newer after a refusal', async () => {
    const files = open();
    await write(2);
    expect((await files.afterRefusal())?.thumbprint).to.equal(thumbprintOf(pairAt(2).cert));
  });

  it('may belong to different pairs at the start, for a moment', async () => {
    await writeKey(1);
    const files = open();
    expect(files.known).to.equal(undefined);
    expect((await rejection(files.current())).message).to.contain('does not belong to the certificate');
    await writeCert(1);
    expect(await numberOf(files)).to.equal(1);
  });

  for (const [what, happens] of Object.entries(troubles).filter(([name]) => !/before|away/.test(name))) {
    it(`are refused at the start where ${what}`, async () => {
      await happens();
      expect(open).to.throw(ConfigurationError, /^(certFile|keyFile): /);
    });
  }

  it('are read once for all who ask at the same time', async () => {
    const files = open();
    await write(1);
    const asked = await Promise.all(Array.from({ length: 50 }, () => files.current()));
    expect(new Set(asked).size).to.equal(1);
  });

  it('always give a pair that fits, and the last one in the end, in whatever order they are written', async () => {
    const step = fc.tuple(fc.constantFrom('cert', 'key', 'read'), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.nat(2), async (steps, last) => {
        await write(0);
        const files = open();
        for (const [what, index] of steps) {
          if (what === 'cert') await writeCert(index);
          else if (what === 'key') await writeKey(index);
          else expect(await numberOf(files)).to.be.at.least(0);
        }
        await write(last);
        expect(await numberOf(files)).to.equal(last);
      }),
      { numRuns: 60 },
    );
  });
});
