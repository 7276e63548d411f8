import { expect } from 'chai';
import sinon from 'sinon';
import { ClientDirectory } from '../../lib/clients/client-directory.js';
import { Clients } from '../../lib/clients/clients.js';
import { ConfigurationError, ProviderClosedError, TokenUnavailableError } from '../../lib/errors.js';
import { Events } from '../../lib/events.js';
import { readTarget, type TargetQuery } from '../../lib/options/read-target.js';
import type {
  ClientSettings,
  TargetOptions,
  TokenProviderOptions,
} from '../../lib/options/token-provider-options.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const patience = { maxWaitMs: 5_000, signal: undefined };

describe('Clients', () => {
  let time: VirtualTime;
  let clients: Clients;
  let server: ScriptedServer;
  const set = (options: Partial<TokenProviderOptions> = {}) => {
    server = new ScriptedServer();
    server.respond = (request, count) => request.grant(`t${count}`);
    const all = {
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: server.http,
      ...options,
    };
    clients = new Clients(new ClientDirectory(all, 10_000), settings(all), new Events());
  };
  const query = (options?: TargetOptions) => readTarget(options);
  const count = () => [...clients.entries()].length;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(async () => {
    await clients.close();
    time.restore();
  });

  it('makes one entry for one target, when somebody asks for it', () => {
    set();
    expect(clients.peek(query())).to.equal(undefined);
    const entry = clients.find(query());
    expect(clients.find(query({ clientId: 'acme', scope: '' }))).to.equal(entry);
    expect(clients.peek(query({ clientId: 'acme' }))).to.equal(entry);
    expect(clients.find(query({ scope: 'read' }))).to.not.equal(entry);
    expect(count()).to.equal(2);
  });

  it('finds a target by very many spellings, and remembers but some of them', () => {
    const regions = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`r${index}`, { tokenEndpoint: 'https://as.example/token' }]),
    );
    set({ regions });
    const entry = clients.find(query());
    for (const region of Object.keys(regions)) {
      expect(clients.find(query({ region }))).to.equal(entry);
      expect(clients.peek(query({ region }))).to.equal(entry);
    }
    expect(count()).to.equal(1);
    const remembered = Object.keys(regions).filter((region) => clients.handleOf({ region }));
    expect(remembered).to.have.length.within(1, 32).and.include('r49');
  });

  it('has a handle at hand for the hot path once a client and region were found', () => {
    set();
    expect(clients.handleOf({ clientId: 'acme' })).to.equal(undefined);
    clients.find(query({ clientId: 'acme' }));
    expect(clients.handleOf({ clientId: 'acme' })).to.equal(clients.handle(query({ clientId: 'acme' })));
    expect(clients.handleOf({ clientId: 'acme', scope: 'read' })).to.equal(undefined);
  });

  it('has one at hand also for another way to what is held already', () => {
    set();
    const entry = clients.find(query());
    expect(clients.peek(query({ clientId: 'acme' }))).to.equal(entry);
    expect(clients.handleOf({ clientId: 'acme' })).to.equal(clients.handle(query({ clientId: 'acme' })));
  });

  it('forgets every way to an entry that is evicted', () => {
    set({ maxClients: 1 });
    const entry = clients.find(query());
    clients.find(query({ clientId: 'acme' }));
    clients.find(query({ scope: 'read' }));
    expect(entry?.isClosed).to.equal(true);
    for (const options of [{}, { clientId: 'acme' }]) {
      expect(clients.peek(query(options))).to.equal(undefined);
      expect(clients.handleOf(options)).to.equal(undefined);
    }
    expect(clients.find(query())).to.not.equal(entry);
  });

  it('throws where there is no such client', () => {
    set();
    expect(() => clients.find(query({ clientId: 'globex' }))).to.throw(ConfigurationError, 'clientId');
    expect(() => clients.find(query({ region: 'nowhere' }))).to.throw(ConfigurationError, 'region');
  });

  describe('that must be asked for', () => {
    let tell: (settings: ClientSettings | undefined) => void;
    const resolveClient = sinon.spy(
      () => new Promise<ClientSettings | undefined>((resolve) => (tell = resolve)),
    );
    beforeEach(() => {
      resolveClient.resetHistory();
      set({ resolveClient });
    });
    const globex = query({ clientId: 'globex' });
    const enter = async (asked: TargetQuery) => clients.ensure(asked, await clients.resolve(asked, patience));

    it('are asked for once, by all who come meanwhile', async () => {
      expect(clients.find(globex)).to.equal(undefined);
      const entries = Promise.all([1, 2, 3].map(() => enter(query({ clientId: 'globex' }))));
      await time.settle();
      tell({ clientSecret: 's3cret' });
      expect(new Set(await entries).size).to.equal(1);
      expect(resolveClient.callCount).to.equal(1);
      expect(clients.find(globex)).to.equal((await entries)[0]);
    });

    it('are asked for apart where the calls say something else', async () => {
      for (const options of [{}, { region: 'us' }, { scope: 'read' }, { scope: '' }])
        enter(query({ clientId: 'globex', ...options })).catch(() => undefined);
      await time.settle();
      expect(resolveClient.callCount).to.equal(4);
    });

    it('end up in the same entry where all comes to the same', async () => {
      const entries = new Set<unknown>();
      for (const options of [{}, { scope: '' }, { region: 'anywhere' }]) {
        const entry = enter(query({ clientId: 'globex', ...options }));
        await time.settle();
        tell({ clientSecret: 's3cret', tokenEndpoint: 'https://AS.example:443/token' });
        entries.add(await entry);
      }
      expect(entries.size).to.equal(1);
      expect(count()).to.equal(1);
    });

    it('are asked for again after a failure', async () => {
      const failure = rejection(clients.resolve(globex, patience));
      await time.settle();
      tell(undefined);
      expect(await failure).to.be.instanceOf(ConfigurationError);
      const entry = enter(globex);
      await time.settle();
      tell({ clientSecret: 's3cret' });
      expect(await entry).to.equal(clients.find(globex));
      expect(resolveClient.callCount).to.equal(2);
    });

    it('are waited for as long as each caller may', async () => {
      const stays = enter(globex);
      const leaves = rejection(clients.resolve(globex, { maxWaitMs: 100, signal: undefined }));
      await time.pass(100);
      expect(await leaves).to.be.instanceOf(TokenUnavailableError);
      tell({ clientSecret: 's3cret' });
      expect(await stays).to.equal(clients.peek(globex));
      expect(resolveClient.callCount).to.equal(1);
    });

    it('are known to the next caller even where nobody has waited for so long', async () => {
      const failure = rejection(clients.resolve(globex, { maxWaitMs: 100, signal: undefined }));
      await time.pass(100);
      await failure;
      tell({ clientSecret: 's3cret' });
      await time.settle();
      expect(clients.find(globex)).to.equal(clients.peek(globex)).and.not.equal(undefined);
    });

    it('are given up when it is closed, and nothing is armed any more', async () => {
      const failure = rejection(clients.resolve(globex, patience));
      await time.settle();
      await clients.close();
      expect(await failure).to.be.instanceOf(ProviderClosedError);
      expect(time.armed).to.equal(0);
      tell({ clientSecret: 's3cret' });
      await time.settle();
      expect(count()).to.equal(0);
      expect(() => clients.find(globex)).to.throw(ProviderClosedError);
    });
  });
});
