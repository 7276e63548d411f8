import https from 'node:https';
import { expect } from 'chai';
import fc from 'fast-check';
import { environmentProxy, isForwarded, isTunnelMissing, proxyOf } from '../../lib/http/proxy.js';
import { withProxyVariables } from '../support/connect-proxy.js';

const tunnel = (proxy: unknown, socket: object | undefined = undefined) => ({
  request: { agent: { proxy }, socket },
});
const nameOf = (proxy: unknown) => withProxyVariables({}, () => proxyOf(tunnel(proxy))?.name);

describe('environmentProxy', () => {
  const table: readonly (readonly [NodeJS.ProcessEnv, string, string | undefined])[] = [
    [{}, 'https', undefined],
    [{ HTTPS_PROXY: '' }, 'https', undefined],
    [{ HTTPS_PROXY: 'http://p.example:1' }, 'https', 'proxy p.example:1 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'http://p.example' }, 'https', 'proxy p.example:80 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'https://p.example' }, 'https', 'proxy p.example:443 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'p.example:3128' }, 'https', 'proxy p.example:3128 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'p.example' }, 'https', 'proxy p.example:443 (HTTPS_PROXY)'],
    [{ HTTP_PROXY: 'p.example' }, 'http', 'proxy p.example:80 (HTTP_PROXY)'],
    [{ HTTPS_PROXY: 'http://[::1]:1' }, 'https', 'proxy [::1]:1 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'http://a:b@p.example:1/x?y' }, 'https', 'proxy p.example:1 (HTTPS_PROXY)'],
    [{ HTTPS_PROXY: 'http://a b' }, 'https', 'proxy of HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, 'https', 'proxy b:2 (https_proxy)'],
    [{ ALL_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2' }, 'https', 'proxy b:2 (HTTPS_PROXY)'],
    [{ ALL_PROXY: 'http://a:1', all_proxy: 'http://b:2' }, 'https', 'proxy b:2 (all_proxy)'],
    [{ ALL_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2' }, 'http', 'proxy a:1 (ALL_PROXY)'],
    [{ HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2' }, 'http', 'proxy a:1 (HTTP_PROXY)'],
  ];
  for (const [variables, scheme, name] of table) {
    it(`is ${name} for ${scheme} by ${JSON.stringify(variables)}`, async () => {
      const found = await withProxyVariables(variables, () => environmentProxy(`${scheme}://as.example/`));
      expect(found?.proxy.name).to.equal(name);
    });
  }

  it('never shows credentials, whatever the variable holds', () =>
    fc.assert(
      fc.asyncProperty(fc.string(), fc.webAuthority(), async (odd, authority) => {
        for (const value of [
          `http://us3r:p4ss@${authority}${odd}`,
          `us3r:p4ss@${authority}${odd}`.replaceAll('\0', ''),
        ]) {
          const variables = { HTTPS_PROXY: value.replaceAll('\0', '') };
          const found = await withProxyVariables(variables, () => environmentProxy('https://as.example/'));
          expect(found?.proxy.name).to.not.contain('p4ss');
        }
      }),
    ));
});

describe('proxyOf', () => {
  it('names the proxy of an agent by its host and port', async () => {
    for (const [proxy, host] of [
      [new URL('http://a:b@p.example:3128'), 'p.example:3128'],
      [new URL('https://p.example'), 'p.example:443'],
      [{ host: 'p.example', port: 8_080, auth: 'a:b' }, 'p.example:8080'],
      [{ hostname: 'p.example', protocol: 'https:' }, 'p.example:443'],
      [{ host: '::1', port: 1 }, '[::1]:1'],
      ['http://a:b@p.example:1', 'p.example:1'],
    ])
      expect(await nameOf(proxy)).to.equal(`proxy ${host} (given by the http option)`);
    for (const odd of [{}, 7, 'http://', { host: 7 }])
      expect(await nameOf(odd)).to.equal('proxy (given by the http option)');
  });

  it('is nothing for a request that goes straight to the server, or of which nothing is known', async () => {
    await withProxyVariables({ HTTPS_PROXY: 'http://p.example:1' }, () => {
      for (const exchange of [
        {},
        { request: null },
        { request: { agent: new https.Agent() } },
        { request: 'x' },
      ])
        expect(proxyOf(exchange)).to.equal(undefined);
    });
  });

  it('knows the variable of a proxy that was given by both', async () => {
    await withProxyVariables({ HTTPS_PROXY: 'http://p.example:1' }, () => {
      expect(proxyOf(tunnel(new URL('http://p.example:1')))).to.include({ variable: 'HTTPS_PROXY' });
      expect(proxyOf(tunnel(new URL('http://p.example:2')))).to.include({ variable: undefined });
    });
  });
});

describe('a tunnel', () => {
  it('is missing until there is TLS to the token endpoint', () => {
    const proxy = new URL('http://p.example');
    expect(isTunnelMissing(tunnel(proxy))).to.equal(true);
    expect(isTunnelMissing(tunnel(proxy, {}))).to.equal(true);
    expect(isTunnelMissing(tunnel(proxy, { encrypted: true }))).to.equal(false);
    expect(isTunnelMissing({ request: { agent: new https.Agent(), socket: {} } })).to.equal(false);
    expect(isTunnelMissing({})).to.equal(false);
  });

  it('is used for https alone: plain http is handed over whole', () => {
    expect(isForwarded({ request: { path: 'http://as.example/token' } })).to.equal(true);
    expect(isForwarded({ request: { path: '/http:' } })).to.equal(false);
  });
});
