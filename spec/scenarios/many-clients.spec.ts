import { inspect, isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import {
  type ClientQuery,
  type ClientSettings,
  ConfigurationError,
  type EvictEvent,
  type GetTokenOptions,
  ProviderClosedError,
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  TokenRequestError,
  TokenUnavailableError,
} from '../../lib/index.js';
import { rejection } from '../support/rejection.js';
import { clientOf, ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

const HERE = 'https://as.example/token';
const ELSEWHERE = 'https://elsewhere.example/token';

const numbered = (count: number, prefix = 'c') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('many clients', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let provider: TokenProvider;
  let asked: ClientQuery[];
  let evicted: EvictEvent[];

  const secretOf = ({ clientId }: ClientQuery): ClientSettings => ({ clientSecret: `hush ${clientId}` });
  const open = (options: Partial<TokenProviderOptions> = {}) => {
    const { resolveClient = secretOf } = options;
    server = new ScriptedServer();
    server.respond = (request, count) => request.grant(`t${count}`);
    asked = [];
    evicted = [];
    provider = new TokenProvider({
      tokenEndpoint: HERE,
      http: server.http,
      ...options,
      resolveClient: (query) => {
        asked.push(query);
        return resolveClient(query);
      },
    });
    provider.on('evict', (event) => evicted.push(event));
  };
  const get = (clientId: string, options?: GetTokenOptions) => provider.getToken({ clientId, ...options });
  const getAll = (clientIds: readonly string[]) => Promise.all(clientIds.map((clientId) => get(clientId)));
  const sendersOf = (requests = server.requests) => requests.map(clientOf);

  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(async () => {
    await provider.close();
    sinon.restore();
    time.restore();
  });

  describe('never share a token, unless they are one and the same', () => {
    interface Shape {
      clientId: string;
      tokenEndpoint: string;
      authentication: 'basic' | 'basic-raw' | 'post';
      scope: string[];
      resource: string[];
      parameters: [string, string][];
    }

    const charactersOf = (allowed: RegExp) =>
      fc
        .integer({ min: 0x20, max: 0x7e })
        .map((code) => String.fromCharCode(code))
        .filter((text) => allowed.test(text));
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '',
        'a',
        'a b',
        'a,b',
        '"',
        '"],["',
        '[]',
        'a:b',
        'a/b',
        '\\',
        '\0',
        'a\0b',
        'é',
        'e\u0301',
        '&a=b',
      ),
    );
    const uris = fc.oneof(
      fc.constantFrom(
        'urn:a',
        'urn:b',
        'urn:a,urn:b',
        'https://ü.example/ö',
        'https://api.example/?x="y",[z]',
        'https://漢.example/é',
      ),
      anyText.map((text) => `urn:x${text}`).filter((uri) => !/[#\s\p{C}]/u.test(uri)),
    );
    const scopeToken = fc.oneof(
      fc.constantFrom('a', 'b', 'a,b', '[a]', 'a:b', 'a/b', "'a'", '{}'),
      fc.string({ unit: charactersOf(/[^ "\\]/), minLength: 1, maxLength: 4 }),
    );
    const names = anyText.filter((name) => !['scope', 'resource'].includes(name));
    const endpoints = fc
      .tuple(
        fc.constantFrom('as.example', 'as.example:8443', 'bücher.example', 'xn--bcher-kva.example'),
        fc.constantFrom('/token', '/token/', '/Token', '/a/token', '/a%2Ftoken', '/', '/tökén'),
        fc.constantFrom('', '?a=1&b=2', '?b=2&a=1', '?a=%22,[x]', '?a=1%26b=2', '?tenant=é'),
      )
      .map(([host, path, query]) => `https://${host}${path}${query}`);
    /** RFC 7617 §2: basic-raw cannot say a colon. */
    const canBeSaid = ({ authentication, clientId }: Shape) =>
      authentication !== 'basic-raw' || !clientId.includes(':');
    const anyShapes: fc.Arbitrary<Shape> = fc.record({
      clientId: fc
        .oneof(
          fc.constantFrom('a', 'a b', 'a:b', 'a,b', '"a"', '["a"]', 'a/b', '%00'),
          fc.string({ unit: charactersOf(/./), minLength: 1, maxLength: 4 }),
        )
        .filter((id) => id.trim() === id),
      tokenEndpoint: endpoints,
      authentication: fc.constantFrom('basic', 'basic-raw', 'post'),
      scope: fc.uniqueArray(scopeToken, { maxLength: 3 }),
      resource: fc.uniqueArray(uris, { maxLength: 3 }),
      parameters: fc.uniqueArray(fc.tuple(names, anyText), { maxLength: 3, selector: ([name]) => name }),
    });
    const shapes = anyShapes.filter(canBeSaid);

    /** What must be the same for two of them to be one target. */
    const meaningOf = ({ tokenEndpoint, scope, resource, parameters, ...rest }: Shape) => ({
      ...rest,
      tokenEndpoint: new URL(tokenEndpoint).href,
      scope: [...scope].sort(),
      resource: [...resource].sort(),
      parameters: Object.fromEntries(parameters),
    });

    /** What a careless key would take for the same: all in one, with a delimiter between. */
    const glue = (shape: Shape, delimiter: string): Shape => {
      const { scope, resource } = meaningOf(shape);
      const [first, ...more] = [...shape.parameters].sort();
      return {
        ...shape,
        scope: [scope.join(delimiter)].filter(Boolean),
        resource: [resource.join(delimiter)].filter(Boolean),
        parameters: first ? [[first[0], [first[1], ...more.flat()].join(delimiter)]] : [],
      };
    };

    interface Spelling {
      /** Whether scope and resource stand in the call, or in what is known of the client. */
      isInCall: boolean;
      isText: boolean;
      isShouted: boolean;
      isReversed: boolean;
    }
    const spellings: fc.Arbitrary<Spelling> = fc.record({
      isInCall: fc.boolean(),
      isText: fc.boolean(),
      isShouted: fc.boolean(),
      isReversed: fc.boolean(),
    });

    const shout = (address: string) => {
      const { protocol, hostname, port, pathname, search } = new URL(address);
      const path = `/x/../.${pathname}`;
      return `${protocol.toUpperCase()}//${hostname.toUpperCase()}:${port || 443}${path}${search}`;
    };

    function spell(shape: Shape, { isInCall, isText, isShouted, isReversed }: Spelling) {
      const order = <T>(items: T[]) => (isReversed ? [...items].reverse() : items);
      const repeat = <T>(items: T[]) => order([...items, ...order(items)]);
      const sets = {
        scope: isText ? ` ${repeat(shape.scope).join('  ')}` : order(shape.scope),
        resource: repeat(shape.resource),
      };
      const settings = {
        clientSecret: 's3cret',
        tokenEndpoint: isShouted ? shout(shape.tokenEndpoint) : new URL(shape.tokenEndpoint),
        authentication: shape.authentication,
        parameters: Object.fromEntries(order(shape.parameters)),
        ...(isInCall ? {} : sets),
      };
      return { settings, call: { clientId: shape.clientId, ...(isInCall ? sets : {}) } };
    }

    /** Asks for the tokens of both, by the names of two regions that only tell them apart. */
    async function tokensOf(...both: ReturnType<typeof spell>[]) {
      open({ resolveClient: ({ region }) => both[Number(region)]?.settings });
      const tokens = both.map(({ call }, index) => provider.getToken({ ...call, region: `${index}` }));
      const [first, second] = await Promise.all(tokens);
      await provider.close();
      return { first, second, requests: server.requests.length };
    }

    it('which they are not where anything differs that shapes a token', async () => {
      const parts = fc.subarray(
        ['clientId', 'tokenEndpoint', 'authentication', 'scope', 'resource', 'parameters'] as (keyof Shape)[],
        { minLength: 1 },
      );
      const others = fc.oneof(
        shapes.map((shape) => () => shape),
        fc.constantFrom(',', ':', '/', "','").map((delimiter) => (shape: Shape) => glue(shape, delimiter)),
      );
      const check = async (
        a: Shape,
        other: (shape: Shape) => Shape,
        changed: (keyof Shape)[],
        spelling: Spelling,
      ) => {
        const b = { ...a, ...Object.fromEntries(changed.map((name) => [name, other(a)[name]])) };
        fc.pre(canBeSaid(b));
        const isSame = isDeepStrictEqual(meaningOf(a), meaningOf(b));
        const { first, second, requests } = await tokensOf(spell(a, spelling), spell(b, spelling));
        expect([first === second, requests]).to.deep.equal([isSame, isSame ? 1 : 2]);
      };
      await fc.assert(fc.asyncProperty(shapes, others, parts, spellings, check), { numRuns: 300 });
    });

    it('which they are however they are spelt', async () => {
      const check = async (shape: Shape, one: Spelling, other: Spelling) => {
        const { first, second, requests } = await tokensOf(spell(shape, one), spell(shape, other));
        expect([first, requests]).to.deep.equal([second, 1]);
      };
      await fc.assert(fc.asyncProperty(shapes, spellings, spellings, check), { numRuns: 200 });
    });

    it('which says on the wire what was meant, and nothing else', async () => {
      const check = async (shape: Shape, spelling: Spelling) => {
        await tokensOf(spell(shape, spelling));
        const { url, data } = server.last.config;
        const form = new URLSearchParams(String(data));
        const own = [...form].filter(([name]) => shape.parameters.some(([known]) => known === name));
        const { tokenEndpoint, scope, resource, parameters } = meaningOf(shape);
        expect(url).to.equal(tokenEndpoint);
        expect(form.get('scope') ?? '').to.equal(scope.join(' '));
        expect(form.getAll('resource')).to.deep.equal(resource);
        expect(Object.fromEntries(own)).to.deep.equal(parameters);
      };
      await fc.assert(fc.asyncProperty(shapes, spellings, check), { numRuns: 100 });
    });

    for (const [one, other] of [
      ['us', 'openid-connect'],
      ['eu', 'openid-connect-eu'],
    ] as const) {
      it(`'${one}' is '${other}'`, async () => {
        open({ tokenEndpoint: undefined, subdomain: 'acme' });
        const token = await get('globex', { region: one });
        expect(await get('globex', { region: other })).to.equal(token);
        expect(server.requests).to.have.length(1);
      });
    }
  });

  describe('asked for at once', () => {
    it('cost ten requests where a thousand cold callers want ten targets', async () => {
      open();
      const ten = numbered(10);
      const tokens = await Promise.all(numbered(100).flatMap(() => ten.map((clientId) => get(clientId))));
      expect(new Set(tokens).size).to.equal(10);
      expect([server.requests.length, asked.length]).to.deep.equal([10, 10]);
      expect(sendersOf().sort()).to.deep.equal(ten);
    });

    for (const limit of [1, 7, 16]) {
      it(`are never more than ${limit} requests at once where maxConcurrentRequests says so`, async () => {
        open({ maxConcurrentRequests: limit });
        let [running, most] = [0, 0];
        server.respond = (request, count) => {
          most = Math.max(most, ++running);
          setTimeout(() => {
            running -= 1;
            if (count % 5 === 0) request.answer(503);
            else request.grant(`t${count}`);
          }, 50);
        };
        const tokens = getAll(numbered(100));
        await time.pass(20_000);
        expect(new Set(await tokens).size).to.equal(100);
        expect(most).to.equal(limit);
      });
    }

    it('let those who wait go ahead of renewals that were queued before them', async () => {
      sinon.stub(Math, 'random').returns(0);
      open({ maxConcurrentRequests: 1 });
      await getAll(['a', 'b', 'c', 'd']);
      server.respond = undefined;
      await time.pass(300_000);
      void get('new').catch(() => undefined);
      await time.settle();
      void provider.refresh({ clientId: 'd' }).catch(() => undefined);
      await time.settle();
      for (let answers = 0; answers < 5; answers += 1) {
        server.last.grant(`next${answers}`);
        await time.settle();
      }
      const [first, second, third, ...rest] = sendersOf(server.requests.slice(4));
      expect([first, second, third, ...rest.sort()]).to.deep.equal(['a', 'new', 'd', 'b', 'c']);
    });
  });

  describe('beyond maxTargets', () => {
    it('hold the bound', async () => {
      open({ maxTargets: 100 });
      for (const clientId of numbered(250)) {
        await get(clientId);
        expect(provider.status().length).to.be.at.most(100);
      }
      expect([provider.status().length, evicted.length]).to.deep.equal([100, 150]);
    });

    it('keep the one that is asked for again and again, also on the hot path of its handle', async () => {
      open({ maxTargets: 5 });
      const kept = provider.forClient({ clientId: 'kept' });
      const token = await kept.getToken();
      for (const clientId of numbered(100)) {
        await time.pass(1_000);
        await get(clientId);
        expect(await kept.getToken()).to.equal(token);
      }
      expect(evicted.map(({ target }) => target.clientId)).to.not.include('kept');
      expect(evicted).to.have.length.above(90);
    });

    it('keep the ones that callers wait for, and serve all of these callers', async () => {
      open({ maxTargets: 2 });
      server.respond = undefined;
      const waiting = [];
      for (const clientId of numbered(10)) {
        waiting.push(get(clientId));
        await time.settle();
      }
      expect([provider.status().length, evicted.length]).to.deep.equal([10, 0]);
      for (const [index, request] of server.requests.entries()) request.grant(`t${index}`);
      expect(await Promise.all(waiting)).to.deep.equal(numbered(10, 't'));
    });

    it('say who went, with no secret and no token', async () => {
      open({ maxTargets: 1 });
      const startedAt = Date.now();
      for (const clientId of ['a', 'b', 'c', 'd']) await get(clientId, { scope: 'read' });
      const [event] = evicted;
      expect(event).to.be.frozen.and.deep.equal({
        target: { tokenEndpoint: HERE, clientId: 'a', scope: ['read'], resource: [] },
        expiresAt: startedAt + 600_000,
      });
      for (const secret of ['hush', "'t1'"]) expect(inspect(evicted, { depth: null })).to.not.contain(secret);
    });

    it('leave handles that go on working, with a new token', async () => {
      open({ maxTargets: 1 });
      const handle = provider.forClient({ clientId: 'a' });
      expect(await handle.getToken()).to.equal('t1');
      for (const clientId of ['b', 'c', 'd']) await get(clientId);
      expect(handle.peek()).to.equal(undefined);
      expect(await handle.getToken()).to.equal('t5');
      expect(handle.getToken()).to.equal(handle.getToken());
    });

    it('leave the plain calls working as well', async () => {
      open({ maxTargets: 1, clientId: 'acme', clientSecret: 'hush' });
      expect(await provider.getToken()).to.equal('t1');
      for (const clientId of ['a', 'b', 'c']) await get(clientId);
      expect(provider.peek()).to.equal(undefined);
      expect(await provider.getToken()).to.equal('t5');
    });

    for (const maxTargets of [1, 3, 10, 63, 64]) {
      it(`hold a bound of ${maxTargets}, too, and never count one too many`, async () => {
        open({ maxTargets });
        for (const clientId of numbered(2 * maxTargets)) {
          await get(clientId);
          expect(provider.status()).to.have.length.at.most(maxTargets);
        }
      });
    }

    it('are all served where they are all cold at once, and no more are kept than may be', async () => {
      open({ maxTargets: 10 });
      const tokens = await getAll(numbered(300));
      expect(new Set(tokens).size).to.equal(300);
      await time.settle();
      expect([provider.status().length, evicted.length]).to.deep.equal([10, 290]);
    });

    it('let those go first who were asked for the longest ago', async () => {
      open({ maxTargets: 100 });
      for (const clientId of numbered(105)) {
        await get(clientId);
        await time.pass(1_000);
      }
      expect(evicted.map(({ target }) => target.clientId)).to.deep.equal(numbered(5));
    });

    it('may be asked for again by whoever hears of it', async () => {
      for (const options of [{}, { clientId: 'acme', clientSecret: 'hush' }]) {
        open({ maxTargets: 1, ...options });
        let heard = 0;
        const outcomes: Promise<string>[] = [];
        provider.on('evict', ({ target: { clientId, scope } }) => {
          heard += 1;
          if (heard < 1_000) outcomes.push(get(clientId, { scope }));
        });
        for (const scope of ['a', 'b', 'c', 'd']) expect(await get('acme', { scope })).to.match(/^t/);
        expect(heard).to.be.within(1, 50);
        await provider.close();
        await Promise.allSettled(outcomes);
      }
    });

    it('keep their remembered failures: being evicted is no reason to ask the server again', async () => {
      open({ maxTargets: 2 });
      server.respond = (request) => request.refuse('invalid_client', 401);
      const six = numbered(6);
      for (let round = 0; round < 20; round += 1) {
        for (const clientId of six)
          expect(await rejection(get(clientId))).to.be.instanceOf(TokenEndpointError);
        await time.pass(100);
      }
      expect(sendersOf().sort()).to.deep.equal(six);
      expect(provider.status()).to.have.length(2);
      server.respond = (request, count) => request.grant(`t${count}`);
      await time.pass(30_000);
      expect(await getAll(six)).to.have.length(6);
      expect(server.requests).to.have.length(12);
    });

    it('leave nothing armed, and nothing that renews, of those that went', async () => {
      open({ maxTargets: 3, refresh: { keepWarm: true } });
      for (const clientId of numbered(50)) await get(clientId);
      const held = provider.status().map(({ target }) => target.clientId);
      expect(time.armed).to.equal(held.length);
      server.requests.length = 0;
      await time.pass(3_600_000);
      expect([...new Set(sendersOf())].sort()).to.deep.equal(held.sort());
    });
  });

  it('rest one by one when nobody asks, while the others are renewed', async () => {
    open();
    const [busy, idle] = [numbered(10, 'busy'), numbered(10, 'idle')];
    await getAll([...busy, ...idle]);
    for (let minute = 0; minute < 120; minute += 1) {
      await time.pass(60_000);
      const before = server.requests.length;
      await getAll(busy);
      expect(server.requests.length).to.equal(before);
    }
    const senders = sendersOf();
    const countOf = (clientId: string) => senders.filter((sender) => sender === clientId).length;
    for (const clientId of idle) expect(countOf(clientId), clientId).to.be.within(1, 3);
    for (const clientId of busy) expect(countOf(clientId), clientId).to.be.within(20, 32);
  });

  describe('known to resolveClient', () => {
    let tell: (settings: ClientSettings | undefined) => void;
    let refuse: (error: Error) => void;
    const openAsking = (options: Partial<TokenProviderOptions> = {}) =>
      open({
        ...options,
        resolveClient: () =>
          new Promise((resolve, reject) => {
            tell = resolve;
            refuse = reject;
          }),
      });

    it('are asked for once by all who come meanwhile, and not again', async () => {
      openAsking();
      const tokens = Promise.all(numbered(50).map(() => get('globex')));
      const handle = provider.forClient({ clientId: 'globex' });
      const more = Promise.all([handle.getToken(), handle.refresh()]);
      await time.settle();
      tell({ clientSecret: 'hush' });
      expect(new Set(await tokens)).to.deep.equal(new Set(['t1']));
      expect(await more).to.have.nested.property('1.value', 't1');
      await time.pass(60_000);
      await get('globex');
      await get('globex', { minValidityMs: 1_000 });
      await provider.refresh({ clientId: 'globex' });
      expect(asked).to.deep.equal([
        { clientId: 'globex', region: undefined, scope: undefined, resource: undefined },
      ]);
    });

    it('have requestTimeoutMs to be told of, whatever the callers allow', async () => {
      openAsking({ requestTimeoutMs: 2_000 });
      const failure = rejection<TokenRequestError>(get('globex', { maxWaitMs: 3_600_000 }));
      const asking = sinon.spy();
      failure.finally(asking);
      await time.pass(1_999);
      expect(asking.callCount).to.equal(0);
      await time.pass(1);
      expect(await failure)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_RESOLVE_CLIENT' });
      tell({ clientSecret: 'hush' });
      await time.settle();
      expect([server.requests.length, provider.status().length, time.armed]).to.deep.equal([0, 0, 0]);
    });

    it('show nothing of what it throws, and are asked for again by the next call', async () => {
      openAsking();
      const failures = [rejection(get('globex')), rejection(get('globex'))];
      await time.settle();
      refuse(Object.assign(new Error('hush hush'), { cause: 'hush' }));
      for (const failure of failures) {
        expect(await failure)
          .to.be.instanceOf(TokenRequestError)
          .and.include({ reason: 'ERR_RESOLVE_CLIENT' });
        expect(inspect(await failure, { depth: null })).to.not.contain('hush');
      }
      const next = get('globex');
      await time.settle();
      tell({ clientSecret: 'hush' });
      expect(await next).to.equal('t1');
      expect(asked).to.have.length(2);
    });

    it('let a caller leave alone, by signal or maxWaitMs, while the others wait on', async () => {
      openAsking();
      const own = new AbortController();
      const stays = get('globex');
      const aborted = rejection(get('globex', { signal: own.signal }));
      const hasty = rejection(get('globex', { maxWaitMs: 100 }));
      await time.pass(50);
      own.abort(new Error('enough'));
      expect((await aborted).message).to.equal('enough');
      await time.pass(50);
      expect(await hasty).to.be.instanceOf(TokenUnavailableError);
      tell({ clientSecret: 'hush' });
      expect(await stays).to.equal('t1');
      expect([asked.length, time.armed]).to.deep.equal([1, 1]);
    });

    it('are a ConfigurationError where they are unknown, and only until they are not', async () => {
      openAsking();
      const failure = rejection<ConfigurationError>(get('globex'));
      await time.settle();
      tell(undefined);
      expect(await failure)
        .to.be.instanceOf(ConfigurationError)
        .and.include({ option: 'clientId' });
      const token = get('globex');
      await time.settle();
      tell({ clientSecret: 'hush' });
      expect(await token).to.equal('t1');
    });

    it('are a ConfigurationError where what is told of them is not even settings', async () => {
      const odd = [
        [{ clientSecret: 'hush', color: 1 }, 'resolveClient().color'],
        [5, 'resolveClient()'],
      ] as const;
      const misplaced = [{ clientSecret: 'hush', hush: 1 }, 'options'] as const;
      for (const [settings, option] of [...odd, misplaced]) {
        open({ resolveClient: () => settings as never });
        const error = await rejection<ConfigurationError>(get('globex'));
        expect(error).to.be.instanceOf(ConfigurationError).and.include({ option });
        expect(inspect(error)).to.not.contain('hush');
      }
    });

    it('are a ConfigurationError where what is told of them is malformed, which shows no secret', async () => {
      openAsking();
      for (const [settings, option] of [
        [{ clientSecret: 'hush hush', scope: 'hush hush"' }, 'scope'],
        [{ clientSecret: 'hush hush', subdomain: 'my hush hush' }, 'subdomain'],
        [{ clientSecret: 'hush\n' }, 'clientSecret'],
        [{ clientSecret: 'hush', parameters: { resource: 'x' } }, 'parameters.resource'],
      ] as const) {
        const failure = rejection<ConfigurationError>(get('globex'));
        await time.settle();
        tell(settings);
        expect((await failure).option).to.equal(`resolveClient().${option}`);
        expect(inspect(await failure)).to.not.contain('hush');
      }
      expect(provider.status()).to.have.length(0);
    });

    it('are not asked for by a caller who has been aborted already', async () => {
      open();
      const signal = AbortSignal.abort(new Error('no'));
      expect((await rejection(get('globex', { signal }))).message).to.equal('no');
      expect(asked).to.have.length(0);
    });

    it('are asked for once for each of a dozen spellings', async () => {
      open({ resolveClient: () => ({ clientSecret: 'hush', tokenEndpoint: HERE }) });
      for (let round = 0; round < 3; round += 1)
        for (const region of numbered(12)) await get('globex', { region });
      expect([provider.status().length, asked.length]).to.deep.equal([1, 12]);
    });

    it('are asked for once though another spelling of theirs is evicted', async () => {
      open({ maxTargets: 3 });
      await get('a', { scope: 'read' });
      for (const other of numbered(5)) {
        await time.pass(1_000);
        await get('a');
        await get(other);
      }
      expect(evicted.map(({ target }) => target.scope)).to.deep.include(['read']);
      expect(asked.filter(({ clientId, scope }) => clientId === 'a' && !scope)).to.have.length(1);
    });

    it('are asked for again once their entry has been evicted', async () => {
      open({ maxTargets: 1 });
      for (const clientId of ['a', 'b', 'c', 'd', 'a']) await get(clientId);
      expect(asked.map(({ clientId }) => clientId)).to.deep.equal(['a', 'b', 'c', 'd', 'a']);
    });

    it('have a rotated secret asked for again, and no caller notices', async () => {
      let secret = 'first';
      open({ resolveClient: async () => ({ clientSecret: secret, authentication: 'post' }) });
      server.respond = (request, count) => {
        const form = new URLSearchParams(String(request.config.data));
        if (form.get('client_secret') === secret) request.grant(`t${count}`);
        else request.refuse('invalid_client', 401);
      };
      expect(await get('globex')).to.equal('t1');
      secret = 'second';
      for (let minute = 0; minute < 12; minute += 1) {
        await time.pass(60_000);
        expect(await get('globex')).to.match(/^t\d$/);
      }
      expect(asked).to.have.length(2);
      expect(provider.status()[0]).to.include({ state: 'fresh', consecutiveFailures: 0 });
    });

    it('leave nothing behind when the provider is closed just as they come to be known', async () => {
      for (let turns = 0; turns < 25; turns += 1) {
        openAsking();
        const outcome = get('globex').catch((error) => error.code);
        await time.settle();
        tell({ clientSecret: 'hush' });
        for (let turn = 0; turn < turns; turn += 1) await null;
        const closed = provider.close();
        const sent = server.requests.length;
        await closed;
        await time.pass(60_000);
        expect(await outcome, `closed after ${turns} turns`).to.equal('ERR_PROVIDER_CLOSED');
        expect([server.requests.length, time.armed]).to.deep.equal([sent, 0]);
      }
    });

    it('reject their callers with ProviderClosedError when the provider is closed meanwhile', async () => {
      openAsking();
      const failures = [rejection(get('globex')), rejection(provider.refresh({ clientId: 'initech' }))];
      await time.settle();
      await provider.close();
      for (const failure of failures) expect(await failure).to.be.instanceOf(ProviderClosedError);
      tell({ clientSecret: 'hush' });
      await time.settle();
      expect([server.requests.length, time.armed]).to.deep.equal([0, 0]);
      expect(await rejection(get('globex'))).to.be.instanceOf(ProviderClosedError);
    });
  });

  describe('in regions', () => {
    const acme = { clientId: 'acme', clientSecret: 'hush', regions: { us: { subdomain: 'acme' } } };
    const urls = () => server.requests.map(({ config }) => config.url);

    it('have a token for each, by the own names first, then those of OneLogin', async () => {
      open(acme);
      const tokens = [];
      for (const region of ['us', 'openid-connect', 'eu', undefined, 'us'])
        tokens.push(await provider.getToken({ region }));
      expect(tokens).to.deep.equal(['t1', 't2', 't3', 't4', 't1']);
      expect(urls()).to.deep.equal([
        'https://acme.onelogin.com/oidc/2/token',
        'https://openid-connect.onelogin.com/oidc/token',
        'https://openid-connect-eu.onelogin.com/oidc/token',
        HERE,
      ]);
    });

    it('are told who names an unknown one, with those that are known', async () => {
      open(acme);
      for (const clientId of ['acme', 'globex']) {
        const error = await rejection<ConfigurationError>(get(clientId, { region: 'asia' }));
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.option).to.match(/region$/);
        expect(error.message).to.contain('regions.us').and.not.contain('asia');
      }
      expect(server.requests).to.have.length(0);
    });
  });

  it('leave the others alone when one token is rejected', async () => {
    open();
    const before = await getAll(numbered(20));
    provider.invalidate('t7');
    const after = await getAll(numbered(20));
    expect(after.filter((token, index) => token !== before[index])).to.deep.equal(['t21']);
    expect(after.indexOf('t21')).to.equal(before.indexOf('t7'));
    expect(provider.status().filter(({ state }) => state !== 'fresh')).to.have.length(0);
  });

  it('wait for their turn beside an endpoint that hangs, not for all that it has before them', async () => {
    open({
      resolveClient: ({ clientId }) => ({
        clientSecret: 'hush',
        tokenEndpoint: clientId.startsWith('well') ? ELSEWHERE : HERE,
      }),
    });
    server.respond = (request, count) => {
      if (request.config.url === ELSEWHERE) request.grant(`t${count}`);
    };
    for (const clientId of numbered(200)) get(clientId).catch(() => undefined);
    await time.pass(1_000);
    const wells = getAll(numbered(20, 'well'));
    await time.pass(10_000);
    expect(await wells).to.have.length(20);
  });

  it('do not multiply an outage, do not hold back others, and are all back within 30 s', async function () {
    this.timeout(120_000);
    open({
      maxTargets: 2_000,
      resolveClient: ({ clientId }) => ({
        clientSecret: 'hush',
        tokenEndpoint: clientId.startsWith('well') ? ELSEWHERE : HERE,
      }),
    });
    let isDown = true;
    const sentAt: number[] = [];
    const seen = new Set<string>();
    server.respond = (request, count) => {
      const isHere = request.config.url === HERE;
      if (isHere) sentAt.push(Date.now());
      const isRefused = isHere ? isDown : !seen.has(clientOf(request));
      seen.add(clientOf(request));
      setTimeout(() => (isRefused ? request.answer(503) : request.grant(`t${count}`)), 50);
    };
    const handles = numbered(1_000).map((clientId) => provider.forClient({ clientId }));
    // Each has a caller every 30 s, who waits for as long.
    let second = 0;
    const passSecond = async () => {
      for (let index = second % 30; index < handles.length; index += 30)
        handles[index]?.getToken().catch(() => undefined);
      second += 1;
      await time.pass(1_000);
    };

    for (let index = 0; index < 300; index += 1) await passSecond();
    expect(seen.size).to.equal(1_000);
    expect(sentAt.length).to.be.within(1_000 + 2_900, 1_000 + 20 + 10 * 300);
    const later = sentAt.filter((at) => at >= (sentAt[0] ?? 0) + 60_000);
    const mostIn = (windowMs: number) =>
      Math.max(...later.map((from) => later.filter((at) => at >= from && at < from + windowMs).length));
    expect(mostIn(10_000)).to.be.at.most(10 * 10 + 20);

    // Each of these fails once as well; all of them fit into the budget of their own token endpoint.
    const others = getAll(numbered(15, 'well'));
    await time.pass(1_200);
    expect(provider.status().filter(({ state }) => state === 'fresh')).to.have.length(15);
    await others;

    isDown = false;
    let secondsToHeal = 0;
    while (handles.some((handle) => !handle.peek()) && secondsToHeal < 100) {
      await passSecond();
      secondsToHeal += 1;
    }
    expect(secondsToHeal).to.be.at.most(30);
  });
});

describe('many targets of a real authorization server', () => {
  it('have one token each, and a secret that was wrong is asked for again', async () => {
    const client = { clientId: 'acme', clientSecret: 's3cret' };
    const server = await AuthorizationServer.start(client);
    const secrets = ['rotated-away', client.clientSecret];
    const provider = new TokenProvider({
      tokenEndpoint: server.tokenEndpoint,
      resolveClient: async () => ({ clientSecret: secrets.shift() ?? client.clientSecret }),
    });
    try {
      const scopes = ['read', 'write', 'write read'];
      const tokens = await Promise.all(
        numbered(20).flatMap(() => scopes.map((scope) => provider.getToken({ clientId: 'acme', scope }))),
      );
      expect(new Set(tokens).size).to.equal(3);
      const granted = scopes.map((scope) => provider.peek({ clientId: 'acme', scope })?.scope);
      expect(granted).to.deep.equal(['read', 'write', 'read write']);
      expect(server.requests).to.equal(4);
    } finally {
      await provider.close();
      await server.stop();
    }
  });
});
