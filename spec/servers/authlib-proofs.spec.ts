import type { JsonWebKey } from 'node:crypto';
import { expect } from 'chai';
import { type ClientAuthenticator, clientSecretJwt, privateKeyJwt } from '../../lib/client-auth.js';
import { TokenProvider } from '../../lib/index.js';
import { rejection } from '../support/rejection.js';
import { authlib } from '../support/servers/drivers/authlib.js';
import { describeInstalled } from '../support/servers/installed.js';
import { RealServer } from '../support/servers/real-server.js';
import { TokenRequests } from '../support/servers/token-requests.js';
import { SigningKey } from '../support/signing-key.js';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const KEYS = ALGORITHMS.map((alg) => new SigningKey(`of-${alg}`, alg));
const SECRET = 'a-secret-of-more-than-thirty-two-characters';

/** Assertions as a server reads them that knows no word of OpenID Connect: RFC 7523 alone. */
describeInstalled('Authlib, to which clients prove themselves', authlib.probe, function () {
  this.timeout(60_000);
  let server: RealServer;
  before(async () => {
    const byKey = {
      id: 'by-key',
      secret: '',
      authentication: 'post' as const,
      keys: KEYS.map(({ jwk }) => jwk),
    };
    const bySecret = { id: 'by-secret', secret: SECRET, authentication: 'post' as const };
    server = await RealServer.start(authlib, { lifetimeSeconds: 60, clients: [byKey, bySecret] });
  });
  after(() => server?.close());

  const open = (clientId: string, authentication: ClientAuthenticator) =>
    new TokenProvider({ tokenEndpoint: server.tokenEndpoint, clientId, authentication });

  for (const [place, alg] of ALGORITHMS.entries()) {
    it(`takes each assertion by ${alg} once, and there is a new one for each request`, async () => {
      const key = KEYS[place]?.privateJwk as JsonWebKey;
      using requests = new TokenRequests(server.port);
      await using provider = open('by-key', privateKeyJwt({ key, alg }));
      await provider.getToken();
      await provider.refresh();
      expect([requests.count, requests.refused]).to.deep.equal([2, 0]);
    });
  }

  it('refuses another audience, and the error names the option', async () => {
    const key = KEYS[2]?.privateJwk as JsonWebKey;
    await using provider = open('by-key', privateKeyJwt({ key, audience: server.origin }));
    const error = await rejection(provider.getToken());
    expect(error).to.include({ error: 'invalid_client', permanent: true });
    expect(error.message).to.contain('option audience');
  });

  it('refuses the assertion by a replaced secret once, and gives a token for one by the new', async () => {
    let secret = SECRET;
    await using provider = open('by-secret', clientSecretJwt({ secret: async () => secret }));
    await provider.getToken();
    secret = `another-${SECRET}`;
    await server.changeSecret('by-secret', secret);
    using requests = new TokenRequests(server.port);
    await provider.refresh();
    expect([requests.count, requests.refused]).to.deep.equal([2, 1]);
  });
});
