import { expect } from 'chai';
import { tellRenewals } from '../../../lib/cli/run/renewal-notice.js';
import { TokenProvider } from '../../../lib/index.js';
import { KeptOutput } from '../../support/command.js';
import { rejection } from '../../support/rejection.js';
import { TokenServer } from '../../support/token-server.js';

describe('tellRenewals', () => {
  let server: TokenServer;
  let provider: TokenProvider;
  beforeEach(async () => {
    server = await TokenServer.start();
    provider = new TokenProvider({
      tokenEndpoint: server.tokenEndpoint,
      clientId: 'demo',
      clientSecret: 's3cret-v1',
      retry: { retries: 0 },
    });
  });
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  it('tells when they begin to fail, and when they succeed again', async () => {
    const stderr = new KeptOutput();
    await provider.getToken();
    tellRenewals(provider, stderr);
    await provider.refresh();
    expect(stderr.text).to.equal('');
    server.answer = () => ({ status: 503 });
    await rejection(provider.refresh());
    await rejection(provider.refresh());
    server.answer = () => ({ body: server.grant() });
    await provider.refresh();
    await provider.refresh();
    const [first, second, ...others] = stderr.text.split('\n');
    expect(first).to.match(
      /^m2m-token: the token cannot be renewed: http:.* answered 503 with an empty body; it ends in 9 min \d+ s$/,
    );
    expect([second, others]).to.deep.equal(['m2m-token: the token is renewed again', ['']]);
  });

  it('tells that the token has ended', async () => {
    const stderr = new KeptOutput();
    server.answer = () => ({ body: { ...server.grant(), expires_in: 1 } });
    await provider.getToken();
    const ended = new Promise((resolve) => provider.on('expire', resolve));
    server.answer = () => ({ status: 503 });
    await ended;
    tellRenewals(provider, stderr);
    await rejection(provider.getToken());
    expect(stderr.text).to.match(/; it has ended\n$/);
  });
});
