import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { waitForToken } from '../../../lib/cli/messages/waiting-notice.js';
import { TokenProvider } from '../../../lib/index.js';
import { KeptOutput } from '../../support/command.js';
import { rejection } from '../../support/rejection.js';
import { TokenServer } from '../../support/token-server.js';

/** An output that also tells what is written. */
class HeardOutput extends KeptOutput {
  onLine: () => void = () => undefined;

  override write(text: string): void {
    super.write(text);
    this.onLine();
  }
}

describe('waitForToken', () => {
  let server: TokenServer;
  let provider: TokenProvider;
  beforeEach(async () => {
    server = await TokenServer.start();
    provider = new TokenProvider({
      tokenEndpoint: server.tokenEndpoint,
      clientId: 'demo',
      clientSecret: 's3cret-v1',
      refresh: { background: false },
      // So that little more than `Retry-After` tells when the next attempt comes.
      retry: { minDelayMs: 100 },
    });
  });
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });
  const busy = (status: number) => ({ status, headers: { 'Retry-After': '2' }, body: '' });

  it('says nothing where a token comes at once', async () => {
    const stderr = new HeardOutput(true);
    await waitForToken(provider, { stderr, command: 'token', isJson: false });
    expect([stderr.text, provider.peek()?.value]).to.deep.equal(['', server.lastToken]);
  });

  it('tells on a terminal why none comes, and each new cause once', async () => {
    const stderr = new HeardOutput(true);
    let status = 503;
    let sinceOther = 0;
    server.answer = () => {
      if (status === 500) sinceOther += 1;
      return sinceOther > 2 ? { body: server.grant() } : busy(status);
    };
    stderr.onLine = () => {
      status = 500;
    };
    await waitForToken(provider, { stderr, command: 'token', isJson: false });
    const told = stderr.text.replaceAll(/\n(?!m2m|$)/g, ' ').split('\n');
    // The first failure may take longer than it takes to ask what is the matter.
    const lines = told.filter((line) => !line.includes('has not answered'));
    expect(lines).to.have.length(3);
    expect(lines[0]).to.match(/^m2m-token: no token yet: .* answered 503.*; trying again$/);
    expect(lines[1]).to.match(/^m2m-token: no token yet: .* answered 500.*; trying again$/);
  });

  for (const [what, isTTY, isJson] of [
    ['a script', false, false],
    ['whoever reads JSON', true, true],
  ] as const) {
    it(`tells ${what} nothing`, async () => {
      const stderr = new HeardOutput(isTTY);
      // Two pauses of two seconds each: a terminal would be told meanwhile.
      server.answer = () => (server.requests.length > 2 ? { body: server.grant() } : busy(503));
      await waitForToken(provider, { stderr, command: 'token', isJson });
      expect([stderr.text, provider.peek()?.value]).to.deep.equal(['', server.lastToken]);
    });
  }

  it('tells of a server that has not answered yet', async () => {
    const stderr = new HeardOutput(true);
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const waiting = new TokenProvider({
      tokenEndpoint: `http://127.0.0.1:${port}/token`,
      clientId: 'demo',
      clientSecret: 's3cret-v1',
    });
    stderr.onLine = () => void waiting.close();
    await rejection(waitForToken(waiting, { stderr, command: 'token', isJson: false }));
    mute.close();
    expect(stderr.text).to.equal('m2m-token: no token yet: the server has not answered; waiting\n');
  });
});
