import { expect } from 'chai';
import * as door from '../lib/index.js';
import { runChild } from './support/child.js';

describe('the door', () => {
  it('exports the provider and its errors by name, and nothing else', () => {
    expect(Object.keys(door)).to.deep.equal([
      'ConfigurationError',
      'ProviderClosedError',
      'TokenAttemptError',
      'TokenEndpointError',
      'TokenProvider',
      'TokenProviderError',
      'TokenRequestError',
      'TokenResponseError',
      'TokenUnavailableError',
    ]);
  });

  it('loads no axios before the first token request needs it', async () => {
    const { stdout, code } = await runChild(`
      import { createRequire } from 'node:module';
      import { TokenProvider } from '${new URL('../lib/index.ts', import.meta.url)}';
      const isLoaded = () => process.moduleLoadList.includes('NativeModule http2');
      const provider = new TokenProvider({ tokenEndpoint: 'http://127.0.0.1:9/', clientId: 'a', clientSecret: 'b' });
      const before = isLoaded();
      await provider.getToken({ maxWaitMs: 500 }).catch(() => undefined);
      console.log(before, isLoaded());
    `);
    // axios alone needs http2 here.
    expect([stdout.trim(), code]).to.deep.equal(['false true', 0]);
  });
});
