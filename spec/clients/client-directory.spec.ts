import { inspect } from 'node:util';
import { expect } from 'chai';
import { ClientDirectory } from '../../lib/clients/client-directory.js';
import { ConfigurationError, TokenRequestError } from '../../lib/errors.js';
import { readTarget } from '../../lib/options/read-target.js';
import type {
  ClientQuery,
  ClientSettings,
  TargetOptions,
  TokenProviderOptions,
} from '../../lib/options/token-provider-options.js';
import { rejection, thrown } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

const ACME = { clientId: 'acme', clientSecret: 's3cret' };
const HERE = { tokenEndpoint: 'https://as.example/token' };
const US = 'https://openid-connect.onelogin.com/oidc/token';
const signal = new AbortController().signal;

describe('ClientDirectory', () => {
  const open = (options: TokenProviderOptions) => new ClientDirectory(options, 10_000);

  describe('with one client', () => {
    const find = (options: TokenProviderOptions, query?: TargetOptions) =>
      open({ ...ACME, ...options }).find(readTarget(query))?.target;

    it('means that client where a call says nothing', () => {
      const options = { ...HERE, authentication: 'post', scope: 'b a', parameters: { x: '1' } } as const;
      expect(find(options)).to.deep.equal({
        tokenEndpoint: 'https://as.example/token',
        clientId: 'acme',
        authentication: 'post',
        scope: ['a', 'b'],
        resource: [],
        parameters: [['x', '1']],
      });
      expect(find(options, { clientId: 'acme' })).to.deep.equal(find(options));
    });

    it('puts scope and resource of the call in the place of its own, an empty one too', () => {
      const options = { ...HERE, scope: 'read', resource: 'urn:api' };
      expect(find(options, { scope: 'write' })).to.deep.include({ scope: ['write'], resource: ['urn:api'] });
      expect(find(options, { scope: '', resource: [] })).to.deep.include({ scope: [], resource: [] });
    });

    it('finds a region: its own names first, then those of OneLogin', () => {
      const options = { ...HERE, regions: { us: { subdomain: 'acme-us' } } };
      expect(find(options, { region: 'us' })?.tokenEndpoint).to.equal(
        'https://acme-us.onelogin.com/oidc/2/token',
      );
      expect(find(options, { region: 'openid-connect' })?.tokenEndpoint).to.equal(US);
      expect(find(HERE, { region: 'us' })?.tokenEndpoint).to.equal(US);
      expect(() => find(options, { region: 'mars' })).to.throw(ConfigurationError, 'regions: "us"');
    });

    it('is found by plain http where the provider allows that, and else is not', () => {
      const plain = { tokenEndpoint: 'http://as.example/token' };
      expect(find({ ...plain, allowHttp: true })?.tokenEndpoint).to.equal(plain.tokenEndpoint);
      const options = { ...HERE, allowHttp: true, regions: { eu: plain } };
      expect(find(options, { region: 'eu' })?.tokenEndpoint).to.equal(plain.tokenEndpoint);
      for (const allowHttp of [undefined, false]) {
        for (const odd of [
          { ...plain, allowHttp },
          { ...HERE, allowHttp, regions: { eu: plain } },
        ])
          expect(() => find(odd)).to.throw(ConfigurationError, 'allowHttp: true');
      }
      expect(() => find({ ...HERE, allowHttp: 'yes' as never })).to.throw('allowHttp: must be true or false');
    });

    it('has one secret for all of its targets', () => {
      const directory = open({ ...ACME, ...HERE });
      const [a, b] = ['a', 'b'].map((scope) => directory.find(readTarget({ scope }))?.secret);
      expect(a).to.be.an('object').that.equals(b);
    });

    it('knows no other, and does not repeat the name, which may be a secret', () => {
      const error = thrown<ConfigurationError>(() => find(HERE, { clientId: 'globex' }));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'clientId');
      expect(error.message)
        .to.match(/no resolveClient/)
        .and.not.contain('globex');
    });

    it('needs a region from the call where the options say nothing of the place but regions', () => {
      const regions = { eu: { subdomain: 'acme' } };
      expect(open({ ...ACME, regions }).hasDefault).to.equal(false);
      expect(find({ regions }, { region: 'eu' })?.tokenEndpoint).to.contain('//acme.onelogin.com/');
      expect(() => find({ regions })).to.throw(
        ConfigurationError,
        'region: is missing. Give it to the call.',
      );
    });
  });

  describe('construction', () => {
    const resolveClient = () => undefined;
    const good: [TokenProviderOptions, boolean][] = [
      [{ ...ACME, ...HERE }, true],
      [{ ...ACME, ...HERE, resolveClient }, true],
      [{ ...HERE, resolveClient }, false],
      [{ ...ACME, resolveClient }, false],
      [{ resolveClient }, false],
    ];
    for (const [options, hasDefault] of good) {
      it(`${hasDefault ? 'has' : 'has no'} client for plain calls given ${Object.keys(options)}`, () => {
        expect(open(options).hasDefault).to.equal(hasDefault);
      });
    }

    const odd: [object, string][] = [
      [{}, 'subdomain'],
      [ACME, 'subdomain'],
      [HERE, 'clientId'],
      [{ ...HERE, clientId: 'acme' }, 'clientSecret'],
      [{ resolveClient, clientId: 'acme' }, 'clientSecret'],
      [{ resolveClient, clientSecret: 's3cret' }, 'clientId'],
      [{ resolveClient: 'acme' }, 'resolveClient'],
      [{ resolveClient: null }, 'resolveClient'],
      [{ ...ACME, regions: [] }, 'regions'],
      [{ ...ACME, regions: { eu: {} } }, 'regions.eu.subdomain'],
      [{ resolveClient, scope: '"' }, 'scope'],
    ];
    for (const [options, option] of odd) {
      it(`refuses ${JSON.stringify(options)}, and names ${option}`, () => {
        const error = thrown<ConfigurationError>(() => open(options as TokenProviderOptions));
        expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      });
    }
  });

  describe('that asks resolveClient', () => {
    const resolve = (
      settings: unknown,
      { query = {}, ...options }: TokenProviderOptions & { query?: TargetOptions } = {},
    ) =>
      open({ ...options, resolveClient: async () => settings as ClientSettings }).resolve(
        readTarget({ clientId: 'globex', ...query }),
        signal,
      );

    it('leaves every other client than its own to that', () => {
      const directory = open({ ...ACME, ...HERE, resolveClient: () => undefined });
      expect(directory.find(readTarget({ clientId: 'globex' }))).to.equal(undefined);
      expect(directory.find(readTarget())?.target.clientId).to.equal('acme');
    });

    it('wants a client named where there is none by default', () => {
      const directory = open({ ...HERE, resolveClient: () => undefined });
      expect(() => directory.find(readTarget())).to.throw(ConfigurationError, 'clientId: is missing.');
    });

    it('asks with what the call said, checked and sorted', async () => {
      const asked: ClientQuery[] = [];
      const directory = open({
        ...HERE,
        resolveClient: (query) => {
          asked.push(query);
          return { clientSecret: 's3cret' };
        },
      });
      await directory.resolve(readTarget({ clientId: 'globex', scope: 'b a b' }), signal);
      expect(asked).to.deep.equal([
        { clientId: 'globex', region: undefined, scope: ['a', 'b'], resource: undefined },
      ]);
      expect(asked[0]).to.be.frozen;
    });

    it('lets the call win over its answer, and its answer over the options', async () => {
      const options = { ...HERE, scope: 'options', resource: 'urn:options', authentication: 'post' } as const;
      const settings = { clientSecret: 's3cret', scope: 'settings', resource: 'urn:settings' };
      const { target } = await resolve(settings, { ...options, query: { scope: 'call' } });
      expect(target).to.deep.equal({
        tokenEndpoint: 'https://as.example/token',
        clientId: 'globex',
        authentication: 'post',
        scope: ['call'],
        resource: ['urn:settings'],
        parameters: [],
      });
    });

    it('takes plain http from it where the provider allows that, and it cannot allow that itself', async () => {
      const settings = { clientSecret: 's3cret', tokenEndpoint: 'http://as.example/token' };
      const { target } = await resolve(settings, { ...HERE, allowHttp: true });
      expect(target.tokenEndpoint).to.equal(settings.tokenEndpoint);
      const refused = await rejection<ConfigurationError>(resolve(settings, HERE));
      expect(refused.message).to.match(/^resolveClient\(\)\.tokenEndpoint: must be https.*allowHttp: true/);
      const odd = await rejection<ConfigurationError>(resolve({ ...settings, allowHttp: true }, HERE));
      expect(odd.option).to.equal('resolveClient().allowHttp');
    });

    const regions = { eu: { subdomain: 'own-eu' } };
    const places: [string, object, TokenProviderOptions & { query?: TargetOptions }, string][] = [
      ['its answer', { subdomain: 'globex' }, { ...HERE, query: { region: 'eu' } }, 'globex.onelogin.com'],
      ['a region of its answer', { region: 'eu' }, { ...HERE, regions }, 'own-eu.onelogin.com'],
      ['the region of the call', {}, { ...HERE, regions, query: { region: 'eu' } }, 'own-eu.onelogin.com'],
      ['the options', {}, HERE, 'as.example'],
    ];
    for (const [what, settings, options, host] of places) {
      it(`takes the place from ${what}`, async () => {
        const { target } = await resolve({ clientSecret: 's3cret', ...settings }, options);
        expect(new URL(target.tokenEndpoint).host).to.equal(host);
      });
    }

    const malformed: [object, string][] = [
      [{}, 'clientSecret'],
      [{ clientSecret: '' }, 'clientSecret'],
      [{ clientSecret: 'hush-hush\n' }, 'clientSecret'],
      [{ clientSecret: 'hush-hush', scope: 5 }, 'scope'],
      [{ clientSecret: 'hush-hush', resource: 'hush-hush' }, 'resource'],
      [{ clientSecret: 'hush-hush', subdomain: 'my hush-hush' }, 'subdomain'],
      [{ clientSecret: 'hush-hush', region: 'hush-hush' }, 'region'],
      [{ clientSecret: 'hush-hush', authentication: 'hush-hush' }, 'authentication'],
      [{ clientSecret: 'hush-hush', parameters: { scope: 'read' } }, 'parameters.scope'],
      [{ clientSecret: 'hush-hush', subdomain: 'globex', region: 'us' }, 'subdomain, region'],
    ];
    for (const [settings, option] of malformed) {
      it(`names resolveClient().${option} for ${JSON.stringify(settings)}, and shows no secret`, async () => {
        const error = await rejection<ConfigurationError>(resolve(settings, HERE));
        expect(error)
          .to.be.instanceOf(ConfigurationError)
          .with.property('option', `resolveClient().${option}`);
        expect(inspect(error)).to.not.contain('hush');
      });
    }

    it('refuses what is no plain object, or says more than it should', async () => {
      for (const odd of [null, 5, 'hush-hush', [], new Map(), { clientSecret: 'hush-hush', color: 'red' }]) {
        const error = await rejection<ConfigurationError>(resolve(odd, HERE));
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.message).to.contain('resolveClient').and.not.contain('hush');
      }
    });

    it('says that a client is unknown, by the option clientId', async () => {
      const error = await rejection<ConfigurationError>(resolve(undefined, HERE));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'clientId');
      expect(error.message)
        .to.match(/unknown/)
        .and.not.contain('globex');
    });

    it('repeats nothing of what it throws, at once or later', async () => {
      const throwing = (): never => {
        throw new Error('hush-hush');
      };
      for (const resolveClient of [throwing, async () => throwing(), () => Promise.reject('hush-hush')]) {
        const directory = open({ ...HERE, resolveClient });
        const error = await rejection(directory.resolve(readTarget({ clientId: 'globex' }), signal));
        expect(error).to.be.instanceOf(TokenRequestError);
        expect(error).to.include({ reason: 'ERR_RESOLVE_CLIENT', permanent: false });
        expect(inspect(error, { depth: null })).to.not.contain('hush');
      }
    });

    it('waits for it as long as for a token request, and not 1 ms longer', async () => {
      const time = new VirtualTime();
      try {
        let isOver = false;
        const directory = open({ ...HERE, resolveClient: () => new Promise(() => undefined) });
        const failure = rejection(directory.resolve(readTarget({ clientId: 'globex' }), signal));
        failure.finally(() => {
          isOver = true;
        });
        await time.pass(9_999);
        expect(isOver).to.equal(false);
        await time.pass(1);
        expect(await failure).to.include({ reason: 'ERR_RESOLVE_CLIENT' });
        expect((await failure).message).to.contain('within 10000 ms (requestTimeoutMs)');
        expect(time.armed).to.equal(0);
      } finally {
        time.restore();
      }
    });

    it('ends the wait with the reason of the signal', async () => {
      const closing = new AbortController();
      const directory = open({ ...HERE, resolveClient: () => new Promise(() => undefined) });
      const failure = rejection(directory.resolve(readTarget({ clientId: 'globex' }), closing.signal));
      closing.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
    });
  });

  describe('the secret of a client that was asked for', () => {
    const ask = async (resolveClient: TokenProviderOptions['resolveClient']) => {
      const directory = open({ ...HERE, resolveClient });
      return (await directory.resolve(readTarget({ clientId: 'globex' }), signal)).secret;
    };

    it('is asked for again where it came from', async () => {
      const secrets = ['first', 'second', 'third'];
      const keeper = await ask(async () => ({ clientSecret: secrets.shift() ?? '' }));
      expect(await keeper.current(1_000, signal)).to.equal('first');
      expect(await keeper.renewed(1_000, signal)).to.equal('second');
      expect(await keeper.current(1_000, signal)).to.equal('second');
    });

    it('is asked of its own function, where it is one', async () => {
      let [clients, secrets] = [0, 0];
      const keeper = await ask(() => {
        clients += 1;
        return { clientSecret: () => `secret ${++secrets}` };
      });
      expect(await keeper.current(1_000, signal)).to.equal('secret 1');
      expect(await keeper.renewed(1_000, signal)).to.equal('secret 2');
      expect(clients).to.equal(1);
    });
  });
});
