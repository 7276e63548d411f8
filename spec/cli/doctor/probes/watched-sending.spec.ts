import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { WatchedSending } from '../../../../lib/cli/doctor/probes/watched-sending.js';
import { CertificateAuthority } from '../../../support/certificates.js';
import { ConnectProxy, withProxyVariables } from '../../../support/connect-proxy.js';
import { RawServer } from '../../../support/raw-server.js';
import { warningsOf } from '../../../support/warnings.js';

/** What is to be seen after a request that takes at most this long. */
async function watch(url: string, timeoutMs = 2_000) {
  const sending = new WatchedSending();
  const controller = new AbortController();
  const client = await sending.client(controller.signal);
  const config = { url, signal: controller.signal, maxRedirects: 0, responseType: 'text' } as const;
  const sent = client.request(config).catch(() => undefined);
  const timer = new Promise((resolve) => setTimeout(resolve, timeoutMs).unref());
  await Promise.race([sent, timer]);
  // What names the proxy is looked up when it is asked for.
  const { proxy, tls, waitsForTls, waitsForTunnel } = sending;
  return { proxy, tls, waitsForTls, waitsForTunnel };
}

describe('WatchedSending', () => {
  let proxy: ConnectProxy;
  let server: https.Server;
  let url: string;
  before(async () => {
    proxy = await ConnectProxy.start();
    const authority = await CertificateAuthority.create();
    const answer = (_: unknown, response: { end: () => void }) => response.end();
    server = https.createServer(await authority.issue(['localhost']), answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  });
  after(async () => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    server.close();
    await proxy.stop();
  });

  for (const [what, isProxied] of [
    ['at the server', false],
    ['behind a proxy', true],
  ] as const) {
    const look = (address = url, timeoutMs?: number) =>
      withProxyVariables(isProxied ? { HTTPS_PROXY: proxy.url } : {}, () => watch(address, timeoutMs));

    it(`sees no good handshake where a certificate is not trusted, ${what}`, async () => {
      const { tls, proxy: seen } = await look();
      expect([tls, seen?.variable]).to.deep.equal([undefined, isProxied ? 'HTTPS_PROXY' : undefined]);
    });

    it(`sees a certificate that was let pass, ${what}, and does not call it trusted`, async () => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      let seen: Awaited<ReturnType<typeof look>> | undefined;
      // Node.js warns of that, once.
      await warningsOf(async () => {
        seen = await look();
      });
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      const { tls, waitsForTls, waitsForTunnel } = seen ?? {};
      expect(tls?.protocol).to.match(/^TLSv1\.[23]$/);
      expect(Date.parse(tls?.certificate.valid_to ?? '')).to.be.above(Date.now());
      expect([tls?.isTrusted, waitsForTls, waitsForTunnel]).to.deep.equal([false, false, false]);
    });

    it(`sees that no handshake has ended, ${what}`, async () => {
      const silent = await RawServer.start(() => undefined);
      const { tls, waitsForTls, waitsForTunnel } = await look(`https://localhost:${silent.port}/`);
      expect([tls, waitsForTls, waitsForTunnel]).to.deep.equal([undefined, true, false]);
      await silent.stop();
    });
  }

  it('sees that a tunnel is waited for', async () => {
    proxy.fault = () => undefined;
    const { tls, waitsForTls, waitsForTunnel } = await withProxyVariables({ HTTPS_PROXY: proxy.url }, () =>
      watch(url),
    );
    proxy.fault = undefined;
    expect([tls, waitsForTls, waitsForTunnel]).to.deep.equal([undefined, false, true]);
  });

  it('sees nothing before anything was sent', () => {
    const { proxy: seen, tls, waitsForTls, waitsForTunnel } = new WatchedSending();
    expect([seen, tls, waitsForTls, waitsForTunnel]).to.deep.equal([undefined, undefined, false, false]);
  });
});
