import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  ConfigurationError,
  type TargetOptions,
  TokenProvider,
  type TokenProviderOptions,
} from '../lib/index.js';
import { jsonAnswer, RawServer } from './support/raw-server.js';
import { rejection, thrown } from './support/rejection.js';
import { Stage } from './support/stage.js';

const GOOD = { subdomain: 'acme', clientId: 'id', clientSecret: 's3cret' };

describe('TokenProvider', () => {
  it('tells how long its callers wait', () => {
    expect(new TokenProvider(GOOD).maxWaitMs).to.equal(30_000);
    expect(new TokenProvider({ ...GOOD, maxWaitMs: 5 }).maxWaitMs).to.equal(5);
  });

  describe('construction', () => {
    const make = (odd: object) => new TokenProvider({ ...GOOD, ...odd } as TokenProviderOptions);

    it('asks for nothing, and arms nothing', async () => {
      const stage = new Stage();
      await stage.time.pass(3_600_000);
      expect([stage.requests, stage.time.armed]).to.deep.equal([0, 0]);
      await stage.strike();
    });

    const table: [object, string][] = [
      [{ subdomain: 'https://acme.onelogin.com' }, 'subdomain'],
      [{ subdomain: 'login.acme.example' }, 'subdomain'],
      [{ subdomain: undefined }, 'subdomain'],
      [{ region: 'us' }, 'subdomain, region'],
      [
        { subdomain: undefined, tokenEndpoint: 'https://api.us.onelogin.com/auth/oauth2/v2/token' },
        'tokenEndpoint',
      ],
      [{ clientSecret: '' }, 'clientSecret'],
      [{ clientSecret: 's3cret\n' }, 'clientSecret'],
      [{ clientId: 5 }, 'clientId'],
      [{ retry: { retries: -1 } }, 'retry.retries'],
      [{ refresh: { background: 'no' } }, 'refresh.background'],
      [{ maxWaitMs: Number.NaN }, 'maxWaitMs'],
      [{ http: {} }, 'http'],
      [{ color: 'red' }, 'color'],
    ];
    for (const [odd, option] of table) {
      it(`refuses ${JSON.stringify(odd)}, and says which option`, () => {
        const error = thrown<ConfigurationError>(() => make(odd));
        expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
        expect(error.message).to.not.contain('s3cret');
      });
    }

    it('has something else to say of each of these', () => {
      const messages = table.map(([odd]) => thrown(() => make(odd)).message);
      expect(new Set(messages)).to.have.property('size', table.length);
    });

    const misplacements: [string, (secret: string) => object][] = [
      ['subdomain', (subdomain) => ({ subdomain })],
      ['region', (region) => ({ region, subdomain: undefined })],
      ['tokenEndpoint', (tokenEndpoint) => ({ tokenEndpoint, subdomain: undefined })],
      ['authentication', (authentication) => ({ authentication })],
      ['clientId', (secret) => ({ clientId: ` ${secret}` })],
      ['scope', (scope) => ({ scope })],
    ];
    for (const [option, misplace] of misplacements) {
      it(`does not show any of the secret when it stands in the place of ${option}`, () => {
        for (const clientSecret of ['ab12"cd34'.repeat(7), 'short"secret\\']) {
          const shown = inspect(thrown(() => make({ clientSecret, ...misplace(clientSecret) })));
          for (const part of ['cd34', 'short', 'secret\\']) expect(shown).to.not.contain(part);
        }
      });
    }
  });

  it('takes nothing for options that is none, and shows no secret that stands in place of a name', () => {
    for (const [odd, option] of [
      [null, 'options'],
      [5, 'options'],
      [{ clientSecret: 'hush', hush: 1 }, 'options'],
      [{ clientSecret: 'hush', color: 1 }, 'color'],
    ] as const) {
      expect(() => new TokenProvider(odd as never), `${odd}`)
        .to.throw(ConfigurationError)
        .and.satisfy(
          (error: ConfigurationError) => error.option === option && !error.message.includes('hush'),
        );
    }
  });

  it('asks by plain http on another address than that of loopback, if that is allowed', async () => {
    const grant = jsonAnswer(200, { access_token: 'abc', token_type: 'Bearer', expires_in: 600 });
    const server = await RawServer.start((socket) => socket.end(grant));
    // It leads to this machine, and is not known as loopback.
    const options = {
      clientId: 'acme',
      clientSecret: 's3cret',
      tokenEndpoint: `http://0.0.0.0:${server.port}/`,
    };
    expect(() => new TokenProvider(options)).to.throw(ConfigurationError, 'allowHttp: true');
    const provider = new TokenProvider({ ...options, allowHttp: true });
    expect(await provider.getToken()).to.equal('abc');
    await provider.close();
    await server.stop();
  });

  describe('getToken(options)', () => {
    it('rejects what is no plain object, as it rejects bad options', async () => {
      const stage = new Stage();
      await stage.warm();
      for (const odd of [null, 5, true, 'acme', [], new Map(), new Date(), () => 'acme']) {
        const failure = stage.provider.getToken(odd as never);
        expect(await rejection(failure)).to.be.instanceOf(ConfigurationError);
      }
      expect(await stage.provider.getToken({})).to.equal('t1');
      await stage.strike();
    });

    it('rejects bad options, and never throws', async () => {
      const stage = new Stage();
      const failure = stage.provider.getToken({ maxWaitMs: -1 });
      expect(await rejection(failure)).to.be.instanceOf(ConfigurationError);
      expect(stage.requests).to.equal(0);
      await stage.strike();
    });
  });

  it('invalidate() refuses what is no string: a response, say', async () => {
    const stage = new Stage();
    for (const odd of [undefined, null, {}, 5]) {
      expect(() => stage.provider.invalidate(odd as never)).to.throw(
        ConfigurationError,
        /^token: must be the rejected token itself, a string; got (nothing|null|an object|5)\.$/,
      );
    }
    await stage.strike();
  });

  it('peek() shows the token held and usable, and asks nobody', async () => {
    const stage = new Stage();
    expect(stage.provider.peek()).to.equal(undefined);
    await stage.warm({ expires_in: 600, scope: 'read' });
    expect(stage.provider.peek()).to.include({ value: 't1', scope: 'read', tokenType: 'Bearer' });
    expect(stage.requests).to.equal(1);
    await stage.strike();
  });

  describe('with several targets', () => {
    let stage: Stage;
    beforeEach(() => {
      stage = new Stage({ regions: { eu: { subdomain: 'acme-eu' } } });
      stage.server.respond = (request, count) => request.grant(`t${count}`);
    });
    afterEach(() => stage.strike());

    it('getToken() gives each its own token', async () => {
      const get = (target?: TargetOptions) => stage.provider.getToken(target);
      expect(await Promise.all([get(), get({ scope: 'read' }), get({ region: 'eu' })])).to.deep.equal([
        't1',
        't2',
        't3',
      ]);
      expect(await get({ scope: ['read', 'read'] })).to.equal('t2');
      expect(stage.server.requests.map(({ config }) => config.url)).to.deep.equal([
        'https://as.example/token',
        'https://as.example/token',
        'https://acme-eu.onelogin.com/oidc/2/token',
      ]);
    });

    it('getToken() gives one and the same promise for a client and a region', async () => {
      await stage.provider.getToken({ clientId: 'acme', region: 'eu' });
      const get = () => stage.provider.getToken({ clientId: 'acme', region: 'eu' });
      expect(get()).to.equal(get());
    });

    it('getToken() takes the target and the wishes of a call together', async () => {
      await stage.provider.getToken({ scope: 'read' });
      expect(await stage.provider.getToken({ scope: 'read', minValidityMs: 60_000 })).to.equal('t1');
      stage.server.respond = undefined;
      const late = rejection(stage.provider.getToken({ scope: 'write', maxWaitMs: 5 }));
      await stage.time.pass(5);
      expect(await late).to.have.property('code', 'ERR_TOKEN_UNAVAILABLE');
    });

    it('peek() and refresh() mean the target that they are told', async () => {
      await stage.provider.getToken();
      expect(stage.provider.peek({ scope: 'read' })).to.equal(undefined);
      expect((await stage.provider.refresh({ scope: 'read' })).value).to.equal('t2');
      expect(stage.provider.peek({ scope: 'read' })?.value).to.equal('t2');
      expect(stage.provider.peek()?.value).to.equal('t1');
      expect(stage.provider.status()).to.have.length(2);
    });

    it('peek() makes no entry', () => {
      stage.provider.peek({ scope: 'read' });
      stage.provider.forClient({ scope: 'read' }).peek();
      expect(stage.provider.status()).to.have.length(1);
    });

    it('forClient() gives a handle of the same tokens', async () => {
      const handle = stage.provider.forClient({ scope: 'read' });
      expect(await handle.getToken()).to.equal('t1');
      expect(await stage.provider.getToken({ scope: 'read' })).to.equal('t1');
      expect(handle.peek()).to.equal(stage.provider.peek({ scope: 'read' }));
    });

    it('forClient() and peek() throw, and refresh() rejects, where the target is malformed', async () => {
      const odd = { scope: '"' };
      expect(() => stage.provider.forClient(odd)).to.throw(ConfigurationError, 'scope: ');
      expect(() => stage.provider.peek(odd)).to.throw(ConfigurationError, 'scope: ');
      expect(await rejection(stage.provider.refresh(odd))).to.be.instanceOf(ConfigurationError);
      expect(() => stage.provider.forClient({ maxWaitMs: 5 } as never)).to.throw(ConfigurationError);
    });

    it('status() shows each, with no secret and no token', async () => {
      await stage.provider.getToken({ scope: 'read' });
      await stage.provider.getToken({ region: 'eu' });
      const status = stage.provider.status();
      const shown = status.map(({ state, target }) => [state, target.tokenEndpoint, target.scope]);
      expect(shown).to.have.deep.members([
        ['absent', 'https://as.example/token', []],
        ['fresh', 'https://as.example/token', ['read']],
        ['fresh', 'https://acme-eu.onelogin.com/oidc/2/token', []],
      ]);
      for (const secret of ['s3cret', 't1', 't2'])
        expect(inspect(status, { depth: null })).to.not.contain(`'${secret}'`);
    });

    it('invalidate() finds the one that holds the token', async () => {
      await stage.provider.getToken();
      await stage.provider.getToken({ scope: 'read' });
      stage.provider.invalidate('t2');
      expect(await stage.provider.getToken({ scope: 'read' })).to.equal('t3');
      expect(await stage.provider.getToken()).to.equal('t1');
    });

    it('close() ends them all', async () => {
      stage.server.respond = undefined;
      const waits = [{}, { scope: 'read' }, { region: 'eu' }].map((target) =>
        rejection(stage.provider.getToken(target)),
      );
      await stage.time.settle();
      await stage.provider.close();
      for (const wait of waits) expect(await wait).to.have.property('code', 'ERR_PROVIDER_CLOSED');
      expect(stage.time.armed).to.equal(0);
      const late = rejection(stage.provider.getToken({ scope: 'write' }));
      expect(await late).to.have.property('code', 'ERR_PROVIDER_CLOSED');
    });
  });

  it('status() is a frozen list', async () => {
    const stage = new Stage();
    expect(stage.provider.status()).to.be.frozen.and.have.length(1);
    await stage.strike();
  });

  it('on, once and off can be chained', async () => {
    const stage = new Stage();
    const [always, first, never] = [sinon.spy(), sinon.spy(), sinon.spy()];
    stage.provider.on('refresh', always).once('refresh', first).on('refresh', never).off('refresh', never);
    await stage.warm();
    await stage.time.pass(1);
    void stage.provider.refresh();
    await stage.time.settle();
    await stage.grant('t2');
    expect([always.callCount, first.callCount, never.callCount]).to.deep.equal([2, 1, 0]);
    await stage.strike();
  });

  it('serves callers while every listener throws or hangs', async () => {
    const stage = new Stage();
    const warn = sinon.stub(process, 'emitWarning');
    stage.provider.on('refresh', () => {
      throw new Error('listener at fault');
    });
    stage.provider.on('refresh', () => new Promise(() => undefined));
    await stage.warm();
    expect(await stage.provider.getToken()).to.equal('t1');
    expect(warn.callCount).to.equal(1);
    await stage.strike();
  });

  it('is closed at the end of an await-using block', async () => {
    const stage = new Stage();
    await stage.warm();
    await stage.provider[Symbol.asyncDispose]();
    expect(await rejection(stage.provider.getToken())).to.have.property('code', 'ERR_PROVIDER_CLOSED');
    await stage.strike();
  });
});
