import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { leafCertificate } from '../../../lib/http/mutual-tls/certificate-chain.js';
import {
  type GivenPair,
  MismatchedPair,
  readCertificatePair,
} from '../../../lib/oauth/mutual-tls/certificate-pair.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../support/certificates.js';
import { thumbprintOf } from '../../support/mtls-server.js';

const names = { cert: 'cert', key: 'key' };
const PASSPHRASE = 'open-sesame';
const encrypt = (key: string) =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString();

describe('readCertificatePair', () => {
  let authority: CertificateAuthority;
  let own: KeyAndCertificate;
  let other: KeyAndCertificate;
  before(async () => {
    authority = await CertificateAuthority.create();
    [own, other] = await Promise.all([authority.issue(['one']), authority.issue(['other'])]);
  });
  const read = (given: Partial<GivenPair>) => readCertificatePair({ ...own, names, ...given });
  const failure = (given: Partial<GivenPair>): ConfigurationError => {
    try {
      read(given);
    } catch (error) {
      return error as ConfigurationError;
    }
    throw new Error('It was taken.');
  };

  it('takes a certificate and its key, and knows its thumbprint', () => {
    const { certificate, thumbprint } = read({});
    expect(thumbprint).to.equal(thumbprintOf(own.cert));
    expect(leafCertificate(certificate.cert)?.subject).to.equal('CN=one');
    expect(leafCertificate(certificate.cert)?.checkPrivateKey(createPrivateKey(certificate.key))).to.equal(
      true,
    );
  });

  it('takes them as bytes, with line breaks written out, in one text, and with words around', () => {
    const expected = read({});
    const both = `Bag Attributes\n${own.key}\nsubject=CN = one\n${own.cert}`;
    for (const given of [
      { cert: Buffer.from(own.cert), key: new Uint8Array(Buffer.from(own.key)) },
      { cert: own.cert.replaceAll('\n', '\\n'), key: own.key.replaceAll('\n', '\\n') },
      { cert: both, key: both },
      { cert: own.cert.replaceAll('\n', '\r\n'), key: own.key.replaceAll('\n', '\r\n') },
    ])
      expect(read(given)).to.deep.equal(expected);
  });

  it('keeps the chain, and nothing else that is in the text', () => {
    const { cert } = read({ cert: `${own.key}${own.cert}${authority.pem}` }).certificate;
    expect(cert.match(/BEGIN CERTIFICATE/g)).to.have.length(2);
    expect(cert).to.not.contain('PRIVATE');
  });

  it('opens a key that is encrypted', () => {
    const { certificate } = read({ key: encrypt(own.key), passphrase: PASSPHRASE });
    expect(certificate).to.have.all.keys('cert', 'key');
    expect(certificate.key).to.match(/^-----BEGIN PRIVATE KEY/);
  });

  const p12 = Buffer.from('3082067002010330820636', 'hex');
  for (const [what, given, option, problem] of [
    ['no certificate', () => ({ cert: undefined }), 'cert', /must be a PEM text; got nothing/],
    ['an empty text', () => ({ cert: ' \n' }), 'cert', /is empty/],
    ['a number', () => ({ key: 5 }), 'key', /must be a PEM text; got 5/],
    ['PKCS #12', () => ({ cert: p12 }), 'cert', /is no PEM text.*openssl pkcs12 -in/],
    ['PKCS #12 as the key', () => ({ key: p12 }), 'key', /is no PEM text.*openssl pkcs12 -in/],
    [
      'the key twice',
      () => ({ cert: own.key }),
      'cert',
      /holds no certificate. It is a private key: give that as key/,
    ],
    [
      'the certificate twice',
      () => ({ key: own.cert }),
      'key',
      /no private key. It is a certificate: give that as cert/,
    ],
    ['a public key', () => ({ key: '-----BEGIN PUBLIC KEY-----\nAAAA\n' }), 'key', /holds no private key\.$/],
    ['half a certificate', () => ({ cert: own.cert.slice(0, 300) }), 'cert', /holds no certificate\.$/],
    [
      'a damaged certificate',
      () => ({ cert: own.cert.replace(/\n..../, '\nAAAA') }),
      'cert',
      /cannot be read as a certificate\. Is the PEM whole/,
    ],
    [
      'a damaged certificate in the chain',
      () => ({ cert: own.cert + authority.pem.replace(/\n..../, '\nAAAA') }),
      'cert',
      /cannot be read as a certificate \(the 2\. of 2\)/,
    ],
    ['half a key', () => ({ key: own.key.slice(0, 100) }), 'key', /cannot be read as a private key/],
    [
      'a damaged key',
      () => ({ key: own.key.replace(/\n..../, '\nAAAA') }),
      'key',
      /cannot be read as a private/,
    ],
    ['an encrypted key', () => ({ key: encrypt(own.key) }), 'passphrase', /is missing: key is encrypted/],
    [
      'a wrong passphrase',
      () => ({ key: encrypt(own.key), passphrase: 'no-sesame' }),
      'passphrase',
      /does not open key\. If it is right: is the PEM whole\?$/,
    ],
    [
      'half an encrypted key',
      () => ({ key: encrypt(own.key).slice(0, 150), passphrase: PASSPHRASE }),
      'passphrase',
      /is the PEM whole/,
    ],
    [
      'the key of another certificate',
      () => ({ key: other.key }),
      'key',
      /does not belong to the certificate in cert/,
    ],
    [
      'a chain in the wrong order',
      () => ({ cert: authority.pem + own.cert }),
      'key',
      /is for the 2\. certificate of cert; the client's own must come first/,
    ],
  ] as [string, () => Partial<GivenPair>, string, RegExp][]) {
    it(`refuses ${what}, and says what to do`, () => {
      const error = failure(given());
      expect(error).to.be.instanceOf(ConfigurationError).and.include({ option });
      expect(error.message).to.match(problem);
      const seen = inspect(error, { depth: null, showHidden: true });
      for (const secret of [
        PASSPHRASE,
        'no-sesame',
        own.key.split('\n')[1] ?? '',
        other.key.split('\n')[1] ?? '',
      ])
        expect(seen).to.not.contain(secret);
    });
  }

  it('tells a key of another certificate from all other mistakes', () => {
    expect(failure({ key: other.key })).to.be.instanceOf(MismatchedPair);
    expect(failure({ key: own.key.slice(0, 100) })).to.not.be.instanceOf(MismatchedPair);
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(failure({ key })).to.be.instanceOf(MismatchedPair);
  });

  it('gives a pair that fits, or an error about an option, whatever is given', () => {
    const pieces = () =>
      fc.constantFrom(own.cert, own.key, other.cert, other.key, authority.pem, '\n', 'x', '');
    const text = fc
      .array(fc.tuple(pieces(), fc.nat(2_000)), { maxLength: 4 })
      .map((parts) => parts.map(([piece, end]) => piece.slice(0, end)).join(''));
    const given = fc.record({ cert: fc.oneof(text, fc.anything()), key: fc.oneof(text, fc.anything()) });
    fc.assert(
      fc.property(given, ({ cert, key }) => {
        try {
          const { certificate } = read({ cert, key });
          const leaf = leafCertificate(certificate.cert);
          expect(leaf?.checkPrivateKey(createPrivateKey(certificate.key))).to.equal(true);
        } catch (error) {
          expect(error).to.be.instanceOf(ConfigurationError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
