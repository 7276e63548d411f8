import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { ConfigurationError } from '../../../lib/index.js';
import { ServerKeys } from '../../../lib/testing/server/server-keys.js';
import { TokenIssuer } from '../../../lib/testing/server/token-issuer.js';
import {
  readTokenServerOptions,
  type TokenServerOptions,
} from '../../../lib/testing/server/token-server-options.js';
import { VirtualTime } from '../../support/virtual-time.js';

const ISSUER = 'http://127.0.0.1:8080';

describe('TokenIssuer', () => {
  let time: VirtualTime;
  let keys: ServerKeys;
  before(async () => {
    keys = await ServerKeys.make('ES256');
  });
  beforeEach(() => {
    time = new VirtualTime(1_700_000_000_500);
  });
  afterEach(() => time.restore());

  const make = (options: TokenServerOptions = {}) =>
    new TokenIssuer(ISSUER, keys, readTokenServerOptions({ clientId: 'a', clientSecret: 'b', ...options }));
  const ask = (issuer: TokenIssuer, more = '') =>
    issuer.issue({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&client_id=a&client_secret=b${more}`,
    });
  const claimsOf = (answer: unknown) =>
    decodeJwt((answer as { body: { access_token: string } }).body.access_token);

  it('answers a good request', () => {
    const answer = ask(make(), '&scope=read');
    expect(answer).to.deep.include({ status: 200 });
    expect(answer.body).to.include({ token_type: 'Bearer', expires_in: 600, scope: 'read' });
    const { jti, ...claims } = claimsOf(answer);
    expect(claims).to.deep.equal({
      iss: ISSUER,
      sub: 'a',
      client_id: 'a',
      aud: 'a',
      iat: 1_700_000_000,
      exp: 1_700_000_601,
      scope: 'read',
    });
    expect(jti).to.not.equal(claimsOf(ask(make())).jti);
  });

  it('says nothing of a scope that was not asked for', () => {
    const answer = ask(make());
    expect(JSON.parse(JSON.stringify(answer.body))).to.have.all.keys(
      'access_token',
      'token_type',
      'expires_in',
    );
    expect(claimsOf(answer)).to.not.have.property('scope');
  });

  it('gives the tokens that it is told, in place of its own', () => {
    const tokenOf = (answer: unknown) => (answer as { body: { access_token: string } }).body.access_token;
    const issuer = make({ token: ['t1', 't2'] });
    expect([1, 2, 3].map(() => tokenOf(ask(issuer)))).to.deep.equal(['t1', 't2', 't2']);
    const each = make({ token: ({ clientId, scope, resource }) => `${clientId}-${scope}-${resource}` });
    const answer = ask(each, '&scope=read&resource=x&resource=y');
    expect(answer.body).to.deep.equal({
      access_token: 'a-read-x,y',
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'read',
    });
  });

  for (const [options, more, aud] of [
    [{}, '&resource=x', 'x'],
    [{}, '&resource=x&resource=y', ['x', 'y']],
    [{ audience: 'z' }, '&resource=x', 'z'],
    [{ audience: ['y', 'z'] }, '', ['y', 'z']],
  ] as const)
    it(`issues for ${aud} with ${JSON.stringify(options)} and ${more || 'no resource'}`, () => {
      expect(claimsOf(ask(make(options), more)).aud).to.deep.equal(aud);
    });

  it('knows the clients that it is told', () => {
    const issuer = make();
    issuer.addClient({ clientId: 'c', clientSecret: 'd' });
    expect([issuer.secretOf('a'), issuer.secretOf('c'), issuer.secretOf('e')]).to.deep.equal([
      'b',
      'd',
      undefined,
    ]);
    expect(() => ask(issuer, '&client_id=c')).to.throw('more than once');
    issuer.addClient({ clientId: 'a', clientSecret: 'new' });
    expect(() => ask(issuer)).to.throw('The client secret is wrong.');
  });

  it('issues tokens of any lifetime', () => {
    const issuer = make({ lifetimeMs: 1_500 });
    expect(issuer.lifetimeMs).to.equal(1_500);
    const answer = ask(issuer);
    expect(answer.body).to.include({ expires_in: 1.5 });
    expect(claimsOf(answer)).to.include({ exp: 1_700_000_002 });
    issuer.lifetimeMs = 1;
    expect(ask(issuer).body).to.include({ expires_in: 0.001 });
    expect(() => {
      issuer.lifetimeMs = 0;
    }).to.throw(ConfigurationError, 'lifetimeMs: must be a number');
    expect(issuer.lifetimeMs).to.equal(1);
  });

  it('signs whatever claims a test needs', () => {
    const claims = decodeJwt(make().sign({ iss: 'other', exp: 5, jti: undefined, role: 'admin' }));
    expect(claims).to.deep.equal({
      iss: 'other',
      sub: 'a',
      client_id: 'a',
      aud: 'a',
      iat: 1_700_000_000,
      exp: 5,
      role: 'admin',
    });
    expect(decodeJwt(make({ audience: ['y', 'z'] }).sign({})).aud).to.deep.equal(['y', 'z']);
  });

  it('tells of itself', () => {
    expect(make().metadata).to.deep.equal({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: `${ISSUER}/keys`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
    for (const [authentication, method] of [
      ['basic', 'client_secret_basic'],
      ['basic-raw', 'client_secret_basic'],
      ['post', 'client_secret_post'],
    ] as const)
      expect(make({ authentication }).metadata).to.deep.include({
        token_endpoint_auth_methods_supported: [method],
      });
  });
});
