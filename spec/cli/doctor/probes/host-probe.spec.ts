import { expect } from 'chai';
import { addressesOf, connectTime, hostOf } from '../../../../lib/cli/doctor/probes/host-probe.js';
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

  it('give up after their time', async () => {
    // No packet comes back from an address for documentation (RFC 5737).
    expect(await connectTime({ host: '192.0.2.1', port: 9 }, 1)).to.equal(undefined);
  });
});
