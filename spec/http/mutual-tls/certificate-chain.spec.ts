import { expect } from 'chai';
import { certificateBlocks, leafCertificate } from '../../../lib/http/mutual-tls/certificate-chain.js';
import { CertificateAuthority } from '../../support/certificates.js';

describe('certificateBlocks', () => {
  it('gives the certificates of a text alone, in their order', async () => {
    const authority = await CertificateAuthority.create();
    const { cert, key } = await authority.issue(['client.example']);
    const [own, root] = [cert.trim(), authority.pem.trim()];
    for (const [text, blocks] of [
      ['', []],
      ['-----BEGIN CERTIFICATE-----', []],
      [key, []],
      [cert, [own]],
      [`${key}${cert}`, [own]],
      [`subject=/CN=client\n${cert}\nsubject=/CN=CA\n${authority.pem}\n${key}`, [own, root]],
      [cert.replaceAll('\n', '\r\n'), [own.replaceAll('\n', '\r\n')]],
      [cert.replaceAll(' CERT', ' TRUSTED CERT'), [own.replaceAll(' CERT', ' TRUSTED CERT')]],
    ] as [string, string[]][])
      expect(certificateBlocks(text)).to.deep.equal(blocks);
  });

  it('takes no long time for a text that only looks like one', () => {
    const since = performance.now();
    certificateBlocks('-----BEGIN CERTIFICATE-----\n'.repeat(20_000));
    expect(performance.now() - since).to.be.below(1_000);
  });
});

describe('leafCertificate', () => {
  it('is the first one, if it can be read', async () => {
    const authority = await CertificateAuthority.create();
    const { cert } = await authority.issue(['client.example']);
    expect(leafCertificate(`${cert}${authority.pem}`)?.subject).to.equal('CN=client.example');
    expect(leafCertificate(cert.replace(/\n..../, '\nAAAA'))).to.equal(undefined);
    expect(leafCertificate('')).to.equal(undefined);
  });
});
