import { expect } from 'chai';
import { DocumentSource } from '../../lib/documents/document-source.js';
import {
  fetchMetadata,
  metadataAddresses,
  readEndpoint,
  readMtlsAlias,
  readOwnEndpoint,
} from '../../lib/documents/issuer-metadata.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import { Transport } from '../../lib/http/transport.js';
import { rejection, thrown } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';

const ISSUER = { name: 'https://as.example/t', allowHttp: false };
const never = new AbortController().signal;

describe('metadataAddresses', () => {
  for (const [issuer, openId, oauth] of [
    [
      'https://a.example',
      'https://a.example/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server',
    ],
    [
      'https://a.example/',
      'https://a.example/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server',
    ],
    [
      'https://a.example/t/1',
      'https://a.example/t/1/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server/t/1',
    ],
    [
      'https://a.example/t/',
      'https://a.example/t/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server/t',
    ],
    [
      'http://localhost:8080/x',
      'http://localhost:8080/x/.well-known/openid-configuration',
      'http://localhost:8080/.well-known/oauth-authorization-server/x',
    ],
  ] as const)
    it(`are both those of ${issuer}`, () => expect(metadataAddresses(issuer)).to.deep.equal([openId, oauth]));
});

describe('fetchMetadata', () => {
  const good = { issuer: ISSUER.name, token_endpoint: 'https://as.example/token' };
  function open(...answers: [number, unknown][]) {
    const server = new ScriptedServer();
    server.respond = (request, count) => {
      const [status, body] = answers[count - 1] ?? [500, ''];
      request.answer(status, body);
    };
    const source = new DocumentSource(new Transport(server.http), 10_000);
    const read = (metadata: object) => metadata;
    return { server, fetch: () => fetchMetadata(source, ISSUER, read, never) };
  }
  const asked = (server: ScriptedServer) => server.requests.map(({ config }) => config.url);

  it('is asked for at the address of OpenID Connect first', async () => {
    const { server, fetch } = open([200, good]);
    expect(await fetch()).to.deep.include({ content: good, lifetimeMs: 86_400_000 });
    expect(asked(server)).to.deep.equal(metadataAddresses(ISSUER.name).slice(0, 1));
  });

  for (const [what, first] of [
    ['404', [404, '']],
    ['405', [405, '']],
    ['403 of a gateway', [403, '']],
    ['a redirect', [302, '']],
    ['410', [410, '']],
    ['a page', [200, '<html></html>']],
  ] as const) {
    it(`is asked for at that of RFC 8414 after ${what}`, async () => {
      const { server, fetch } = open([...first], [200, good]);
      expect((await fetch()).content).to.deep.equal(good);
      expect(asked(server)).to.deep.equal(metadataAddresses(ISSUER.name));
    });
  }

  it('fails with the first answer where there is none at either', async () => {
    const { fetch } = open([404, ''], [405, '']);
    expect(await rejection(fetch()))
      .to.be.instanceOf(TokenEndpointError)
      .and.include({ httpStatus: 404 });
  });

  it('fails with the answer that says more', async () => {
    const { fetch } = open([404, ''], [503, '']);
    expect(await rejection(fetch())).to.include({ httpStatus: 503, permanent: false });
  });

  it('looks no further where the server is ill, or has no name', async () => {
    const { server, fetch } = open([503, '']);
    expect(await rejection(fetch())).to.include({ httpStatus: 503 });
    expect(server.requests).to.have.length(1);
    server.respond = (request) => request.fail('ENOTFOUND');
    expect(await rejection(fetch()))
      .to.be.instanceOf(TokenRequestError)
      .and.include({ reason: 'ENOTFOUND' });
    expect(server.requests).to.have.length(2);
  });

  for (const [what, issuer] of [
    ['another one', 'https://as.example/other'],
    ['one with a slash more', `${ISSUER.name}/`],
    ['one in other letters', 'https://AS.example/t'],
    ['no text', 5],
    ['none', undefined],
  ] as const) {
    it(`is refused where it names ${what}`, async () => {
      const error = await rejection(open([200, { ...good, issuer }]).fetch());
      expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
      expect(error.message).to.match(/names the issuer .*letter for letter/);
    });
  }
});

describe('readEndpoint', () => {
  const read = (jwks_uri: unknown, allowHttp = false, name = ISSUER.name) =>
    readEndpoint({ jwks_uri }, 'jwks_uri', { name, allowHttp }).href;

  it('may be on any host, with TLS', () => {
    expect(read('https://keys.example/certs?v=1')).to.equal('https://keys.example/certs?v=1');
    expect(read('http://127.0.0.1:8080/certs', false, 'http://localhost:8080')).to.equal(
      'http://127.0.0.1:8080/certs',
    );
    expect(read('http://keys.example/certs', true)).to.equal('http://keys.example/certs');
  });

  for (const [odd, words] of [
    [undefined, /names no jwks_uri/],
    [5, /is no URL/],
    ['/certs', /is no URL/],
    ['http://keys.example/certs', /is not https/],
    // Of a server elsewhere, whoever holds that port would be asked.
    ['http://127.0.0.1:8080/certs', /is not https/],
    ['ftp://keys.example/certs', /is not https/],
    ['file:///etc/passwd', /is not https/],
    ['https://id:s3cret@keys.example/', /with credentials or a fragment/],
    ['https://keys.example/#x', /with credentials or a fragment/],
  ] as const)
    it(`is refused as ${odd}`, () => {
      const error = thrown(() => read(odd));
      expect(error).to.be.instanceOf(TokenResponseError);
      expect(error.message).to.match(words).and.not.contain('s3cret');
    });
});

describe('readOwnEndpoint', () => {
  const read = (token_endpoint: string) => readOwnEndpoint({ token_endpoint }, 'token_endpoint', ISSUER).href;

  it('is on the host of the issuer, or below it', () => {
    for (const address of [
      'https://as.example/token',
      'https://as.example:8443/token',
      'https://login.as.example/token',
    ])
      expect(read(address)).to.equal(address);
  });

  for (const address of [
    'https://evil.example/token',
    'https://as.example.evil.example/',
    'https://notas.example/',
    'https://example/',
  ])
    it(`is refused at ${address}: the secret would go there`, () => {
      const error = thrown(() => read(address));
      expect(error.message).to.match(/on another host, .*give its address as tokenEndpoint/);
    });
});

describe('readMtlsAlias', () => {
  const read = (aliases: unknown, issuer = ISSUER) =>
    readMtlsAlias({ mtls_endpoint_aliases: aliases }, 'token_endpoint', issuer);

  it('is none where there are no aliases, or not this one', () => {
    expect(read(undefined)).to.equal(undefined);
    expect(read({ revocation_endpoint: 'https://mtls.example/revoke' })).to.equal(undefined);
  });

  it('may be on any host, with TLS', () => {
    expect(read({ token_endpoint: 'https://mtls.example:8443/token' })?.()).to.equal(
      'https://mtls.example:8443/token',
    );
  });

  for (const aliases of [
    null,
    'https://mtls.example/token',
    [],
    { token_endpoint: null },
    { token_endpoint: 5 },
    { token_endpoint: 'token' },
    { token_endpoint: 'http://as.example/token' },
    { token_endpoint: 'https://user:password@mtls.example/token' },
    { token_endpoint: 'https://mtls.example/token#a' },
  ]) {
    it(`fails when it is used, and not before, where it is ${JSON.stringify(aliases)}`, () => {
      const alias = read(aliases, { ...ISSUER, allowHttp: true });
      const error = thrown<TokenResponseError>(() => alias?.());
      expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
      expect(error.message).to.match(/^The metadata of https:\/\/as\.example\/t has .*mtls_endpoint_aliases/);
    });
  }
});
