import { expect } from 'chai';
import { tryToken, UNNAMED_LIFETIME_MS } from '../../../lib/cli/doctor/token-trial.js';
import { TokenServer } from '../../support/token-server.js';

describe('tryToken', () => {
  let server: TokenServer;
  before(async () => {
    server = await TokenServer.start();
  });
  after(() => server.stop());
  const attempt = () => {
    server.requests.length = 0;
    return tryToken({ tokenEndpoint: server.tokenEndpoint, clientId: 'demo', clientSecret: 's3cret' }, 2_000);
  };

  it('gives the token', async () => {
    const { token, failure } = await attempt();
    expect([token?.value, failure]).to.deep.equal([server.lastToken, undefined]);
  });

  it('gives a token whose server names no lifetime a lifetime that shows it', async () => {
    server.answer = () => ({ body: { access_token: 'abc' } });
    const { token } = await attempt();
    expect((token?.expiresAt ?? 0) - (token?.issuedAt ?? 0)).to.equal(UNNAMED_LIFETIME_MS);
  });

  for (const [status, body, permanent] of [
    [401, { error: 'invalid_client' }, true],
    [404, {}, true],
    [503, {}, false],
    [200, '<html>', true],
    [200, {}, false],
  ] as const) {
    it(`asks once alone, and gives the failure of a ${status} with ${JSON.stringify(body)}`, async () => {
      server.answer = () => ({ status, body });
      const { token, failure } = await attempt();
      expect(token).to.equal(undefined);
      expect(failure?.permanent).to.equal(permanent);
      expect(server.requests).to.have.length(1);
    });
  }
});
