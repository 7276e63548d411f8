import { expect } from 'chai';
import { type EventName, TokenProvider } from '../../lib/index.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { rejection } from '../support/rejection.js';

describe('health() in an outage of a real server', () => {
  let server: TokenServer;
  let provider: TokenProvider;
  const next = (name: EventName) => new Promise<void>((resolve) => provider.once(name, () => resolve()));
  const statusAt = async (name: EventName) => {
    await next(name);
    const { status, entries } = provider.health();
    return [status, entries[0]?.status];
  };

  before(async () => {
    server = await startTokenServer({ lifetimeMs: 2_000 });
    const { tokenEndpoint, clientId, clientSecret } = server;
    provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret, refresh: { keepWarm: true } });
  });
  after(async () => {
    await provider.close();
    await server.close();
  });

  it('goes from pass to warn, fail, and pass again', async () => {
    expect(provider.health().status).to.equal('pass');
    await provider.getToken();
    expect(provider.health().status).to.equal('pass');
    server.fail();
    expect(await statusAt('retry')).to.deep.equal(['warn', 'warn']);
    expect(await statusAt('expire')).to.deep.equal(['fail', 'fail']);
    await rejection(provider.getToken({ maxWaitMs: 0 }));
    server.recover();
    expect(await statusAt('refresh')).to.deep.equal(['pass', 'pass']);
  });
});
