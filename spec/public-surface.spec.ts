import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { TokenProvider } from '../lib/index.js';

const door = readFileSync('lib/index.ts', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

/** A change here is a change for users: it belongs into the CHANGELOG, and perhaps into a new major version. */
describe('the public surface', () => {
  it('has these methods', () => {
    expect(Reflect.ownKeys(TokenProvider.prototype)).to.deep.equal([
      'constructor',
      'maxWaitMs',
      'prover',
      'getToken',
      'authorize',
      'forClient',
      'peek',
      'refresh',
      'invalidate',
      'status',
      'health',
      'on',
      'once',
      'off',
      'close',
      Symbol.asyncDispose,
    ]);
  });

  it('exports these types', () => {
    const types = [...door.matchAll(/export type \{([^}]*)\}/g)].flatMap(
      ([, names]) => names?.match(/\w+/g) ?? [],
    );
    expect(types.sort()).to.deep.equal([
      'AccessToken',
      'AccessTokenFacts',
      'ApiAnswer',
      'AttachOptions',
      'AttachableAxios',
      'AuthorizeOptions',
      'AxiosLike',
      'Claims',
      'ClientAuthentication',
      'ClientAuthenticator',
      'ClientHandle',
      'ClientProof',
      'ClientQuery',
      'ClientSecret',
      'ClientSettings',
      'ConfigOf',
      'DegradeEvent',
      'DpopOptions',
      'EntryHealth',
      'EntryStatus',
      'EventName',
      'EvictEvent',
      'ExpireEvent',
      'FailureEvent',
      'GetTokenOptions',
      'HealthStatus',
      'Listener',
      'ProviderHealth',
      'RecoverEvent',
      'RefreshEvent',
      'RefreshOptions',
      'RefreshReason',
      'RegionName',
      'RegionServerOptions',
      'RejectEvent',
      'RequestProver',
      'ResolveClient',
      'RetryEvent',
      'RetryOptions',
      'ServerOptions',
      'StoreTrouble',
      'StoredState',
      'StoredToken',
      'TargetOf',
      'TargetOptions',
      'TargetSummary',
      'TokenEndpointFailure',
      'TokenHandle',
      'TokenOrigin',
      'TokenProviderErrorCode',
      'TokenProviderEvents',
      'TokenProviderOptions',
      'TokenRequestDraft',
      'TokenRequestMessage',
      'TokenRequestOptions',
      'TokenSource',
      'TokenState',
      'TokenStore',
      'WaitMessage',
      'WaitOptions',
    ]);
  });

  it('shows nothing of an instance, not even to those who look for hidden fields', () => {
    const provider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    expect(Reflect.ownKeys(provider)).to.deep.equal([]);
  });

  it('has these entry points, for this range of Node.js', () => {
    expect(Object.keys(manifest.exports)).to.deep.equal([
      '.',
      './fetch',
      './undici',
      './redis',
      './verify',
      './client-auth',
      './testing',
      './opentelemetry',
      './package.json',
    ]);
    expect(manifest.engines).to.deep.equal({ node: '^20.19 || >=22.3' });
    expect(manifest.type).to.equal('module');
  });
});
