import { expect } from 'chai';
import sinon from 'sinon';
import {
  certificateRemedy,
  isCertificatePage,
  lostAlertRemedy,
} from '../../../lib/http/mutual-tls/certificate-remedy.js';
import { CertificateAuthority } from '../../support/certificates.js';
import { thumbprintOf } from '../../support/mtls-server.js';

const HOUR_MS = 3_600_000;

describe('certificateRemedy', () => {
  let authority: CertificateAuthority;
  before(async () => {
    authority = await CertificateAuthority.create();
  });
  afterEach(() => sinon.restore());

  for (const [said, remedy] of [
    ['err ssl tlsv1 alert unknown ca', /does not know who signed it/],
    ['err ssl sslv3 alert certificate revoked', /has been revoked: replace it/],
    ['err ssl tlsv13 alert certificate required', /server got none\. Does something on the way/],
    ['no required ssl certificate was sent', /server got none/],
    ['err ssl sslv3 alert certificate expired', /is valid until 20.*: one of both clocks is wrong/],
    ['err ssl sslv3 alert bad certificate', /the one that the server has for this client/],
    ['', /the one that the server has for this client/],
  ] as [string, RegExp][]) {
    it(`says what to do, and which certificate it is, where the server says '${said}'`, async () => {
      const pair = await authority.issue(['client.example']);
      expect(certificateRemedy(said, pair)).to.match(remedy).and.contain(thumbprintOf(pair.cert));
    });
  }

  it('tells first of all that a certificate is past its end, or before its beginning, by our clock', async () => {
    const expired = await authority.issue(['client.example'], -HOUR_MS);
    const [, end] = /until (\S+): replace it\.$/.exec(certificateRemedy('unknown ca', expired)) ?? [];
    expect(Date.parse(`${end}`)).to.be.closeTo(Date.now() - HOUR_MS, 60_000);
    const good = await authority.issue(['client.example']);
    const start = Date.now() - 2 * HOUR_MS;
    const clock = sinon.stub(Date, 'now').returns(start - 2_000);
    expect(certificateRemedy('', good)).to.match(/valid from \S+ on: is the clock of this machine slow\?$/);
    clock.returns(start + 2_000);
    expect(certificateRemedy('', good)).to.not.contain('clock');
  });

  it('says that what is no certificate cannot be read', () => {
    expect(certificateRemedy('', { cert: 'x', key: 'y' })).to.contain('cannot be read');
  });
});

describe('lostAlertRemedy', () => {
  it('suspects the certificate, most of all one that is past its end', async () => {
    const authority = await CertificateAuthority.create();
    const good = await authority.issue(['client.example']);
    const expired = await authority.issue(['client.example'], -HOUR_MS);
    expect(lostAlertRemedy(good)).to.match(
      /^Perhaps the server refuses the client certificate with the thumbprint/,
    );
    expect(lostAlertRemedy(good))
      .to.contain(thumbprintOf(good.cert))
      .and.match(/Look there\.$/);
    expect(lostAlertRemedy(expired)).to.match(/It was valid until \S+: replace it\.$/);
    expect(lostAlertRemedy({ cert: 'x', key: 'y' })).to.contain('cannot be read');
  });
});

describe('isCertificatePage', () => {
  for (const [status, body, is] of [
    [400, '<center>No required SSL certificate was sent</center>', true],
    [400, '<center>The SSL certificate error</center>', true],
    [401, '<center>The SSL certificate error</center>', false],
    [400, '{"error":"invalid_request"}', false],
    [495, '', true],
    [496, '', true],
    [497, '', false],
  ] as [number, string, boolean][]) {
    it(`is ${is} of ${status} ${body}`, () => expect(isCertificatePage(status, body)).to.equal(is));
  }
});
