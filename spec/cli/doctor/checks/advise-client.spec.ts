import { expect } from 'chai';
import { adviseClient } from '../../../../lib/cli/doctor/checks/advise-client.js';
import { startTokenServer, type TokenServer } from '../../../../lib/testing.js';

describe('adviseClient', () => {
  const advise = (
    { tokenEndpoint, clientId, clientSecret }: TokenServer,
    authentication: 'basic' | 'basic-raw' | 'post' | undefined,
    isAsked: boolean,
  ) => adviseClient({ tokenEndpoint, clientId, clientSecret, authentication }, isAsked, 2_000);

  for (const [authentication, other] of [
    [undefined, 'post'],
    ['basic', 'post'],
    ['basic-raw', 'post'],
    ['post', 'basic'],
  ] as const) {
    it(`names --try-both alone, and sends nothing, with ${authentication}`, async () => {
      await using server = await startTokenServer();
      expect(await advise(server, authentication, false)).to.contain(`--try-both tries ${other} as well`);
      expect(server.counts.token).to.equal(0);
    });

    it(`tries ${other} for ${authentication}, once`, async () => {
      await using server = await startTokenServer({ authentication: other });
      expect(await advise(server, authentication, true)).to.match(
        new RegExp(`^With ${other} this client gets a token: set ${other} by --`),
      );
      expect(server.counts.token).to.equal(1);
      server.fail({ status: 401, error: 'invalid_client' });
      expect(await advise(server, authentication, true)).to.match(/it is refused, too/);
    });
  }

  it('has nothing to say of other proofs', async () => {
    const authentication = { id: 'own', authenticate: () => ({}), secrets: () => [] };
    expect(await adviseClient({ authentication }, true, 2_000)).to.equal('');
  });
});
