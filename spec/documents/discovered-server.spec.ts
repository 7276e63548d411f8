import { expect } from 'chai';
import { DiscoveredServer } from '../../lib/documents/discovered-server.js';

const never = new AbortController().signal;

describe('DiscoveredServer', () => {
  function discovered() {
    const held = { content: { tokenEndpoint: 'https://as.example/token' } };
    const document = {
      isHeld: false,
      opened: 0,
      doubted: 0,
      doubt: () => {
        document.doubted += 1;
      },
      patience: undefined as unknown,
      usable: () => (document.isHeld ? held : undefined),
      get: async (patience: unknown) => {
        document.patience = patience;
        document.isHeld = true;
        return held;
      },
    };
    const open = () => {
      document.opened += 1;
      return document as never;
    };
    return { document, server: new DiscoveredServer('https://as.example/t', open, 7_000) };
  }

  it('is known by its issuer, and asks for nothing until a token is wanted', () => {
    const { document, server } = discovered();
    expect(server).to.include({ id: 'issuer https://as.example/t', address: 'https://as.example/t' });
    expect(document.opened).to.equal(0);
  });

  it('has its metadata doubted where its token endpoint is not there, once there are any', async () => {
    const { document, server } = discovered();
    server.doubt();
    expect(document.doubted).to.equal(0);
    await server.metadata(never);
    server.doubt();
    expect(document.doubted).to.equal(1);
  });

  it('waits for its metadata once, and has them at once from then on', async () => {
    const { document, server } = discovered();
    const first = server.metadata(never);
    expect(first).to.be.instanceOf(Promise);
    expect(await first).to.deep.equal({ tokenEndpoint: 'https://as.example/token' });
    expect(document.patience).to.deep.equal({ signal: never, maxWaitMs: 7_000, keepsAlive: false });
    expect(server.metadata(never)).to.deep.equal({ tokenEndpoint: 'https://as.example/token' });
    expect(document.opened).to.equal(1);
  });
});
