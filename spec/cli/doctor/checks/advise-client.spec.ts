import { expect } from 'chai';
import { adviseClient } from '../../../../lib/cli/doctor/checks/advise-client.js';
import { TokenServer } from '../../../support/token-server.js';

describe('adviseClient', () => {
  let server: TokenServer;
  before(async () => {
    server = await TokenServer.start();
  });
  after(() => server.stop());

  const isPost = (request: string) => request.includes('client_secret=');
  const advise = (authentication: 'basic' | 'basic-raw' | 'post' | undefined, isAsked: boolean) => {
    server.requests.length = 0;
    const options = {
      tokenEndpoint: server.tokenEndpoint,
      clientId: 'demo',
      clientSecret: 's3cret',
      authentication,
    };
    return adviseClient(options, isAsked, 2_000);
  };

  for (const [authentication, other] of [
    [undefined, 'post'],
    ['basic', 'post'],
    ['basic-raw', 'post'],
    ['post', 'basic'],
  ] as const) {
    it(`names --try-both alone, and sends nothing, with ${authentication}`, async () => {
      expect(await advise(authentication, false)).to.contain(`--try-both tries ${other} as well`);
      expect(server.requests).to.deep.equal([]);
    });

    it(`tries ${other} for ${authentication}, once`, async () => {
      server.answer = (request) =>
        isPost(request) === (other === 'post') ? { body: server.grant() } : { status: 401 };
      expect(await advise(authentication, true)).to.match(
        new RegExp(`^With ${other} this client gets a token: set ${other} by --`),
      );
      expect(server.requests).to.have.length(1);
      server.answer = () => ({ status: 401, body: { error: 'invalid_client' } });
      expect(await advise(authentication, true)).to.match(/it is refused, too/);
    });
  }

  it('has nothing to say of other proofs', async () => {
    const authentication = { id: 'own', authenticate: () => ({}), secrets: () => [] };
    expect(await adviseClient({ authentication }, true, 2_000)).to.equal('');
  });
});
