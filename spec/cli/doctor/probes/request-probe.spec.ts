import { expect } from 'chai';
import { probeRequest } from '../../../../lib/cli/doctor/probes/request-probe.js';
import { TokenRequestError } from '../../../../lib/index.js';
import { ConnectProxy, refuseWith, withProxyVariables } from '../../../support/connect-proxy.js';
import { startPlainServer } from '../../../support/plain-server.js';
import { RawServer } from '../../../support/raw-server.js';

const probe = (url: string, timeoutMs = 2_000) => probeRequest(url, url, timeoutMs);

describe('probeRequest', () => {
  it('sends a GET without any proof, and gives what came', async () => {
    const server = await RawServer.start((socket) =>
      socket.end('HTTP/1.1 405 x\r\nDate: Thu, 01 Jan 1970 00:00:01 GMT\r\nContent-Length: 0\r\n\r\n'),
    );
    const { answer, failure, proxy, tookMs } = await probe(`http://127.0.0.1:${server.port}/token`);
    await server.stop();
    expect([answer?.status, answer?.header('date'), failure, proxy]).to.deep.equal([
      405,
      'Thu, 01 Jan 1970 00:00:01 GMT',
      undefined,
      undefined,
    ]);
    expect(tookMs).to.be.within(0, 2_000);
    expect(server.requests).to.have.length(1);
    expect(server.requests[0])
      .to.match(/^GET \/token HTTP/)
      .and.not.match(/authorization/i);
  });

  it('fails by the words of a token request', async () => {
    const { failure, answer } = await probe('http://127.0.0.1:1/token');
    expect(failure).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ECONNREFUSED' });
    expect(answer).to.equal(undefined);
  });

  it('gives up after its time', async () => {
    const server = await RawServer.start(() => undefined);
    const { failure } = await probe(`http://127.0.0.1:${server.port}/`, 50);
    await server.stop();
    expect(failure).to.include({ reason: 'ETIMEDOUT' });
  });

  it('sees the proxy, also where that refuses', async () => {
    const proxy = await ConnectProxy.start(refuseWith(403));
    await withProxyVariables({ HTTPS_PROXY: proxy.url }, async () => {
      const { failure, proxy: seen } = await probe('https://as.example/token');
      expect(failure).to.include({ reason: 'ERR_PROXY' });
      expect(seen).to.include({ variable: 'HTTPS_PROXY' });
    });
    await proxy.stop();
  });

  it('sees the proxy where what is behind it fails', async () => {
    const [proxy, plain] = await Promise.all([ConnectProxy.start(), startPlainServer()]);
    await withProxyVariables({ HTTPS_PROXY: proxy.url }, async () => {
      const { failure, proxy: seen } = await probe(`https://localhost:${plain.port}/token`);
      expect(failure).to.be.instanceOf(TokenRequestError);
      expect(seen).to.include({ variable: 'HTTPS_PROXY' });
    });
    plain.stop();
    await proxy.stop();
  });

  it('tells a proxy that does not answer CONNECT in time', async () => {
    const proxy = await ConnectProxy.start(() => undefined);
    await withProxyVariables({ HTTPS_PROXY: proxy.url }, async () => {
      const { failure, proxy: seen, tls } = await probe('https://as.example/token', 2_000);
      expect(failure).to.include({ reason: 'ERR_PROXY' });
      expect(failure?.message).to.contain(
        `The proxy ${proxy.host} (HTTPS_PROXY) did not answer CONNECT to as.example:443 within 2 s.`,
      );
      expect([seen?.variable, tls]).to.deep.equal(['HTTPS_PROXY', undefined]);
    });
    await proxy.stop();
  });

  it('tells a port that takes connections, and begins no TLS, also behind a proxy', async () => {
    const [silent, proxy] = await Promise.all([RawServer.start(() => undefined), ConnectProxy.start()]);
    for (const variables of [{}, { HTTPS_PROXY: proxy.url }]) {
      await withProxyVariables({ ...variables }, async () => {
        const { failure, tls } = await probe(`https://localhost:${silent.port}/token`, 2_000);
        expect(failure?.message).to.contain(
          `no TLS handshake with localhost:${silent.port} within 2 s. Does that port speak TLS?`,
        );
        expect([failure?.permanent, tls]).to.deep.equal([false, undefined]);
      });
    }
    await proxy.stop();
    await silent.stop();
  });
});
