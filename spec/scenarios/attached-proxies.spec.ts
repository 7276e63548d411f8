import { expect } from 'chai';
import { ApiServer } from '../support/api-server.js';
import { runNode } from '../support/child.js';
import { ConnectProxy } from '../support/connect-proxy.js';

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Sends by everything that a token can be attached to, with and without a setting for a proxy of its own. */
const source = (origin: string, proxyUrl: string) => `
  import axios from 'axios';
  import { Agent, EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
  import { attachToken } from ${here('../../lib/index.ts')};
  import { createAuthorizedFetch } from ${here('../../lib/fetch.ts')};
  import { fakeProvider } from ${here('../../lib/testing.ts')};
  import { tokenInterceptor } from ${here('../../lib/undici.ts')};
  const provider = fakeProvider({ token: 'the-token' });
  const [origins, proxyUrl] = ${JSON.stringify([origin, proxyUrl])};
  const { hostname: host, port } = new URL(proxyUrl);
  // So that the variables are known to have an effect.
  await axios.get(origins + '/plain', { validateStatus: null });
  for (const adapter of ['http', 'fetch'])
    for (const proxy of [undefined, { protocol: 'http', host, port: Number(port) }]) {
      const http = axios.create({ baseURL: origins, adapter, ...(proxy && { proxy }) });
      attachToken(http, provider);
      await http.get('/axios');
    }
  const authorized = createAuthorizedFetch(provider, { origins });
  const get = async (init) => (await authorized(origins + '/fetch', init)).text();
  await get();
  setGlobalDispatcher(new EnvHttpProxyAgent());
  await fetch(origins + '/plain');
  await get();
  const agent = new Agent().compose(tokenInterceptor(provider, { origins }));
  await (await agent.request({ origin: origins, path: '/undici', method: 'GET' })).body.text();
  process.exit();
`;

describe('a token for this machine, in plain http, where the environment names a proxy', () => {
  let api: ApiServer;
  let proxy: ConnectProxy;
  beforeEach(async () => {
    [api, proxy] = await Promise.all([ApiServer.start(), ConnectProxy.start()]);
  });
  afterEach(() => Promise.all([api.stop(), proxy.stop()]));

  it('never goes by way of that proxy', async () => {
    const variables = Object.fromEntries(
      ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].map((name) => [name, proxy.url]),
    );
    const child = await runNode(
      ['--input-type=module', '--import', 'tsx', '--eval', source(api.origin, proxy.url)],
      { ...variables, no_proxy: '', NO_PROXY: '', NODE_USE_ENV_PROXY: '1' },
    );
    expect(child).to.include({ code: 0, stdout: '' });
    expect(proxy.asked).to.have.length(2);
    expect(proxy.asked[0]).to.equal(`${api.origin}/plain`);
    const carried = api.seen.filter(({ headers }) => headers.authorization === 'Bearer the-token');
    expect(carried.map(({ url }) => url)).to.deep.equal([
      ...Array(4).fill('/axios'),
      ...Array(2).fill('/fetch'),
      '/undici',
    ]);
  });
});
