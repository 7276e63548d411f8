import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/index.js';
import {
  readLifetime,
  readTokenServerClient,
  readTokenServerOptions,
} from '../../../lib/testing/server/token-server-options.js';

describe('the options of startTokenServer', () => {
  it('all have defaults', () => {
    expect(readTokenServerOptions({})).to.deep.equal({
      clientId: 'test-client',
      clientSecret: 'test-secret',
      authentication: ['basic', 'post'],
      giveToken: undefined,
      lifetimeMs: 600_000,
      audience: undefined,
      alg: 'RS256',
      port: 0,
    });
  });

  it('are taken as they are', () => {
    const options = { clientId: 'a', clientSecret: 'b', lifetimeMs: 1, alg: 'EdDSA', port: 65_535 } as const;
    expect(readTokenServerOptions(options)).to.include(options);
    expect(readTokenServerOptions({ audience: 'a' }).audience).to.deep.equal(['a']);
    expect(readTokenServerOptions({ audience: ['a', 'b'] }).audience).to.deep.equal(['a', 'b']);
    for (const authentication of ['basic', 'basic-raw', 'post'])
      expect(readTokenServerOptions({ authentication }).authentication).to.deep.equal([authentication]);
    expect(
      readTokenServerOptions({ token: 'abc' }).giveToken?.({ clientId: 'a', scope: undefined, resource: [] }),
    ).to.equal('abc');
    expect(readLifetime(30 * 86_400_000)).to.equal(2_592_000_000);
  });

  for (const [options, words] of [
    [7, 'startTokenServer options: must be a plain object; got 7.'],
    [{ secret: 'a' }, 'secret: is not among the startTokenServer options.'],
    [{ clientId: '' }, 'clientId: must be a non-empty string; got an empty string.'],
    [{ clientSecret: '' }, 'clientSecret: is empty.'],
    [{ clientSecret: () => 'a' }, 'clientSecret: must be a string; got a function.'],
    [{ clientSecret: null }, 'clientSecret: must be a string; got null.'],
    [{ authentication: 'none' }, "authentication: must be one of 'basic', 'basic-raw', 'post'"],
    [{ token: 'a b' }, 'token: must be text that a header can carry, without blanks; got other text.'],
    [{ token: [] }, 'token: must be one token at least; got none.'],
    [{ lifetimeMs: 0 }, 'lifetimeMs: must be a number from 1 to 2592000000; got 0.'],
    [{ lifetimeMs: 2_592_000_001 }, 'lifetimeMs: must be a number'],
    [{ audience: 7 }, 'audience: must be a string or an array of strings; got 7.'],
    [
      { alg: 'HS256' },
      "alg: must be one of 'RS256', 'PS256', 'ES256', 'EdDSA'; got a string of 5 characters.",
    ],
    [{ port: -1 }, 'port: must be a number from 0 to 65535; got -1.'],
    [{ port: 65_536 }, 'port: must be a number from 0 to 65535'],
    [{ port: 1.5 }, 'port: must be a whole number; got 1.5.'],
  ] as const)
    it(`refuse ${JSON.stringify(options)}`, () => {
      expect(() => readTokenServerOptions(options)).to.throw(ConfigurationError, words);
    });

  for (const [client, words] of [
    [undefined, 'client fields: must be a plain object; got nothing.'],
    [{ clientId: 'a' }, 'clientSecret: is missing.'],
    [{ clientSecret: 'a' }, 'clientId: must be a non-empty string; got nothing.'],
    [{ clientId: 'a', clientSecret: 'b', name: 'c' }, 'name: is not among the client fields.'],
  ] as const)
    it(`refuse the client ${JSON.stringify(client)}`, () => {
      expect(() => readTokenServerClient(client)).to.throw(ConfigurationError, words);
    });

  it('take a client with both', () => {
    const client = { clientId: 'a', clientSecret: 'b' };
    expect(readTokenServerClient(client)).to.deep.equal(client);
  });
});
