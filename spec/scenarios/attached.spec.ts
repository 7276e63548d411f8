import { Readable } from 'node:stream';
import axios from 'axios';
import { expect } from 'chai';
import { Agent, type Dispatcher, interceptors, FormData as UndiciFormData } from 'undici';
import { type ApiAnswer, type AttachOptions, createAuthorizedFetch } from '../../lib/fetch.js';
import { attachToken, ConfigurationError, TokenEndpointError, TokenProvider } from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { ApiServer, redirecting, startTokenEndpoint, takingOnly } from '../support/api-server.js';
import { rejection } from '../support/rejection.js';
import { muteTokenWarnings, warningsOf } from '../support/warnings.js';

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

type Send = (url: string, call?: Call) => Promise<{ status: number; body: string }>;
type Attach = (provider: TokenProvider, options: AttachOptions<never>) => Send;

const axiosBy =
  (adapter: 'http' | 'fetch'): Attach =>
  (provider, options) => {
    const instance = axios.create({ validateStatus: () => true, responseType: 'text', adapter });
    attachToken(instance, provider, options as never);
    return async (url, { method = 'GET', body, headers = {}, signal } = {}) => {
      const own = { url, method, data: body, headers, ...(signal && { signal }) };
      const { status, data } = await instance.request(own);
      return { status, body: data };
    };
  };

const attachments: Readonly<Record<string, Attach>> = {
  axios: axiosBy('http'),
  'axios with its fetch adapter': axiosBy('fetch'),
  fetch: (provider, options) => {
    const authorized = createAuthorizedFetch(provider, options as never);
    return async (url, call = {}) => {
      const duplex = call.body instanceof Readable ? { duplex: 'half' } : {};
      const response = await authorized(url, { ...call, ...duplex } as RequestInit);
      return { status: response.status, body: await response.text() };
    };
  },
  undici: (provider, options) => {
    const agent = new Agent().compose(
      tokenInterceptor(provider, options as never),
      interceptors.redirect({ maxRedirections: 5 }),
    );
    return async (url, call = {}) => {
      const { protocol, host, pathname, search } = new URL(url);
      const { statusCode, body } = await agent.request({
        origin: `${protocol}//${host}`,
        path: pathname + search,
        method: 'GET',
        ...call,
      } as Dispatcher.RequestOptions);
      return { status: statusCode, body: await body.text() };
    };
  },
};

for (const [name, attach] of Object.entries(attachments)) {
  describe(`a token attached to ${name}`, () => {
    muteTokenWarnings();
    let tokens: ApiServer;
    let api: ApiServer;
    let foreign: ApiServer;
    let provider: TokenProvider;
    const open = (options: Partial<AttachOptions<never>> = {}) =>
      attach(provider, { origins: [api.origin], ...options });

    beforeEach(async () => {
      [tokens, api, foreign] = await Promise.all([
        startTokenEndpoint(),
        ApiServer.start(),
        ApiServer.start(),
      ]);
      provider = new TokenProvider({ tokenEndpoint: tokens.origin, clientId: 'acme', clientSecret: 'hush' });
    });
    afterEach(async () => {
      await provider.close();
      await Promise.all([tokens, api, foreign].map((server) => server.stop()));
    });

    it('goes with every request to an allowed origin, one token for all', async () => {
      const send = open();
      const answers = await Promise.all([1, 2, 3].map((id) => send(`${api.origin}/things/${id}`)));
      expect(answers).to.deep.equal(Array(3).fill({ status: 200, body: 'yes' }));
      expect([api.tokens, tokens.seen.length]).to.deep.equal([['t1', 't1', 't1'], 1]);
    });

    it('goes nowhere else, and asks for no token there', async () => {
      const send = open();
      const localhost = foreign.origin.replace('127.0.0.1', 'localhost');
      for (const url of [`${foreign.origin}/`, `${localhost}/`, api.origin.replace('127.0.0.1', 'localhost')])
        await send(url).catch(() => undefined);
      expect([...foreign.tokens, ...api.tokens].every((token) => token === 'none')).to.equal(true);
      expect(foreign.tokens).to.have.length.at.least(1);
      expect(tokens.seen).to.have.length(0);
    });

    it('leaves a header that the caller set as it is', async () => {
      await open()(api.origin, { headers: { authorization: 'Basic Zm9v' } });
      await open({ header: 'X-Token' } as object)(api.origin, { headers: { 'x-token': 'own' } });
      expect(api.seen.map(({ headers }) => [headers.authorization, headers['x-token']])).to.deep.equal([
        ['Basic Zm9v', undefined],
        [undefined, 'own'],
      ]);
      expect(tokens.seen).to.have.length(0);
    });

    for (const [header, expected] of [
      ['X-Token', 't1'],
      ['X-Token: Token', 'Token t1'],
    ]) {
      it(`goes into another header: '${header}'`, async () => {
        await open({ header } as object)(api.origin);
        expect(api.seen[0]?.headers['x-token']).to.equal(expected);
      });
    }

    const redirects = [
      { to: 'the same origin', isForeign: false, isAllowed: false, isBack: false },
      { to: 'another', isForeign: true, isAllowed: false, isBack: false },
      { to: 'another that is allowed, too', isForeign: true, isAllowed: true, isBack: false },
      { to: 'another, and back again', isForeign: true, isAllowed: false, isBack: true },
    ];
    const followRedirect = async (
      key: string,
      { isForeign, isAllowed, isBack }: (typeof redirects)[number],
    ) => {
      const origins = isAllowed ? [api.origin, foreign.origin] : api.origin;
      api.answer = redirecting('/from', `${(isForeign ? foreign : api).origin}/to`);
      if (isBack) foreign.answer = redirecting('/to', `${api.origin}/home`);
      const send = open({ header: `${key}: Bearer`, origins });
      const outcome = await send(`${api.origin}/from`).then(({ status }) => status, String);
      const [first, ...others] = [...api.seen, ...foreign.seen].map(({ headers }) => headers[key]);
      return { outcome, first, others };
    };
    for (const redirect of redirects) {
      for (const key of ['authorization', 'x-token']) {
        // The fetch that axios uses would take such a header along, so axios is kept from following.
        const isRefused = name.includes('fetch adapter') && key === 'x-token';
        it(`goes along as '${key}' with a redirect to the same origin alone: ${redirect.to}`, async () => {
          const { outcome, first, others } = await followRedirect(key, redirect);
          expect([outcome === 200, others.length > 0]).to.deep.equal([!isRefused, !isRefused]);
          expect(first).to.equal('Bearer t1');
          for (const other of others) expect(other).to.equal(redirect.isForeign ? undefined : 'Bearer t1');
        });
      }
    }

    describe('that is rejected', () => {
      it('is replaced, and the request is sent once more', async () => {
        api.answer = takingOnly('t2');
        expect(await open()(`${api.origin}/x`)).to.deep.equal({ status: 200, body: 'yes' });
        expect([api.tokens, tokens.seen.length]).to.deep.equal([['t1', 't2'], 2]);
      });

      const isUndici = name === 'undici';
      // undici takes its own forms alone, and no URLSearchParams.
      const form = isUndici ? new UndiciFormData() : new FormData();
      form.set('name', 'value');
      const bodies: Record<string, [unknown, RegExp]> = {
        text: ['some text', /^some text$/],
        bytes: [Buffer.from('bytes'), /^bytes$/],
        ...(!isUndici && { parameters: [new URLSearchParams({ a: '1' }), /^a=1$/] }),
        'a form': [form, /name="name"\r\n\r\nvalue/],
        'a blob': [new Blob(['blob']), /^blob$/],
      };
      for (const [kind, [body, expected]] of Object.entries(bodies)) {
        it(`is sent again with the same body: ${kind}`, async () => {
          // undici takes those for no body that it can send.
          if (name === 'undici' && kind === 'parameters') return;
          api.answer = takingOnly('t2');
          expect(await open()(api.origin, { method: 'POST', body })).to.include({ status: 200 });
          const [first, second] = api.seen.map((seen) => seen.body);
          expect(first).to.match(expected);
          const withoutBoundary = (text = '') => text.replace(/^--.*$/gm, '');
          expect(withoutBoundary(second)).to.equal(withoutBoundary(first));
        });
      }

      it('is not sent again with a stream, but replaced all the same', async () => {
        api.answer = takingOnly('t2');
        const send = open();
        const body = Readable.from([Buffer.from('once')]);
        expect(await send(api.origin, { method: 'POST', body })).to.deep.equal({ status: 401, body: 'no' });
        expect(await send(api.origin)).to.include({ status: 200 });
        expect([api.tokens, tokens.seen.length]).to.deep.equal([['t1', 't2'], 2]);
      });

      it('is not sent again where that is switched off, but replaced all the same', async () => {
        api.answer = takingOnly('t2');
        const send = open({ retryRejected: false });
        expect((await send(api.origin)).status).to.equal(401);
        expect((await send(api.origin)).status).to.equal(200);
        expect(api.tokens).to.deep.equal(['t1', 't2']);
      });

      for (const [status, challenge, isRetried] of [
        [401, undefined, true],
        [401, 'Bearer realm="x"', true],
        [401, 'Basic realm="x", Bearer error="invalid_token"', true],
        [401, 'Bearer error="insufficient_scope"', false],
        [401, 'Bearer realm="a, error=invalid_token", error=insufficient_scope', false],
        [401, 'Bearer error="insufficient_user_authentication"', false],
        [401, 'Bearer error="expired_token"', true],
        [401, 'Bearer error="ExpiredToken"', true],
        [401, 'Bearer error=invalid_request', true],
        [403, 'Bearer error="invalid_token"', true],
        [400, 'Bearer error="InvalidToken"', true],
        [403, 'Bearer error="expired_token"', false],
        [403, undefined, false],
        [500, 'Bearer error="invalid_token"', false],
      ] as const) {
        it(`by ${status} ${challenge}: ${isRetried}`, async () => {
          api.answer = (_, response) => {
            if (challenge) response.setHeader('WWW-Authenticate', challenge);
            response.writeHead(api.seen.length === 1 ? status : 200).end();
          };
          expect((await open()(api.origin)).status).to.equal(isRetried ? 200 : status);
          expect([api.seen.length, tokens.seen.length]).to.deep.equal(isRetried ? [2, 2] : [1, 1]);
        });
      }

      for (const status of [403, 419, 440, 498, 200]) {
        it(`by words of the API's own, with ${status}, where isRejected knows them`, async () => {
          api.answer = ({ headers }, response) => {
            const isOld = headers.authorization === 'Bearer t1';
            response.writeHead(isOld ? status : 200, isOld ? { 'X-Reason': 'ExpiredToken' } : {}).end('body');
          };
          const isRejected = ({ headers }: ApiAnswer) => headers.get('x-reason') === 'ExpiredToken';
          expect(await open({ isRejected })(api.origin)).to.deep.equal({ status: 200, body: 'body' });
          expect([api.tokens, tokens.seen.length]).to.deep.equal([['t1', 't2'], 2]);
        });
      }

      it('is none where isRejected says so, of 401 as well', async () => {
        api.answer = takingOnly('none of them');
        expect(await open({ isRejected: () => false })(api.origin)).to.deep.equal({
          status: 401,
          body: 'no',
        });
        expect([api.seen.length, tokens.seen.length]).to.deep.equal([1, 1]);
      });

      it('by the default where isRejected throws, of which one process warning tells', async () => {
        const isRejected = () => {
          throw new Error('mine');
        };
        const send = open({ isRejected });
        api.answer = takingOnly('t2');
        const warnings = await warningsOf(async () => {
          for (let round = 0; round < 3; round += 1)
            expect(await send(api.origin)).to.deep.equal({ status: 200, body: 'yes' });
        });
        expect(warnings.map(({ code }) => code)).to.deep.equal(['TOKEN_PROVIDER_IS_REJECTED']);
      });

      it('a hundred times at once costs one token', async () => {
        const send = open();
        await send(api.origin);
        api.answer = takingOnly('t2');
        const answers = await Promise.all(Array.from({ length: 100 }, () => send(api.origin)));
        expect(answers.filter(({ status }) => status === 200)).to.have.length(100);
        expect(tokens.seen).to.have.length(2);
      });

      it('late, after it was replaced, costs none', async () => {
        const send = open();
        let let401 = (): void => undefined;
        api.answer = (_, response) => {
          let401 = () => response.writeHead(401).end();
          if (api.tokens.at(-1) !== 't1') response.end('yes');
        };
        const late = send(api.origin);
        while (api.seen.length === 0) await new Promise(setImmediate);
        const reject = let401;
        await provider.refresh();
        reject();
        expect(await late).to.include({ status: 200 });
        expect([api.tokens, tokens.seen.length]).to.deep.equal([['t1', 't2'], 2]);
      });

      it('for ever costs one token more for some seconds, and every caller gets his 401', async () => {
        const sends = [open(), open()];
        api.answer = takingOnly('none of them');
        for (let round = 0; round < 20; round += 1)
          for (const send of sends) expect(await send(api.origin)).to.deep.equal({ status: 401, body: 'no' });
        expect(tokens.seen.length).to.be.within(2, 3);
      });

      it('while there is no other to be had: the caller gets his 401', async () => {
        const send = open();
        await send(api.origin);
        api.answer = takingOnly('t2');
        tokens.answer = (_, response) => response.writeHead(400).end('{"error":"invalid_client"}');
        expect(await send(api.origin)).to.deep.equal({ status: 401, body: 'no' });
      });
    });

    describe('that is not sent', () => {
      const codesOf = async (work: () => unknown) => (await warningsOf(work)).map(({ code }) => code);

      it('is noticed, the first time, by a process warning with the address and the origins', async () => {
        const send = open({ origins: ['https://api.example', 'https://b.example'] });
        const warnings = await warningsOf(async () => {
          for (const path of ['/x?secret', '/y']) await send(`${foreign.origin}${path}`);
        });
        expect(warnings.map(({ code }) => code)).to.deep.equal(['TOKEN_PROVIDER_NOT_ATTACHED']);
        const [{ message } = { message: '' }] = warnings;
        expect(message).to.contain(`A request to ${foreign.origin} carried no token`);
        expect(message).to.contain('https://api.example, https://b.example').and.not.contain('secret');
      });

      it('is noticed once for each attachment', async () => {
        const sends = [open(), open()];
        const codes = await codesOf(() => Promise.all(sends.map((send) => send(foreign.origin))));
        expect(codes).to.have.length(2);
      });

      it('is not noticed after it was sent, nor beside a header of the caller', async () => {
        const [used, fresh] = [open(), open()];
        await used(api.origin);
        const headers = { authorization: 'Basic Zm9v' };
        const codes = await codesOf(async () => {
          await used(foreign.origin);
          await fresh(foreign.origin, { headers });
          await fresh(api.origin, { headers });
        });
        expect(codes).to.deep.equal([]);
      });
    });

    it('goes to plain http elsewhere than on this machine with allowHttp alone', () => {
      const origins = 'http://api.example';
      expect(() => open({ origins })).to.throw(ConfigurationError, 'set allowHttp: true');
      expect(() => open({ origins, allowHttp: true })).to.not.throw();
    });

    it('that cannot be had is a typed error, and nothing is sent', async () => {
      tokens.answer = (_, response) => response.writeHead(401).end('{"error":"invalid_client"}');
      const error = await rejection(open()(api.origin));
      expect(error).to.be.instanceOf(TokenEndpointError);
      expect(axios.isAxiosError(error)).to.equal(false);
      expect(api.seen).to.have.length(0);
    });

    it('is waited for no longer than the request may', async () => {
      tokens.answer = () => undefined;
      const controller = new AbortController();
      const error = rejection(open()(api.origin, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 50);
      expect((await error).name).to.match(/AbortError|CanceledError/);
      expect(api.seen).to.have.length(0);
    });

    it('is that of the target, which may be told of each request', async () => {
      const tenants = new TokenProvider({
        tokenEndpoint: tokens.origin,
        resolveClient: ({ clientId }) => ({ clientSecret: `of ${clientId}` }),
      });
      const senders = () =>
        tokens.seen.map(({ headers }) => atob(String(headers.authorization).slice(6)).split(':')[0]);
      const own = attach(tenants, { origins: api.origin, target: { clientId: 'a' } });
      await own(api.origin);
      const target = async (request: { headers: Record<string, string> | Headers }) => {
        const { headers } = request;
        const get = (headers as Headers).get;
        return {
          clientId: String(
            get ? get.call(headers, 'x-tenant') : (headers as Record<string, string>)['x-tenant'],
          ),
        };
      };
      const each = attach(tenants, { origins: api.origin, target } as never);
      for (const tenant of ['b', 'c', 'b']) await each(api.origin, { headers: { 'x-tenant': tenant } });
      expect([api.tokens, senders()]).to.deep.equal([
        ['t1', 't2', 't3', 't2'],
        ['a', 'b', 'c'],
      ]);
      await tenants.close();
    });

    it('has to know where it may go', () => {
      for (const [options, option] of [
        [{}, 'origins'],
        [{ origins: [] }, 'origins'],
        [{ origins: 'api.example.com' }, 'origins'],
        [{ origins: 'https://api.example.com/path' }, 'origins'],
        [{ origins: 'http://api.example.com' }, 'origins'],
        [{ origins: 'https://user@api.example.com' }, 'origins'],
        [{ origins: api.origin, header: 'a b: c d' }, 'header'],
        [{ origins: api.origin, retryRejected: 'no' }, 'retryRejected'],
        [{ origins: api.origin, isRejected: 419 }, 'isRejected'],
        [{ origins: api.origin, allowHttp: 1 }, 'allowHttp'],
        [{ origins: api.origin, target: { color: 'red' } }, 'color'],
        [{ origins: api.origin, where: 1 }, 'where'],
      ] as const) {
        expect(() => attach(provider, options as never), JSON.stringify(options))
          .to.throw(ConfigurationError)
          .with.property('option', option);
      }
      expect(() => attach({} as never, { origins: api.origin })).to.throw(
        ConfigurationError,
        'TokenProvider',
      );
    });
  });
}
