import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError, TokenProvider, type TokenProviderOptions } from '../lib/index.js';
import { rejection, thrown } from './support/rejection.js';
import { Stage } from './support/stage.js';

const GOOD = { subdomain: 'acme', clientId: 'id', clientSecret: 's3cret' };

describe('TokenProvider', () => {
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
      [{ subdomain: 'acme.onelogin.com' }, 'subdomain'],
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

  describe('getToken(options)', () => {
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
