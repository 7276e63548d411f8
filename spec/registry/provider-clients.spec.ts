import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { SECRET_METHODS } from '../../lib/oauth/client-authentication/secret-methods.js';
import { SigningKey } from '../../lib/oauth/jwt/signing-key.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import { readProviderClients } from '../../lib/registry/provider-clients.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { thrown } from '../support/rejection.js';
import { settings } from '../support/settings.js';

const ACME = { clientId: 'acme', clientSecret: 's3cret' };
const HERE = { tokenEndpoint: 'https://as.example/token' };
const resolveClient = () => undefined;
const OWN = { id: 'own', authenticate: () => ({}), secrets: () => [] };

describe('readProviderClients', () => {
  const good: [TokenProviderOptions, boolean, boolean][] = [
    [{ ...ACME, ...HERE }, true, true],
    [{ ...ACME, ...HERE, resolveClient }, true, true],
    [{ ...HERE, clientId: 'acme', authentication: OWN }, true, true],
    [{ ...HERE, resolveClient, authentication: OWN }, false, true],
    [{ ...HERE, resolveClient }, false, true],
    [{ ...ACME, resolveClient }, true, false],
    [{ resolveClient }, false, false],
    [{ ...ACME, regions: { eu: { subdomain: 'acme' } } }, true, false],
  ];
  for (const [options, hasClient, hasServer] of good) {
    const isWhole = hasClient && hasServer;
    it(`${isWhole ? 'has' : 'has no'} client for plain calls given ${Object.keys(options)}`, () => {
      const { client, server } = readProviderClients(options, settings());
      expect([client?.clientId, server?.id]).to.deep.equal([
        hasClient ? 'acme' : undefined,
        hasServer ? HERE.tokenEndpoint : undefined,
      ]);
    });
  }

  const odd: [object, string][] = [
    [{}, 'subdomain'],
    [ACME, 'subdomain'],
    [HERE, 'clientId'],
    [{ ...HERE, clientId: 'acme' }, 'clientSecret'],
    [{ resolveClient, clientId: 'acme' }, 'clientSecret'],
    [{ resolveClient, clientSecret: 's3cret' }, 'clientId'],
    [{ resolveClient: 'acme' }, 'resolveClient'],
    [{ resolveClient: null }, 'resolveClient'],
    [{ ...ACME, regions: [] }, 'regions'],
    [{ ...ACME, regions: { eu: {} } }, 'regions.eu.subdomain'],
    [{ resolveClient, scope: '"' }, 'scope'],
    [{ ...ACME, ...HERE, authentication: 'private_key_jwt' }, 'authentication'],
    [{ ...ACME, ...HERE, authentication: OWN }, 'clientSecret'],
    [{ ...ACME, ...HERE, dpop: true, tokenType: 'own' }, 'tokenType'],
    [{ ...ACME, ...HERE, revokeOnClose: true }, 'revokeOnClose'],
    [{ ...ACME, region: 'eu', revokeOnClose: true }, 'revokeOnClose'],
    [{ ...ACME, regions: { eu: HERE }, revokeOnClose: true }, 'revokeOnClose'],
    [{ ...ACME, subdomain: 'acme', store: new MemoryTokenStore(), revokeOnClose: true }, 'revokeOnClose'],
    [{ ...HERE, authentication: OWN }, 'clientId'],
    [{ ...ACME, ...HERE, dpop: 'yes' }, 'dpop'],
    [{ ...ACME, ...HERE, dpop: { alg: 'RS256' } }, 'dpop.alg'],
    [{ ...ACME, ...HERE, dpop: true, store: new MemoryTokenStore() }, 'dpop.key'],
  ];
  for (const [options, option] of odd) {
    it(`refuses ${JSON.stringify(options)}, and names ${option}`, () => {
      const error = thrown<ConfigurationError>(() =>
        readProviderClients(options as TokenProviderOptions, settings(options)),
      );
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
    });
  }

  it('takes revokeOnClose where each server has a place for it', () => {
    for (const where of [
      { subdomain: 'acme' },
      { issuer: 'https://as.example' },
      { regions: { eu: { subdomain: 'acme-eu' }, us: { issuer: 'https://as.example' } } },
    ]) {
      const options = { ...ACME, ...where, revokeOnClose: true };
      expect(readProviderClients(options, settings(options)).client?.clientId).to.equal('acme');
    }
  });

  it('has one key for all tokens where these are to be bound, and none by default', () => {
    expect(readProviderClients({ ...ACME, ...HERE }, settings()).proofKey).to.equal(undefined);
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const store = new MemoryTokenStore();
    const options = { ...ACME, ...HERE, dpop: { key }, store };
    const { thumbprint } = SigningKey.read(key, { option: 'key' });
    expect(readProviderClients(options, settings(options)).proofKey?.thumbprint).to.equal(thumbprint);
  });

  it('fills in the defaults, and freezes', () => {
    const clients = readProviderClients({ ...ACME, ...HERE }, settings());
    expect(clients).to.be.frozen;
    expect(clients.rules.regions.size).to.equal(0);
    expect(clients.authentication).to.equal(SECRET_METHODS.basic);
    expect(clients.request).to.deep.equal({ scope: [], resource: [], parameters: [], tokenTypes: [] });
    expect(clients.resolveClient).to.equal(undefined);
  });

  it('takes over what is given', () => {
    const clients = readProviderClients(
      {
        ...ACME,
        region: 'eu',
        regions: { eu: { subdomain: 'acme-eu' } },
        authentication: 'post',
        scope: 'b a',
        resolveClient,
      },
      settings(),
    );
    expect(clients.server?.id).to.equal('https://acme-eu.onelogin.com/oidc/2/token');
    expect([...clients.rules.regions.keys()]).to.deep.equal(['eu']);
    expect([clients.authentication, clients.client?.authenticator.id]).to.deep.equal([
      SECRET_METHODS.post,
      'post',
    ]);
    expect(clients.request.scope).to.deep.equal(['a', 'b']);
    expect(clients.resolveClient).to.equal(resolveClient);
  });

  it('keeps the secret where no inspection reaches it', () => {
    const clients = readProviderClients({ ...ACME, ...HERE }, settings());
    expect(inspect(clients, { depth: null, showHidden: true })).to.not.contain('s3cret');
    expect(JSON.stringify(clients)).to.not.contain('s3cret');
  });
});
