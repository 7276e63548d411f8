import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { type TlsClientOptions, tlsClient } from '../../../lib/oauth/mutual-tls/tls-client.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../support/certificates.js';
import { thumbprintOf } from '../../support/mtls-server.js';

describe('tlsClient', () => {
  let folder: string;
  let pair: KeyAndCertificate;
  let other: KeyAndCertificate;
  let certFile: string;
  let keyFile: string;
  before(async () => {
    const authority = await CertificateAuthority.create();
    [pair, other] = await Promise.all([authority.issue(['one']), authority.issue(['other'])]);
    folder = await mkdtemp(path.join(tmpdir(), 'tls-client-'));
    [certFile, keyFile] = [path.join(folder, 'tls.crt'), path.join(folder, 'tls.key')];
    await Promise.all([writeFile(certFile, pair.cert), writeFile(keyFile, pair.key)]);
  });
  after(() => rm(folder, { recursive: true }));

  it('is named by the thumbprint of a certificate that is given, and by the paths of files', () => {
    expect(tlsClient(pair).id).to.equal(`tls_client_auth ${thumbprintOf(pair.cert)}`);
    const id = tlsClient({ certFile, keyFile }).id;
    expect(id).to.match(/^tls_client_auth files [\w-]{43}$/);
    const relative = { certFile: path.relative('.', certFile), keyFile: pathToFileURL(keyFile) };
    expect(tlsClient(relative).id).to.equal(id);
    expect(new Set([pair, other].map((one) => tlsClient(one).id)).size).to.equal(2);
  });

  for (const [what, options, option, problem] of [
    ['nothing', () => undefined, 'options', /plain object/],
    ['no option', () => ({}), 'cert', /must be a PEM text/],
    ['a certificate alone', () => ({ cert: pair.cert }), 'key', /must be a PEM text/],
    ['a file alone', () => ({ certFile }), 'keyFile', /must be the path of a file/],
    ['the other file alone', () => ({ keyFile }), 'certFile', /must be the path of a file/],
    ['files and a key', () => ({ certFile, keyFile, key: pair.key }), 'certFile', /contradicts cert and key/],
    [
      'files and texts',
      () => ({ certFile, keyFile, cert: pair.cert }),
      'certFile',
      /contradicts cert and key/,
    ],
    ['a misspelt option', () => ({ certFile, keyfile: keyFile }), 'keyfile', /Did you mean keyFile\?/],
    [
      'a passphrase that is no text',
      () => ({ ...pair, passphrase: 5 }),
      'passphrase',
      /must be a text; got 5/,
    ],
    ['an empty passphrase', () => ({ ...pair, passphrase: '' }), 'passphrase', /must be a text/],
    ['a missing file', () => ({ certFile, keyFile: `${keyFile}.no` }), 'keyFile', /names no file/],
    ['a folder', () => ({ certFile: folder, keyFile }), 'certFile', /is not a regular file/],
    ['a PEM text as a path', () => ({ certFile: pair.cert, keyFile }), 'certFile', /names no file/],
    [
      'a swapped pair of files',
      () => ({ certFile: keyFile, keyFile: certFile }),
      'certFile',
      /give that as keyFile/,
    ],
    ['a key of another certificate', () => ({ cert: pair.cert, key: other.key }), 'key', /does not belong/],
  ] as [string, () => unknown, string, RegExp][]) {
    it(`refuses ${what}, at once`, () => {
      let error: unknown;
      try {
        tlsClient(options() as TlsClientOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.instanceOf(ConfigurationError).and.include({ option });
      expect((error as Error).message).to.match(problem);
      expect(inspect(error)).to.not.contain('BEGIN CERT').and.not.contain(pair.key.split('\n')[1]);
    });
  }
});
