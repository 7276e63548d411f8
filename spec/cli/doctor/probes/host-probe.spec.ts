import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import {
  addressesOf,
  connectTime,
  hostOf,
  tlsDetails,
} from '../../../../lib/cli/doctor/probes/host-probe.js';
import { CertificateAuthority } from '../../../support/certificates.js';
import { startPlainServer } from '../../../support/plain-server.js';

describe('the probes of a host', () => {
  const places: readonly [url: string, host: string, port: number][] = [
    ['https://a.example', 'a.example', 443],
    ['http://a.example', 'a.example', 80],
    ['https://a.example:8443/x', 'a.example', 8443],
    ['https://[::1]', '::1', 443],
  ];
  for (const [url, host, port] of places) {
    it(`find host and port of ${url}`, () => expect(hostOf(new URL(url))).to.deep.equal({ host, port }));
  }

  it('find addresses, or none', async () => {
    expect(await addressesOf('127.0.0.1')).to.deep.equal(['127.0.0.1']);
    expect(await addressesOf('nothing.invalid')).to.deep.equal([]);
  });

  it('connect, or do not', async () => {
    const { port, stop } = await startPlainServer();
    expect(await connectTime({ host: '127.0.0.1', port }, 2_000)).to.be.within(0, 2_000);
    stop();
    expect(await connectTime({ host: '127.0.0.1', port: 1 }, 2_000)).to.equal(undefined);
  });

  it('see a certificate, whether or not it can be trusted; and nothing where there is no TLS', async () => {
    const server = https.createServer(await (await CertificateAuthority.create()).issue(['localhost']));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ['localhost', '127.0.0.1']) {
      const details = await tlsDetails({ host, port }, 2_000);
      expect(details?.protocol).to.match(/^TLSv1\.[23]$/);
      expect(Date.parse(details?.certificate.valid_to ?? '')).to.be.above(Date.now());
    }
    server.close();
    const plain = await startPlainServer();
    expect(await tlsDetails({ host: '127.0.0.1', port: plain.port }, 2_000)).to.equal(undefined);
    plain.stop();
  });

  it('give up after their time', async () => {
    const silent = https.createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await tlsDetails({ host: '127.0.0.1', port }, 1)).to.equal(undefined);
    silent.close();
  });
});
