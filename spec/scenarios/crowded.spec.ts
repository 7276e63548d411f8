import { expect } from 'chai';
import sinon from 'sinon';
import {
  type ClientQuery,
  type ClientSettings,
  TokenProvider,
  type TokenProviderOptions,
} from '../../lib/index.js';
import { collectGarbage } from '../support/garbage.js';
import { clientOf, ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

const HERE = 'https://as.example/token';
const ELSEWHERE = 'https://elsewhere.example/token';

const numbered = (count: number, prefix = 'c') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const outcomeOf = (call: Promise<unknown>) => call.then(String, (error) => `${error.name}: ${error.message}`);

/** More is going on than there is room for: nobody may suffer from what the others do. */
describe('a crowded provider', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let provider: TokenProvider;
  let asked: ClientQuery[];
  const open = (options: Partial<TokenProviderOptions> = {}) => {
    const { resolveClient = (): ClientSettings => ({ clientSecret: 'hush' }) } = options;
    server = new ScriptedServer();
    server.respond = (request, count) => request.grant(`t${count}`);
    asked = [];
    provider = new TokenProvider({
      tokenEndpoint: HERE,
      http: server.http,
      ...options,
      resolveClient: (query) => {
        asked.push(query);
        return resolveClient(query);
      },
    });
  };
  const get = (clientId: string, options = {}) => provider.getToken({ clientId, ...options });
  const byName = ({ clientId }: ClientQuery): ClientSettings => ({
    clientSecret: 'hush',
    tokenEndpoint: clientId.startsWith('well') ? ELSEWHERE : HERE,
  });

  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(async () => {
    await provider.close();
    sinon.restore();
    time.restore();
  });

  it('never lets go a client that somebody has just asked for', async () => {
    open({ maxTargets: 1 });
    server.respond = undefined;
    const own = new AbortController();
    const a = outcomeOf(get('a', { signal: own.signal }));
    await time.settle();
    const b = outcomeOf(get('b'));
    await time.settle();
    own.abort(new Error('enough'));
    await a;
    const c = outcomeOf(get('c'));
    await time.settle();
    for (const request of server.requests) request.grant(`of-${clientOf(request)}`);
    expect([await b, await c]).to.deep.equal(['of-b', 'of-c']);
    server.respond = (request, count) => request.grant(`t${count}`);
    await time.pass(3_600_000);
    expect(await outcomeOf(get('c'))).to.match(/^t/);
  });

  it('has every client back after an outage in which nobody waited to the end', async () => {
    open({ maxTargets: 10, maxWaitMs: 5_000 });
    server.respond = undefined;
    for (const clientId of numbered(80)) {
      void outcomeOf(get(clientId));
      await time.pass(200);
    }
    await time.pass(60_000);
    server.respond = (request, count) => request.grant(`t${count}`);
    for (const clientId of numbered(80)) {
      const token = outcomeOf(get(clientId, { maxWaitMs: 30_000 }));
      await time.pass(30_000);
      expect(await token, clientId).to.match(/^t/);
    }
    expect(provider.status()).to.have.length(10);
  });

  it('serves a caller whose token expires while a listener asks for another', async () => {
    open({ maxTargets: 2, clientId: 'acme', clientSecret: 'hush', refresh: { background: false } });
    await get('a');
    await time.pass(10);
    await get('b');
    provider.on('expire', () => void outcomeOf(get('acme', { scope: 'monitor' })));
    time.stall(700_000);
    expect(await outcomeOf(get('a'))).to.match(/^t/);
  });

  it('is not held up by secret functions that hang', async () => {
    open({
      resolveClient: ({ clientId }) => ({
        clientSecret: clientId === 'well' ? 'hush' : () => new Promise(() => undefined),
      }),
    });
    for (const clientId of numbered(100)) void outcomeOf(get(clientId));
    await time.pass(100);
    expect(await outcomeOf(get('well', { maxWaitMs: 5_000 }))).to.equal('t1');
  });

  it('may be asked for tokens by the functions that give secrets', async () => {
    open({
      resolveClient: ({ clientId }) => ({
        clientSecret: clientId === 'vault' ? 'hush' : () => get('vault').then((token) => `hush ${token}`),
      }),
    });
    const tokens = await Promise.all(numbered(50).map((clientId) => get(clientId)));
    expect(new Set(tokens).size).to.equal(50);
  });

  it('does not remember a failure for longer because its client was evicted', async () => {
    sinon.stub(Math, 'random').returns(0.99);
    open({ maxTargets: 1 });
    await get('a');
    server.respond = (request, count) =>
      clientOf(request) === 'a' ? request.refuse('invalid_client', 401) : request.grant(`t${count}`);
    for (let round = 0; round < 27; round += 1) {
      await time.pass(20_000);
      expect(await get('a')).to.equal('t1');
    }
    for (const clientId of ['b', 'c']) await get(clientId);
    server.respond = (request, count) => request.grant(`t${count}`);
    let seconds = 0;
    while (!/^t/.test(await outcomeOf(get('a')))) {
      await time.pass(1_000);
      seconds += 1;
    }
    expect(seconds).to.be.within(5, 16);
  });

  it('comes to ask again for a client whose secret was mended, while the others use up the budget', async () => {
    let seed = 1;
    sinon.stub(Math, 'random').callsFake(() => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    });
    open();
    let isMended = false;
    server.respond = (request) => {
      setTimeout(() => {
        if (clientOf(request) !== 'mended') request.answer(503);
        else if (isMended) request.grant('t');
        else request.refuse('invalid_client', 401);
      }, 50);
    };
    const others = numbered(300);
    for (const clientId of others) void outcomeOf(get(clientId, { maxWaitMs: 600_000 }));
    await time.pass(20_000);
    const refused = outcomeOf(get('mended'));
    await time.pass(10_000);
    expect(await refused).to.contain('invalid_client');
    isMended = true;
    let seconds = 0;
    for (let last = ''; last !== 't' && seconds < 200; seconds += 1) {
      for (let index = seconds % 10; index < others.length; index += 10)
        void outcomeOf(get(others[index] ?? '', { maxWaitMs: 30_000 }));
      await time.pass(500);
      void outcomeOf(get('mended', { maxWaitMs: 3_000 })).then((outcome) => {
        last = outcome;
      });
      await time.pass(500);
    }
    expect(seconds).to.be.at.most(100);
  });

  it('asks no more often for clients that are evicted in mid-flight', async () => {
    const counts: number[] = [];
    for (const maxTargets of [2, 100]) {
      open({ maxTargets });
      server.respond = (request) => {
        setTimeout(() => request.answer(503), 1_000);
      };
      for (let round = 0; round < 100; round += 1) {
        for (const clientId of numbered(6)) {
          void outcomeOf(get(clientId, { maxWaitMs: 50 }));
          await time.pass(100);
        }
      }
      counts.push(server.requests.length);
      await provider.close();
    }
    const [crowded = 0, roomy = 0] = counts;
    expect(crowded).to.be.at.most(3 * roomy);
  });

  it('serves the clients of one endpoint at once, while another hangs', async () => {
    open({ resolveClient: byName, requestTimeoutMs: 60_000 });
    server.respond = (request, count) => {
      if (request.config.url === ELSEWHERE) request.grant(`t${count}`);
    };
    await get('well');
    for (const clientId of numbered(200, 'ill')) void outcomeOf(get(clientId));
    await time.pass(100);
    const wells = Promise.all(numbered(20, 'well').map((clientId) => get(clientId, { maxWaitMs: 1_000 })));
    expect(await wells).to.have.length(20);
  });

  it('keeps no more of evicted clients that failed than how they did', async () => {
    const kept: WeakRef<object>[] = [];
    open({
      maxTargets: 1,
      resolveClient: () => {
        const clientSecret = () => 'hush';
        kept.push(new WeakRef(clientSecret));
        return { clientSecret };
      },
    });
    server.respond = (request) => request.refuse('invalid_client', 401);
    for (const clientId of numbered(100)) await outcomeOf(get(clientId));
    server.requests.length = 0;
    await collectGarbage();
    expect(kept.filter((reference) => reference.deref())).to.have.length.at.most(5);
  });

  it('listens once to a signal that very many calls share', async () => {
    open({ maxTargets: 2_000 });
    const warn = sinon.stub(process, 'emitWarning');
    const { signal } = new AbortController();
    const listen = sinon.spy(signal, 'addEventListener');
    await Promise.all(numbered(1_000).map((clientId) => get(clientId, { signal })));
    expect([warn.callCount, listen.callCount <= 3]).to.deep.equal([0, true]);
  });

  it('takes signals that are not of Node.js', async () => {
    open();
    const signal = {
      aborted: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    expect(await get('a', { signal })).to.equal('t1');
  });

  it('asks resolveClient once, in whichever moment another caller comes', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      const tell: ((settings: ClientSettings) => void)[] = [];
      open({ resolveClient: () => new Promise((resolve) => tell.push(resolve)) });
      const calls = [get('a')];
      await time.settle();
      tell[0]?.({ clientSecret: 'hush' });
      for (let turn = 0; turn < turns; turn += 1) await null;
      calls.push(get('a'));
      expect(await Promise.all(calls)).to.deep.equal(['t1', 't1']);
      expect(asked, `${turns}`).to.have.length(1);
      await provider.close();
    }
  });

  it('forgets one of very many spellings at a time', async () => {
    open({ resolveClient: () => ({ clientSecret: 'hush', tokenEndpoint: HERE }) });
    for (const region of numbered(40)) await get('a', { region });
    expect(asked).to.have.length(40);
    for (const region of numbered(40).slice(10)) await get('a', { region });
    expect(asked).to.have.length(40);
  });

  it('takes no option from where it is not seen', async () => {
    open({ clientId: 'acme', clientSecret: 'hush' });
    class Tenant {
      get clientId() {
        return 'globex';
      }
    }
    await provider.getToken();
    await get('globex');
    for (const odd of [Object.create({ clientId: 'globex' }), new Tenant()])
      expect(await outcomeOf(provider.getToken(odd))).to.contain('clientId: is inherited');
    const broken = {
      get clientId(): string {
        throw new Error('broken');
      },
    };
    expect(await outcomeOf(provider.getToken(broken))).to.match(
      /^ConfigurationError: clientId: cannot be read/,
    );
  });

  it('shows nothing of settings that cannot be read', async () => {
    const settings = {
      clientSecret: 'hush',
      get scope(): string {
        throw new Error('hush');
      },
    };
    open({ resolveClient: () => settings });
    expect(await outcomeOf(get('a')))
      .to.match(/cannot be read/)
      .and.not.contain('hush');
  });
});
