import { expect } from 'chai';
import { Discovery } from '../../lib/documents/discovery.js';
import { ProviderClosedError, TokenResponseError } from '../../lib/ground/errors.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

describe('Discovery', () => {
  let time: VirtualTime;
  let http: ScriptedServer;
  let published: Record<string, unknown>;
  beforeEach(() => {
    time = new VirtualTime();
    http = new ScriptedServer();
    published = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' };
    http.respond = (request) => request.answer(200, published);
  });
  afterEach(() => time.restore());
  const open = (allowHttp = false) => new Discovery(settings({ http: http.http }), allowHttp);

  it('knows a server by its issuer, and takes up changes in the background', async () => {
    const server = open().server('https://as.example');
    expect(await server.metadata(never)).to.deep.include({
      issuer: 'https://as.example',
      tokenEndpoint: 'https://as.example/token',
      revocationEndpoint: undefined,
    });
    published = { ...published, token_endpoint: 'https://as.example/v2/token' };
    for (let hour = 0; hour < 24; hour += 1) {
      await time.pass(HOUR_MS);
      expect(server.metadata(never)).to.not.be.instanceOf(Promise);
    }
    expect(server.metadata(never)).to.deep.include({
      issuer: 'https://as.example',
      tokenEndpoint: 'https://as.example/v2/token',
      revocationEndpoint: undefined,
    });
    expect(http.requests).to.have.length(2);
  });

  for (const [what, bad] of [
    ['another issuer', { issuer: 'https://evil.example', token_endpoint: 'https://as.example/x' }],
    [
      'a token endpoint elsewhere',
      { issuer: 'https://as.example', token_endpoint: 'https://evil.example/token' },
    ],
    [
      'a token endpoint without TLS',
      { issuer: 'https://as.example', token_endpoint: 'http://as.example/token' },
    ],
    ['no token endpoint', { issuer: 'https://as.example' }],
  ] as const) {
    it(`goes on with what was good when ${what} comes later, and refuses it at first`, async () => {
      const server = open().server('https://as.example');
      const good = await server.metadata(never);
      published = bad;
      for (let hour = 0; hour < 25; hour += 1) {
        await time.pass(HOUR_MS);
        expect(server.metadata(never)).to.equal(good);
      }
      expect(http.requests.length).to.be.above(2);
      const error = await rejection(Promise.resolve(open().server('https://as.example').metadata(never)));
      expect(error).to.be.instanceOf(TokenResponseError);
    });
  }

  for (const [what, address, found] of [
    ['on its host', 'https://as.example/revoke', 'https://as.example/revoke'],
    ['on another host', 'https://evil.example/revoke', undefined],
    ['without TLS', 'http://as.example/revoke', undefined],
    ['that is no address', 5, undefined],
  ] as const) {
    it(`${found ? 'takes' : 'leaves out'} a revocation endpoint ${what}`, async () => {
      published = { ...published, revocation_endpoint: address };
      expect(await open().server('https://as.example').metadata(never)).to.include({
        tokenEndpoint: 'https://as.example/token',
        revocationEndpoint: found,
      });
    });
  }

  it('takes plain http where that is allowed', async () => {
    published = { issuer: 'http://as.example', token_endpoint: 'http://as.example/token' };
    const metadata = await open(true).server('http://as.example').metadata(never);
    expect(metadata).to.deep.include({
      issuer: 'http://as.example',
      tokenEndpoint: 'http://as.example/token',
      revocationEndpoint: undefined,
    });
  });

  it('leaves no timer and nobody waiting when it is closed', async () => {
    const discovery = open();
    await discovery.server('https://as.example').metadata(never);
    http.respond = undefined;
    const waiting = rejection(Promise.resolve(discovery.server('https://other.example').metadata(never)));
    await time.settle();
    await discovery.close();
    expect(await waiting).to.be.instanceOf(ProviderClosedError);
    expect(time.armed).to.equal(0);
  });

  it('watches a thousand servers at most', async () => {
    http.respond = (request) => {
      const { origin } = new URL(String(request.config.url));
      request.answer(200, { issuer: origin, token_endpoint: `${origin}/token` });
    };
    const discovery = open();
    const servers = Array.from({ length: 1_010 }, (_, index) =>
      discovery.server(`https://as${index}.example`),
    );
    for (const server of servers) await server.metadata(never);
    expect(time.armed).to.be.within(1_000, 1_001);
    expect(servers[0]?.metadata(never)).to.deep.include({
      issuer: 'https://as0.example',
      tokenEndpoint: 'https://as0.example/token',
      revocationEndpoint: undefined,
    });
    await discovery.close();
  });

  it('knows the alias of the token endpoint for certificates; one that is malformed harms nobody else', async () => {
    published.mtls_endpoint_aliases = { token_endpoint: 'https://mtls.example/token' };
    const { mtlsTokenEndpoint } = await open().server('https://as.example').metadata(never);
    expect(mtlsTokenEndpoint?.()).to.equal('https://mtls.example/token');
    published.mtls_endpoint_aliases = 'https://mtls.example/token';
    const malformed = await open().server('https://as.example').metadata(never);
    expect(malformed.tokenEndpoint).to.equal('https://as.example/token');
    expect(malformed.mtlsTokenEndpoint).to.throw(
      TokenResponseError,
      'mtls_endpoint_aliases that are no object',
    );
  });
});
