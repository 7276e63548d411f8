import { expect } from 'chai';
import { ownClient } from '../../lib/http/own-client.js';
import { runChild } from '../support/child.js';

describe('ownClient', () => {
  it('makes requests by the http adapter of axios', async () => {
    const client = await ownClient(new AbortController().signal);
    expect(client).to.have.nested.property('defaults.adapter', 'http');
  });

  it('fails for good, and says what to do, where the file that sends requests cannot be loaded', async () => {
    const { stdout, stderr } = await runChild(`
      import module from 'node:module';
      const hooks = \`export async function resolve(specifier, context, next) {
        if (specifier === 'axios/unsafe/core/Axios.js') throw new Error('Cannot find module Axios.js');
        return next(specifier, context);
      }\`;
      module.register('data:text/javascript,' + encodeURIComponent(hooks));
      const { TokenProvider } = await import('./lib/index.ts');
      const provider = new TokenProvider({ subdomain: 'acme', clientId: 'id', clientSecret: 'secret' });
      const { name, reason, permanent, message } = await provider.getToken().catch((error) => error);
      console.log(JSON.stringify({ name, reason, permanent, message }));
      await provider.close();
    `);
    expect(stderr).to.equal('');
    const error = JSON.parse(stdout);
    expect(error).to.include({ name: 'TokenRequestError', reason: 'ERR_AXIOS', permanent: true });
    expect(error.message)
      .to.contain('cannot be loaded: Cannot find module Axios.js. Install m2m-token-provider again')
      .and.contain('deploy all files that the bundler writes')
      .and.contain('http option');
  });
});
