import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError, ProviderClosedError, TokenUnavailableError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { readTarget, type TargetQuery } from '../../lib/options/target-query.js';
import type {
  ClientSettings,
  TargetOptions,
  TokenProviderOptions,
} from '../../lib/options/token-provider-options.js';
import { assembleRegistry } from '../../lib/registry/assemble.js';
import type { EntryRegistry } from '../../lib/registry/entry-registry.js';
import { readProviderClients } from '../../lib/registry/provider-clients.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const patience = { maxWaitMs: 5_000, signal: undefined };

describe('EntryRegistry', () => {
  let time: VirtualTime;
  let registry: EntryRegistry;
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
    registry = assembleRegistry(settings(all), readProviderClients(all, settings(all)), {
      events: new EventEmitter(EVENT_NAMES),
      provider: {},
    });
  };
  const query = (options?: TargetOptions) => readTarget(options);
  const count = () => [...registry.entries()].length;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(async () => {
    await registry.close();
    time.restore();
  });

  it('makes one entry for one target, when somebody asks for it', () => {
    set();
    expect(registry.peek(query())).to.equal(undefined);
    const entry = registry.findOrMake(query());
    expect(registry.findOrMake(query({ clientId: 'acme', scope: '' }))).to.equal(entry);
    expect(registry.peek(query({ clientId: 'acme' }))).to.equal(entry);
    expect(registry.findOrMake(query({ scope: 'read' }))).to.not.equal(entry);
    expect(count()).to.equal(2);
  });

  it('finds a target by very many spellings, and remembers but some of them', () => {
    const regions = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`r${index}`, { tokenEndpoint: 'https://as.example/token' }]),
    );
    set({ regions });
    const entry = registry.findOrMake(query());
    for (const region of Object.keys(regions)) {
      expect(registry.findOrMake(query({ region }))).to.equal(entry);
      expect(registry.peek(query({ region }))).to.equal(entry);
    }
    expect(count()).to.equal(1);
    const remembered = Object.keys(regions).filter((region) => registry.findSimple({ region }));
    expect(remembered).to.have.length.within(1, 32).and.include('r49');
  });

  it('has an entry at hand for the hot path once a client and region were found', () => {
    set();
    expect(registry.findSimple({ clientId: 'acme' })).to.equal(undefined);
    const entry = registry.findOrMake(query({ clientId: 'acme' }));
    expect(entry).to.be.an('object');
    expect(registry.findSimple({ clientId: 'acme' })).to.equal(entry);
    expect(registry.findSimple({ clientId: 'acme', scope: 'read' })).to.equal(undefined);
  });

  it('has it at hand also for another way to what is held already', () => {
    set();
    const entry = registry.findOrMake(query());
    expect(registry.peek(query({ clientId: 'acme' }))).to.equal(entry);
    expect(registry.findSimple({ clientId: 'acme' })).to.equal(entry);
  });

  it('forgets every way to an entry that is evicted', () => {
    set({ maxTargets: 1 });
    const entry = registry.findOrMake(query());
    registry.findOrMake(query({ clientId: 'acme' }));
    registry.findOrMake(query({ scope: 'read' }));
    expect(entry?.isClosed).to.equal(true);
    for (const options of [{}, { clientId: 'acme' }]) {
      expect(registry.peek(query(options))).to.equal(undefined);
      expect(registry.findSimple(options)).to.equal(undefined);
    }
    expect(registry.findOrMake(query())).to.not.equal(entry);
  });

  it('throws where there is no such client', () => {
    set();
    expect(() => registry.findOrMake(query({ clientId: 'globex' }))).to.throw(ConfigurationError, 'clientId');
    expect(() => registry.findOrMake(query({ region: 'nowhere' }))).to.throw(ConfigurationError, 'region');
  });

  it('finds nothing and makes nothing where it only looks', () => {
    set();
    expect(registry.peek(query())).to.equal(undefined);
    expect(count()).to.equal(0);
  });

  it('has one entry for a target, whatever objects it is made of', () => {
    set();
    const entry = registry.findOrMake(query());
    expect(registry.ensure(query({ region: 'us' }), target)).to.not.equal(entry);
    const same = { ...target, server: new KnownTokenEndpoint('https://as.example/token') };
    expect(registry.ensure(query({ scope: '' }), same)).to.equal(entry);
    expect(count()).to.equal(2);
  });

  it('tells the entries that hold a token that it was rejected, and no others', async () => {
    set();
    const entries = [query(), query({ scope: 'read' })].map((asked) => registry.findOrMake(asked));
    const [one] = await Promise.all(entries.map((entry) => entry?.getToken(registry.defaultCall)));
    registry.invalidate('unknown');
    registry.invalidate(one ?? '');
    expect(entries.map((entry) => entry?.status().state)).to.deep.equal(['rejected', 'fresh']);
  });

  it('goes on from the failures of an entry that was evicted', async () => {
    set({ maxTargets: 1, retry: { retries: 0 } });
    server.respond = (request) => request.refuse('invalid_client', 401);
    const error = await rejection(
      registry.findOrMake(query())?.getToken(registry.defaultCall) as Promise<string>,
    );
    registry.findOrMake(query({ scope: 'read' }));
    expect(registry.peek(query())).to.equal(undefined);
    const again = registry.findOrMake(query());
    expect(again?.status()).to.include({ consecutiveFailures: 1, lastErrorCode: 'ERR_TOKEN_ENDPOINT' });
    expect(await rejection(again?.getToken(registry.defaultCall) as Promise<string>)).to.equal(error);
    expect(server.requests).to.have.length(1);
  });

  it('has each token revoked that is held when it is closed, and is closed after that', async () => {
    const issuer = 'https://as.example';
    set({ tokenEndpoint: undefined, issuer, revokeOnClose: true, maxConcurrentRequests: 1 });
    const documents = { issuer, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` };
    const revocations: ScriptedRequest[] = [];
    server.respond = (request, place) => {
      if (request.config.url?.endsWith('/revoke')) revocations.push(request);
      else if (request.config.method === 'get') request.answer(200, documents);
      else request.grant(`t${place}`);
    };
    const entries = ['read', 'write', 'never'].map((scope) => registry.findOrMake(query({ scope })));
    const tokens = [];
    for (const entry of entries.slice(0, 2)) tokens.push(await entry?.getToken(registry.defaultCall));
    const closed = sinon.spy();
    const closing = registry.close().then(closed);
    for (const count of [1, 2]) {
      await time.settle();
      expect([revocations.length, closed.callCount]).to.deep.equal([count, 0]);
      revocations[count - 1]?.answer(200);
    }
    await closing;
    expect(revocations.map(({ config }) => new URLSearchParams(config.data).get('token'))).to.deep.equal(
      tokens,
    );
  });

  it('has none revoked unless that is wished', async () => {
    set({ tokenEndpoint: undefined, subdomain: 'acme' });
    await registry.findOrMake(query())?.getToken(registry.defaultCall);
    await registry.close();
    expect(server.requests).to.have.length(1);
  });

  it('makes and finds nothing after it was closed, and ends its entries', async () => {
    set();
    const entry = registry.findOrMake(query());
    await registry.close();
    expect(entry?.isClosed).to.equal(true);
    expect(() => registry.findOrMake(query())).to.throw(ProviderClosedError);
    expect(() => registry.ensure(query(), target)).to.throw(ProviderClosedError);
  });

  describe('asked for clients that resolveClient knows', () => {
    let tell: (settings: ClientSettings | undefined) => void;
    const resolveClient = sinon.spy(
      () => new Promise<ClientSettings | undefined>((resolve) => (tell = resolve)),
    );
    beforeEach(() => {
      resolveClient.resetHistory();
      set({ resolveClient });
    });
    const globex = query({ clientId: 'globex' });
    const enter = async (asked: TargetQuery) =>
      registry.ensure(asked, await registry.resolve(asked, patience));

    it('asks once for all who come meanwhile', async () => {
      expect(registry.findOrMake(globex)).to.equal(undefined);
      const entries = Promise.all([1, 2, 3].map(() => enter(query({ clientId: 'globex' }))));
      await time.settle();
      tell({ clientSecret: 's3cret' });
      expect(new Set(await entries).size).to.equal(1);
      expect(resolveClient.callCount).to.equal(1);
      expect(registry.findOrMake(globex)).to.equal((await entries)[0]);
    });

    it('asks for each apart where the calls say something else', async () => {
      for (const options of [{}, { region: 'us' }, { scope: 'read' }, { scope: '' }])
        enter(query({ clientId: 'globex', ...options })).catch(() => undefined);
      await time.settle();
      expect(resolveClient.callCount).to.equal(4);
    });

    it('ends up in the same entry where all comes to the same', async () => {
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

    it('asks again after a failure', async () => {
      const failure = rejection(registry.resolve(globex, patience));
      await time.settle();
      tell(undefined);
      expect(await failure).to.be.instanceOf(ConfigurationError);
      const entry = enter(globex);
      await time.settle();
      tell({ clientSecret: 's3cret' });
      expect(await entry).to.equal(registry.findOrMake(globex));
      expect(resolveClient.callCount).to.equal(2);
    });

    it('has each caller wait as long as that caller may', async () => {
      const stays = enter(globex);
      const leaves = rejection(registry.resolve(globex, { maxWaitMs: 100, signal: undefined }));
      await time.pass(100);
      expect(await leaves).to.be.instanceOf(TokenUnavailableError);
      tell({ clientSecret: 's3cret' });
      expect(await stays).to.equal(registry.peek(globex));
      expect(resolveClient.callCount).to.equal(1);
    });

    it('knows the answer for the next caller even where nobody has waited for so long', async () => {
      const failure = rejection(registry.resolve(globex, { maxWaitMs: 100, signal: undefined }));
      await time.pass(100);
      await failure;
      tell({ clientSecret: 's3cret' });
      await time.settle();
      expect(registry.findOrMake(globex)).to.equal(registry.peek(globex)).and.not.equal(undefined);
    });

    it('gives up when it is closed, and nothing is armed any more', async () => {
      const failure = rejection(registry.resolve(globex, patience));
      await time.settle();
      await registry.close();
      expect(await failure).to.be.instanceOf(ProviderClosedError);
      expect(time.armed).to.equal(0);
      tell({ clientSecret: 's3cret' });
      await time.settle();
      expect(count()).to.equal(0);
      expect(() => registry.findOrMake(globex)).to.throw(ProviderClosedError);
    });
  });
});
