import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { MemoryTokenStore, TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { runChild } from '../support/child.js';
import { collectGarbage } from '../support/garbage.js';
import { rejection } from '../support/rejection.js';

/** What Express, OpenTelemetry and loggers do with each request. */
const storage = new AsyncLocalStorage<object>();

describe('the async context of a caller', () => {
  let server: TokenServer;
  const clientSecret = 's3cret';
  beforeEach(async () => {
    server = await startTokenServer({ clientId: 'acme', clientSecret, lifetimeMs: 1_000 });
    for (const clientId of ['other', '1', '2', '3']) server.addClient({ clientId, clientSecret });
  });
  afterEach(() => server.close());

  /** A provider all of whose user code writes down which context it sees. */
  const open = (options: Partial<TokenProviderOptions> = {}) => {
    const seen: [string, unknown][] = [];
    const note = (what: string): void => {
      seen.push([what, storage.getStore()]);
    };
    const memory = new MemoryTokenStore();
    const store = new Proxy(memory, {
      get: (_, name) => {
        const method = memory[name as keyof MemoryTokenStore];
        if (typeof method !== 'function') return method;
        return (...given: never[]) => {
          note(`store ${String(name)}`);
          return (method as (...args: never[]) => unknown).apply(memory, given);
        };
      },
    });
    const provider = new TokenProvider({
      tokenEndpoint: server.tokenEndpoint,
      clientId: 'acme',
      clientSecret: async () => {
        note('secret');
        return clientSecret;
      },
      resolveClient: async () => {
        note('resolveClient');
        return { clientSecret };
      },
      store,
      ...options,
    });
    for (const name of ['refresh', 'failure', 'retry', 'expire', 'reject', 'evict'] as const)
      provider.on(name, () => note(name));
    return { provider, seen };
  };
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('is seen by nothing that a renewal calls, now or later', async () => {
    const { provider, seen } = open({ maxTargets: 1 });
    await storage.run({ request: 1 }, async () => {
      await provider.getToken({ clientId: 'other' });
      const token = await provider.getToken();
      expect(storage.getStore()).to.deep.equal({ request: 1 });
      provider.invalidate(token);
      await provider.getToken();
    });
    const renewals = () => seen.filter(([what]) => what === 'refresh').length;
    const before = renewals();
    await until(() => renewals() > before + 1);
    server.fail({ status: 401, error: 'invalid_client' });
    await storage.run({ request: 2 }, () => rejection(provider.refresh()));
    await until(() => seen.some(([what]) => what === 'failure'));
    await provider.close();
    for (const what of ['secret', 'resolveClient', 'store read', 'refresh', 'reject', 'failure', 'evict'])
      expect(seen.map(([name]) => name)).to.include(what);
    expect(seen.filter(([, context]) => context !== undefined)).to.deep.equal([]);
  });

  it('is not kept alive', async () => {
    server.lifetimeMs = 600_000;
    const { provider } = open();
    let context: WeakRef<object> | undefined;
    await (async () => {
      const request = { large: new Array(1_000).fill('x') };
      context = new WeakRef(request);
      await storage.run(request, () => provider.getToken());
    })();
    await collectGarbage();
    expect(context?.deref()).to.equal(undefined);
    expect(await provider.getToken()).to.be.a('string');
    await provider.close();
  });

  it('stays that of each caller who waits', async () => {
    const { provider } = open();
    const after = await Promise.all(
      [1, 2, 3].map((request) =>
        storage.run({ request }, async () => {
          await provider.getToken();
          return storage.getStore();
        }),
      ),
    );
    await provider.close();
    expect(after).to.deep.equal([{ request: 1 }, { request: 2 }, { request: 3 }]);
  });

  it('is not replaced by what user code enters', async () => {
    const seen: unknown[] = [];
    const enter = (): void => {
      seen.push(storage.getStore());
      storage.enterWith({ entered: seen.length });
    };
    const { provider } = open({
      resolveClient: () => {
        enter();
        return { clientSecret };
      },
    });
    provider.on('refresh', enter);
    for (const clientId of ['1', '2', '3']) {
      await storage.run({ request: clientId }, () => provider.getToken({ clientId }));
    }
    await provider.close();
    expect(seen).to.have.length.at.least(6);
    expect(seen.filter((store) => store !== undefined)).to.deep.equal([]);
  });

  it('is not seen later where the package was loaded in it', async () => {
    const source = `
      import { AsyncLocalStorage } from 'node:async_hooks';
      const storage = new AsyncLocalStorage();
      let seen = 'nothing yet';
      await storage.run('request', async () => {
        const { TokenProvider } = await import('${new URL('../../lib/index.ts', import.meta.url).href}');
        const provider = new TokenProvider({
          tokenEndpoint: '${server.tokenEndpoint}', clientId: 'acme',
          clientSecret: () => { seen = storage.getStore(); return '${clientSecret}'; },
        });
        await provider.getToken();
      });
      console.log(seen, storage.getStore());
      process.exit();
    `;
    const child = await runChild(source);
    expect(child).to.include({ stderr: '', stdout: 'undefined undefined\n', code: 0 });
  });
});
