import { expect } from 'chai';
import * as door from '../lib/client-auth.js';
import { TokenProvider } from '../lib/index.js';
import { jwtNamed, makePem } from './support/assertions.js';
import { loadedBuiltins } from './support/loaded-builtins.js';
import { ScriptedServer } from './support/scripted-server.js';

describe('the door /client-auth', () => {
  it('exports one function for each method, besides types', () => {
    expect(Object.keys(door).sort()).to.deep.equal([
      'clientAssertion',
      'clientSecretJwt',
      'privateKeyJwt',
      'tlsClient',
    ]);
  });

  for (const [name, authentication] of [
    ['privateKeyJwt', door.privateKeyJwt({ key: makePem() })],
    ['clientSecretJwt', door.clientSecretJwt({ secret: 's3cret' })],
    ['clientAssertion', door.clientAssertion(() => jwtNamed('a'))],
  ] as [string, door.ClientAuthenticator][]) {
    it(`makes a value for authentication: ${name}`, async () => {
      const server = new ScriptedServer();
      server.respond = (request) => request.grant('t1');
      const { http } = server;
      const tokenEndpoint = 'https://as.example/token';
      const provider = new TokenProvider({ tokenEndpoint, clientId: 'acme', authentication, http });
      expect(await provider.getToken()).to.equal('t1');
      const form = new URLSearchParams(String(server.last.config.data));
      expect([...form.keys()]).to.deep.equal([
        'grant_type',
        'client_id',
        'client_assertion_type',
        'client_assertion',
      ]);
      expect(server.last.config.headers.get('Authorization')).to.not.be.a('string');
      await provider.close();
    });
  }

  it('is loaded quickly: what takes long waits for the first call that needs it, and no package is imported', async () => {
    const use = `({ privateKeyJwt }) => {
      try {
        privateKeyJwt({ key: { file: import.meta.filename } });
      } catch {
        // No private key, but a file all the same.
      }
    }`;
    const { atOnce, later } = await loadedBuiltins('lib/client-auth.ts', use);
    for (const slow of ['crypto', 'stream', 'fs/promises', 'http', 'https', 'tls'])
      expect(atOnce, slow).to.not.include(slow);
    expect(later).to.include('crypto');
  });
});
