import { expect } from 'chai';
import * as door from '../lib/index.js';
import { runChild } from './support/child.js';

describe('the door', () => {
  it('exports the provider and its errors by name, and nothing else', () => {
    expect(Object.keys(door)).to.deep.equal([
      'ConfigurationError',
      'MemoryTokenStore',
      'ProviderClosedError',
      'TokenAttemptError',
      'TokenEndpointError',
      'TokenProvider',
      'TokenProviderError',
      'TokenRequestError',
      'TokenResponseError',
      'TokenStoreError',
      'TokenUnavailableError',
      'attachToken',
    ]);
  });

  it('loads neither axios nor what takes long of Node.js before it is needed', async () => {
    const { stdout, stderr, code } = await runChild(`
      import { register } from 'node:module';
      import { setTimeout as sleep } from 'node:timers/promises';
      const { port1, port2 } = new MessageChannel();
      const loaded = [];
      const hasAxios = () => loaded.some((specifier) => /^(axios|node:(https?|crypto))/.test(specifier));
      port1.on('message', (specifier) => loaded.push(specifier)).unref();
      register('data:text/javascript,' + encodeURIComponent(\`
        let port;
        export const initialize = (data) => { port = data; };
        export const resolve = (specifier, context, next) => {
          if (/^[a-z]/.test(specifier)) port.postMessage(specifier);
          return next(specifier, context);
        };
      \`), import.meta.url, { data: port2, transferList: [port2] });

      const { TokenProvider } = await import('${new URL('../lib/index.ts', import.meta.url)}');
      const provider = new TokenProvider({ tokenEndpoint: 'http://127.0.0.1:9/', clientId: 'a', clientSecret: 'b' });
      await sleep(50);
      console.log(loaded.includes('p-retry'), hasAxios());
      void provider.getToken().catch(() => undefined);
      while (!hasAxios()) await sleep(10);
      console.log(hasAxios());
      await provider.close();
    `);
    expect([stdout, stderr, code]).to.deep.equal(['true false\ntrue\n', '', 0]);
  });
});
