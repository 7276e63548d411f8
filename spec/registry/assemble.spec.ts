import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { readTarget } from '../../lib/options/target-query.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import { assembleRegistry } from '../../lib/registry/assemble.js';
import type { EntryRegistry } from '../../lib/registry/entry-registry.js';
import { readProviderClients } from '../../lib/registry/provider-clients.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('assembleRegistry', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let events: EventEmitter;
  const open: EntryRegistry[] = [];
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    server.respond = (request, count) => request.grant(`t${count}`);
    events = new EventEmitter(EVENT_NAMES);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((registry) => registry.close()));
    expect(time.armed).to.equal(0);
    time.restore();
  });

  const assemble = (changes: Partial<TokenProviderOptions> = {}) => {
    const options = {
      subdomain: 'acme',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: server.http,
      ...changes,
    };
    const registry = assembleRegistry(settings(options), readProviderClients(options, settings()), {
      events,
      provider: {},
    });
    open.push(registry);
    return registry;
  };
  const get = (registry: EntryRegistry, scope: string) =>
    registry.findOrMake(readTarget({ scope }))?.getToken(registry.defaultCall) as Promise<string>;

  it('has parts that work together: a token for the target of a call, and its event', async () => {
    const told: string[] = [];
    events.on('refresh', ({ target: { tokenEndpoint } }) => told.push(tokenEndpoint));
    const registry = assemble();
    expect(await get(registry, 'read')).to.equal('t1');
    expect(told).to.deep.equal(['https://acme.onelogin.com/oidc/2/token']);
    expect(server.last.config.url).to.equal('https://acme.onelogin.com/oidc/2/token');
  });

  it('gives the calls that say nothing the wait of the settings', () => {
    expect(assemble({ maxWaitMs: 7 }).defaultCall).to.be.frozen.and.deep.equal({
      signal: undefined,
      maxWaitMs: 7,
      minValidityMs: 0,
    });
  });

  it('has one queue for all targets', async () => {
    server.respond = undefined;
    const registry = assemble({ maxConcurrentRequests: 2 });
    const tokens = Promise.all(['a', 'b', 'c'].map((scope) => get(registry, scope)));
    await time.settle();
    expect(server.requests).to.have.length(2);
    server.respond = (request) => request.grant('t3');
    for (const [index, request] of [...server.requests].entries()) request.grant(`t${index + 1}`);
    expect(await tokens).to.deep.equal(['t1', 't2', 't3']);
  });

  it('has one retry budget for each server, by its address', async () => {
    server.respond = (request) => request.reset();
    const registry = assemble({ retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 } });
    const failures = Array.from({ length: 40 }, (_, index) => {
      const at = new KnownTokenEndpoint(`https://as.example/token?tenant=${index}`);
      const entry = registry.ensure(readTarget({ scope: `${index}` }), { ...target, server: at });
      return rejection(entry.getToken({ ...registry.defaultCall, maxWaitMs: 1_000 }));
    });
    await time.pass(10);
    const retries = server.requests.length - 40;
    expect(retries).to.be.within(20, 21);
    await registry.close();
    await Promise.all(failures);
  });

  it('shares through a store where there is one', async () => {
    const store = new MemoryTokenStore();
    const tokens = [];
    for (const registry of [assemble({ store }), assemble({ store })]) {
      tokens.push(await get(registry, 'read'));
      await time.settle();
    }
    expect([tokens, server.requests.length]).to.deep.equal([['t1', 't1'], 1]);
  });
});
