import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigurationError, TokenRequestError } from '../../lib/ground/errors.js';
import { clientCredentials } from '../../lib/oauth/grant.js';
import type { Target } from '../../lib/oauth/target.js';
import { readTarget } from '../../lib/options/target-query.js';
import type {
  ClientQuery,
  ClientSettings,
  TargetOptions,
  TokenProviderOptions,
} from '../../lib/options/token-provider-options.js';
import { ClientResolver } from '../../lib/registry/client-resolver.js';
import { readProviderClients } from '../../lib/registry/provider-clients.js';
import { rejection, thrown } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const ACME = { clientId: 'acme', clientSecret: 's3cret' };
const HERE = { tokenEndpoint: 'https://as.example/token' };
const US = 'https://openid-connect.onelogin.com/oidc/token';
const signal = new AbortController().signal;

/** A target by the names of its parts, to be compared. */
function plain(target: Target | undefined) {
  if (!target) return undefined;
  const { server, grant, authenticator, ...others } = target;
  return { server: server.id, grant: grant.id, authenticator: authenticator.id, ...others };
}

describe('ClientResolver', () => {
  const open = (options: TokenProviderOptions) =>
    new ClientResolver(readProviderClients(options, settings()), 10_000);

  describe('with one client', () => {
    const find = (options: TokenProviderOptions, query?: TargetOptions) =>
      open({ ...ACME, ...options }).find(readTarget(query));

    it('means that client where a call says nothing', () => {
      const options = { ...HERE, authentication: 'post', scope: 'b a', parameters: { x: '1' } } as const;
      expect(plain(find(options))).to.deep.equal({
        server: 'https://as.example/token',
        grant: clientCredentials.id,
        clientId: 'acme',
        authenticator: 'post',
        scope: ['a', 'b'],
        resource: [],
        parameters: [['x', '1']],
        tokenTypes: [],
        proofKey: undefined,
      });
      expect(plain(find(options, { clientId: 'acme' }))).to.deep.equal(plain(find(options)));
    });

    it('binds the tokens of all clients to the key of the provider', async () => {
      const resolver = open({ ...ACME, ...HERE, dpop: true, resolveClient: () => ({ clientSecret: 's' }) });
      const own = resolver.find(readTarget());
      const other = await resolver.resolve(readTarget({ clientId: 'globex' }), signal);
      expect(own?.proofKey).to.not.equal(undefined);
      expect(other.proofKey).to.equal(own?.proofKey);
    });

    it('puts scope and resource of the call in the place of its own, an empty one too', () => {
      const options = { ...HERE, scope: 'read', resource: 'urn:api' };
      expect(find(options, { scope: 'write' })).to.deep.include({ scope: ['write'], resource: ['urn:api'] });
      expect(find(options, { scope: '', resource: [] })).to.deep.include({ scope: [], resource: [] });
    });

    it('binds the tokens of all its targets to one key, if the provider has one', () => {
      const resolver = open({ ...ACME, ...HERE, dpop: true });
      const [a, b] = ['a', 'b'].map((scope) => resolver.find(readTarget({ scope }))?.proofKey);
      expect(a).to.be.an('object').that.equals(b);
      expect(find(HERE)?.proofKey).to.equal(undefined);
    });

    it('finds a region: its own names first, then those of OneLogin', () => {
      const options = { ...HERE, regions: { us: { subdomain: 'acme-us' } } };
      expect(find(options, { region: 'us' })?.server.id).to.equal(
        'https://acme-us.onelogin.com/oidc/2/token',
      );
      expect(find(options, { region: 'openid-connect' })?.server.id).to.equal(US);
      expect(find({ subdomain: 'acme' }, { region: 'us' })?.server.id).to.equal(US);
      expect(() => find(HERE, { region: 'us' })).to.throw(ConfigurationError, 'regions: { eu:');
      expect(() => find(options, { region: 'mars' })).to.throw(ConfigurationError, 'regions.us');
    });

    it('is found by plain http where the provider allows that, and else is not', () => {
      const plain = { tokenEndpoint: 'http://as.example/token' };
      expect(find({ ...plain, allowHttp: true })?.server.id).to.equal(plain.tokenEndpoint);
      const options = { ...HERE, allowHttp: true, regions: { eu: plain } };
      expect(find(options, { region: 'eu' })?.server.id).to.equal(plain.tokenEndpoint);
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
      const resolver = open({ ...ACME, ...HERE });
      const [a, b] = ['a', 'b'].map((scope) => resolver.find(readTarget({ scope }))?.authenticator);
      expect(a).to.be.an('object').that.equals(b);
    });

    it('has one server for all of its targets, and one for all of each region', () => {
      const resolver = open({ ...ACME, ...HERE, regions: { eu: { subdomain: 'acme' } } });
      for (const region of [undefined, 'eu', 'us']) {
        const [a, b] = ['a', 'b'].map((scope) => resolver.find(readTarget({ scope, region }))?.server);
        expect(a).to.be.an('object').that.equals(b);
      }
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
      expect(readProviderClients({ ...ACME, regions }, settings()).server).to.equal(undefined);
      expect(find({ regions }, { region: 'eu' })?.server.id).to.contain('//acme.onelogin.com/');
      expect(() => find({ regions })).to.throw(
        ConfigurationError,
        'region: is missing. Give it to the call.',
      );
    });
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
      const resolver = open({ ...ACME, ...HERE, resolveClient: () => undefined });
      expect(resolver.find(readTarget({ clientId: 'globex' }))).to.equal(undefined);
      expect(resolver.find(readTarget())?.clientId).to.equal('acme');
    });

    it('wants a client named where there is none by default', () => {
      const resolver = open({ ...HERE, resolveClient: () => undefined });
      expect(() => resolver.find(readTarget())).to.throw(ConfigurationError, 'clientId: is missing.');
    });

    it('asks with what the call said, checked and sorted', async () => {
      const asked: ClientQuery[] = [];
      const resolver = open({
        ...HERE,
        resolveClient: (query) => {
          asked.push(query);
          return { clientSecret: 's3cret' };
        },
      });
      await resolver.resolve(readTarget({ clientId: 'globex', scope: 'b a b' }), signal);
      expect(asked).to.deep.equal([
        { clientId: 'globex', region: undefined, scope: ['a', 'b'], resource: undefined },
      ]);
      expect(asked[0]).to.be.frozen;
    });

    it('lets the call win over its answer, and its answer over the options', async () => {
      const options = {
        ...HERE,
        scope: 'options',
        resource: 'urn:options',
        authentication: 'post',
        tokenType: 'X',
      } as const;
      const settings = {
        clientSecret: 's3cret',
        scope: 'settings',
        resource: 'urn:settings',
        tokenType: 'Of this client',
      };
      const target = await resolve(settings, { ...options, query: { scope: 'call' } });
      expect(plain(target)).to.deep.equal({
        server: 'https://as.example/token',
        grant: clientCredentials.id,
        clientId: 'globex',
        authenticator: 'post',
        scope: ['call'],
        resource: ['urn:settings'],
        parameters: [],
        tokenTypes: ['of this client'],
        proofKey: undefined,
      });
    });

    it('binds the tokens of any client to the key of the provider', async () => {
      const { proofKey } = await resolve({ clientSecret: 's3cret' }, { ...HERE, dpop: true });
      expect(proofKey?.thumbprint).to.have.length(43);
    });

    it('refuses a client id that its method cannot send, and takes the names of bearer tokens of the provider', async () => {
      const query = { clientId: 'urn:globex' };
      for (const where of ['options', 'settings']) {
        const raw = { authentication: 'basic-raw' } as const;
        const settings = { clientSecret: 's3cret', ...(where === 'settings' && raw) };
        const error = await rejection<ConfigurationError>(
          resolve(settings, { ...HERE, ...(where === 'options' && raw), query }),
        );
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.message).to.match(/clientId: contains a colon.*basic-raw.*Use 'basic' or 'post'\./);
      }
      const { tokenTypes } = await resolve({ clientSecret: 's3cret' }, { ...HERE, tokenType: 'X', query });
      expect(tokenTypes).to.deep.equal(['x']);
    });

    it('takes plain http from it where the provider allows that, and it cannot allow that itself', async () => {
      const settings = { clientSecret: 's3cret', tokenEndpoint: 'http://as.example/token' };
      const { server } = await resolve(settings, { ...HERE, allowHttp: true });
      expect(server.id).to.equal(settings.tokenEndpoint);
      const refused = await rejection<ConfigurationError>(resolve(settings, HERE));
      expect(refused.message).to.match(/^resolveClient\(\)\.tokenEndpoint: must be https.*allowHttp: true/);
      const odd = await rejection<ConfigurationError>(resolve({ ...settings, allowHttp: true }, HERE));
      expect(odd.option).to.equal('resolveClient().allowHttp');
    });

    const regions = { eu: { subdomain: 'own-eu' } };
    const servers: [string, object, TokenProviderOptions & { query?: TargetOptions }, string][] = [
      ['its answer', { subdomain: 'globex' }, { ...HERE, query: { region: 'eu' } }, 'globex.onelogin.com'],
      ['a region of its answer', { region: 'eu' }, { ...HERE, regions }, 'own-eu.onelogin.com'],
      ['the region of the call', {}, { ...HERE, regions, query: { region: 'eu' } }, 'own-eu.onelogin.com'],
      ['the options', {}, HERE, 'as.example'],
    ];
    for (const [what, settings, options, host] of servers) {
      it(`takes the server from ${what}`, async () => {
        const target = await resolve({ clientSecret: 's3cret', ...settings }, options);
        expect(new URL(target.server.id).host).to.equal(host);
      });
    }

    it('takes no region of the call for one of OneLogin where the server is none of OneLogin', async () => {
      const asked = () => resolve({ clientSecret: 'hush-hush' }, { ...HERE, query: { region: 'eu' } });
      expect(await rejection<ConfigurationError>(asked())).to.have.property('option', 'region');
      const own = await resolve({ clientSecret: 'hush-hush', region: 'eu' }, HERE);
      expect(new URL(own.server.id).host).to.equal('openid-connect-eu.onelogin.com');
    });

    const malformed: [object, string][] = [
      [{}, 'clientSecret'],
      [{ clientSecret: '' }, 'clientSecret'],
      [{ clientSecret: 'hush-hush\n' }, 'clientSecret'],
      [{ clientSecret: 'hush-hush', scope: 5 }, 'scope'],
      [{ clientSecret: 'hush-hush', resource: 'hush-hush hush' }, 'resource'],
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
        const resolver = open({ ...HERE, resolveClient });
        const error = await rejection(resolver.resolve(readTarget({ clientId: 'globex' }), signal));
        expect(error).to.be.instanceOf(TokenRequestError);
        expect(error).to.include({ reason: 'ERR_RESOLVE_CLIENT', permanent: false });
        expect(inspect(error, { depth: null })).to.not.contain('hush');
      }
    });

    it('waits for it as long as for a token request, and not 1 ms longer', async () => {
      const time = new VirtualTime();
      try {
        let isOver = false;
        const resolver = open({ ...HERE, resolveClient: () => new Promise(() => undefined) });
        const failure = rejection(resolver.resolve(readTarget({ clientId: 'globex' }), signal));
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
      const resolver = open({ ...HERE, resolveClient: () => new Promise(() => undefined) });
      const failure = rejection(resolver.resolve(readTarget({ clientId: 'globex' }), closing.signal));
      closing.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
    });
  });

  describe('the secret of a client that was asked for', () => {
    const draft = { clientId: 'globex', tokenEndpoint: HERE.tokenEndpoint, timeoutMs: 1_000, signal };
    const ask = async (resolveClient: TokenProviderOptions['resolveClient']) => {
      const resolver = open({ ...HERE, authentication: 'post', resolveClient });
      return (await resolver.resolve(readTarget({ clientId: 'globex' }), signal)).authenticator;
    };
    const secretOf = async (authenticator: Target['authenticator']) =>
      (await authenticator.authenticate(draft)).parameters?.client_secret;

    it('is asked for again where it came from', async () => {
      const secrets = ['first', 'second', 'third'];
      const authenticator = await ask(async () => ({ clientSecret: secrets.shift() ?? '' }));
      const refused = await authenticator.authenticate(draft);
      expect(refused.parameters?.client_secret).to.equal('first');
      expect(await authenticator.renew?.(draft, refused)).to.equal(true);
      expect(await secretOf(authenticator)).to.equal('second');
      expect(await secretOf(authenticator)).to.equal('second');
    });

    it('is asked for again by the query that it came from', async () => {
      const asked: ClientQuery[] = [];
      const authenticator = await ask((query) => {
        asked.push(query);
        return { clientSecret: 's3cret' };
      });
      const refused = await authenticator.authenticate(draft);
      expect(await authenticator.renew?.(draft, refused)).to.equal(false);
      expect(asked).to.have.length(2);
      expect(asked[1]).to.deep.equal(asked[0]);
    });

    it('is asked of its own function, where it is one', async () => {
      let [clients, secrets] = [0, 0];
      const authenticator = await ask(() => {
        clients += 1;
        return { clientSecret: () => `secret ${++secrets}` };
      });
      const refused = await authenticator.authenticate(draft);
      expect(refused.parameters?.client_secret).to.equal('secret 1');
      expect(await authenticator.renew?.(draft, refused)).to.equal(true);
      expect(await secretOf(authenticator)).to.equal('secret 2');
      expect(clients).to.equal(1);
    });
  });

  it('shares the servers that resolveClient names among the clients of each', async () => {
    const resolver = open({
      resolveClient: ({ clientId }) => ({
        clientSecret: 's3cret',
        subdomain: clientId.startsWith('eu') ? 'acme-eu' : 'acme',
      }),
    });
    const [a, b, c] = await Promise.all(
      ['eu-1', 'eu-2', 'us-1'].map((clientId) => resolver.resolve(readTarget({ clientId }), signal)),
    );
    expect(a?.server).to.be.an('object').that.equals(b?.server);
    expect(a?.server).to.not.equal(c?.server);
  });
});
