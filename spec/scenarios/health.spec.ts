import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type EventName, TokenProvider } from '../../lib/index.js';
import { rejection } from '../support/rejection.js';

/** An authorization server whose tokens live for two seconds. */
class ShortLivedTokens {
  isDown = false;
  readonly #server: Server = createServer((request, response) => {
    request.resume();
    response.statusCode = this.isDown ? 503 : 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(this.isDown ? '{}' : '{"access_token":"t","token_type":"Bearer","expires_in":2}');
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('health() in an outage of a real server', () => {
  const server = new ShortLivedTokens();
  let provider: TokenProvider;
  const next = (name: EventName) => new Promise<void>((resolve) => provider.once(name, () => resolve()));
  const statusAt = async (name: EventName) => {
    await next(name);
    const { status, entries } = provider.health();
    return [status, entries[0]?.status];
  };

  before(async () => {
    const tokenEndpoint = await server.start();
    provider = new TokenProvider({
      tokenEndpoint,
      clientId: 'acme',
      clientSecret: 's3cret',
      refresh: { keepWarm: true },
    });
  });
  after(async () => {
    await provider.close();
    server.stop();
  });

  it('goes from pass to warn, fail, and pass again', async () => {
    expect(provider.health().status).to.equal('pass');
    await provider.getToken();
    expect(provider.health().status).to.equal('pass');
    server.isDown = true;
    expect(await statusAt('retry')).to.deep.equal(['warn', 'warn']);
    expect(await statusAt('expire')).to.deep.equal(['fail', 'fail']);
    await rejection(provider.getToken({ maxWaitMs: 0 }));
    server.isDown = false;
    expect(await statusAt('refresh')).to.deep.equal(['pass', 'pass']);
  });
});
