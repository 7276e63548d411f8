import https from 'node:https';
import tls from 'node:tls';
import axios, { type AxiosInstance } from 'axios';
import { expect } from 'chai';
import { type ServerOptions, TokenEndpointError, TokenProvider } from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';
import { rejection } from '../support/rejection.js';

// As OneLogin's documentation has it for the client credentials grant, but for the signature.
const DOCUMENTED_ANSWER = {
  access_token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
  expires_in: 600,
  token_type: 'Bearer',
};
const CLIENT = { clientId: '6e2cf0a0', clientSecret: '0f3ad1c9' };
const BASIC = 'Authorization: Basic NmUyY2YwYTA6MGYzYWQxYzk=';

const PLACES: [ServerOptions, string, string][] = [
  [{ region: 'us' }, 'openid-connect.onelogin.com', '/oidc/token'],
  [{ region: 'openid-connect' }, 'openid-connect.onelogin.com', '/oidc/token'],
  [{ region: 'eu' }, 'openid-connect-eu.onelogin.com', '/oidc/token'],
  [{ region: 'openid-connect-eu' }, 'openid-connect-eu.onelogin.com', '/oidc/token'],
  [{ subdomain: 'acme' }, 'acme.onelogin.com', '/oidc/2/token'],
];

/** The whole request, byte by byte: OneLogin's documented headers and body, and what HTTP itself needs. */
function expectedBytes(host: string, path: string, authorization: string[], body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    ...authorization,
    'User-Agent: m2m-token-provider',
    `Content-Length: ${body.length}`,
    'Accept-Encoding: gzip, compress, deflate, br',
    `Host: ${host}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

describe("OneLogin's documented requests and answers", () => {
  let server: RawServer;
  let http: AxiosInstance;
  let reply = jsonAnswer(200, DOCUMENTED_ANSWER);

  before(async () => {
    const authority = await CertificateAuthority.create();
    const names = ['openid-connect.onelogin.com', 'openid-connect-eu.onelogin.com', 'acme.onelogin.com'];
    const listener = tls.createServer(await authority.issue(names));
    server = await RawServer.start((socket) => socket.end(reply), listener);
    http = axios.create({ httpsAgent: new LoopbackAgent({ ca: authority.pem }, server.port) });
  });
  beforeEach(() => {
    server.requests.length = 0;
    reply = jsonAnswer(200, DOCUMENTED_ANSWER);
  });
  after(() => server.stop());

  for (const [where, host, path] of PLACES) {
    it(`asks ${host}${path} for ${JSON.stringify(where)} with Basic`, async () => {
      await using provider = new TokenProvider({ ...where, ...CLIENT, http });
      expect(await provider.getToken()).to.equal(DOCUMENTED_ANSWER.access_token);
      expect(server.requests).to.deep.equal([
        expectedBytes(host, path, [BASIC], 'grant_type=client_credentials'),
      ]);
    });

    it(`asks ${host}${path} for ${JSON.stringify(where)} with POST`, async () => {
      await using provider = new TokenProvider({ ...where, ...CLIENT, http, authentication: 'post' });
      await provider.getToken();
      const body = 'grant_type=client_credentials&client_id=6e2cf0a0&client_secret=0f3ad1c9';
      expect(server.requests).to.deep.equal([expectedBytes(host, path, [], body)]);
    });
  }

  const refusals: [number, string, string, RegExp][] = [
    [
      400,
      'invalid_request',
      'invalid authorization header value format',
      /Check authentication and parameters/,
    ],
    [
      400,
      'unsupported_grant_type',
      'unsupported grant_type requested',
      /does not offer the client credentials grant/,
    ],
    [401, 'invalid_client', 'client authentication failed', /rotated clientSecret.*POST.*subdomain/],
  ];
  for (const [status, error, errorDescription, mend] of refusals) {
    it(`turns ${status} ${error} into a TokenEndpointError that says what to do`, async () => {
      reply = jsonAnswer(status, { error, error_description: errorDescription });
      await using provider = new TokenProvider({ region: 'us', ...CLIENT, http });
      const failure = await rejection(provider.getToken());
      expect(failure).to.be.instanceOf(TokenEndpointError);
      expect(failure).to.include({
        httpStatus: status,
        error,
        errorDescription,
        permanent: true,
        code: 'ERR_TOKEN_ENDPOINT',
      });
      expect(failure.message).to.contain(
        `https://openid-connect.onelogin.com/oidc/token answered ${status} ${error}`,
      );
      expect(failure.message).to.match(mend);
      expect(server.requests).to.have.length(1);
    });
  }

  it('tells who still uses the retired regions to give a subdomain', async () => {
    reply = 'HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n';
    await using provider = new TokenProvider({ region: 'eu', ...CLIENT, http });
    const failure = await rejection(provider.getToken());
    expect(failure).to.include({ httpStatus: 410, permanent: true });
    expect(failure.message).to.contain("subdomain: 'acme'");
  });
});

/** Takes every connection to this machine, while name and certificate stay those of the address. */
class LoopbackAgent extends https.Agent {
  constructor(
    options: https.AgentOptions,
    private readonly port: number,
  ) {
    super(options);
  }

  override createConnection(options: tls.ConnectionOptions): tls.TLSSocket {
    const servername = options.servername ?? options.host;
    return tls.connect({ ...options, host: '127.0.0.1', port: this.port, ...(servername && { servername }) });
  }
}
