import { EventEmitter } from 'node:events';
import http from 'node:http';
import axios, { AxiosHeaders } from 'axios';
import { expect } from 'chai';
import {
  Agent,
  type Dispatcher,
  interceptors,
  Pool,
  Request as UndiciRequest,
  fetch as undiciFetch,
} from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { attachToken, TokenProvider, TokenUnavailableError } from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { ApiServer, redirecting, startTokenEndpoint, takingOnly } from '../support/api-server.js';
import { rejection } from '../support/rejection.js';
import { muteTokenWarnings } from '../support/warnings.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('an attached token, in all kinds of mishap', () => {
  muteTokenWarnings();
  let tokens: ApiServer;
  let api: ApiServer;
  let foreign: ApiServer;
  let provider: TokenProvider;
  const slowTokens = (ms: number) => {
    const { answer } = tokens;
    tokens.answer = (seen, response) => {
      setTimeout(() => answer(seen, response), ms);
    };
  };
  beforeEach(async () => {
    [tokens, api, foreign] = await Promise.all([startTokenEndpoint(), ApiServer.start(), ApiServer.start()]);
    provider = new TokenProvider({ tokenEndpoint: tokens.origin, clientId: 'acme', clientSecret: 'hush' });
  });
  afterEach(async () => {
    await provider.close();
    await Promise.all([tokens, api, foreign].map((server) => server.stop()));
  });
  /** Gives up a call while its rejection is held, and waits until the connection is closed. Gives what the call fails with. */
  const leaveWhileHeld = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<Error> => {
    const closed = new Promise((resolve) => {
      api.answer = (_, response) => {
        response.on('close', resolve).writeHead(401).write('an answer without an end');
      };
    });
    await provider.getToken();
    slowTokens(60_000);
    const leaving = new AbortController();
    const failed = rejection(call(leaving.signal));
    while (tokens.seen.length < 2) await sleep(5);
    leaving.abort();
    const error = await failed;
    await closed;
    return error;
  };
  const compose = (...more: Dispatcher.DispatcherComposeInterceptor[]) =>
    new Agent().compose(tokenInterceptor(provider, { origins: api.origin }), ...more);
  const get = (dispatcher: Dispatcher, options: object = {}) =>
    dispatcher.request({
      origin: api.origin,
      path: '/',
      method: 'GET',
      ...options,
    } as Dispatcher.RequestOptions);

  describe('axios', () => {
    // Plain axios goes on to a proxy with it, and the redirect after that may end the whole process: nodejs/node#61753.
    it('follows no redirect to what is not http by way of a proxy, with a hook for redirects or without', async () => {
      const { hostname: host, port } = new URL(foreign.origin);
      const proxy = { protocol: 'http', host, port: Number(port) };
      const instance = axios.create({ baseURL: 'http://api.example', proxy });
      attachToken(instance, provider, { origins: 'http://api.example', allowHttp: true });
      foreign.answer = ({ url }, response) => {
        const Location = url === 'http://api.example/x' ? 'javascript://user@[::1]/' : '/y';
        response.writeHead(302, { Location }).end();
      };
      for (const own of [{}, { beforeRedirect: () => undefined }])
        expect(await rejection(instance.get('/x', own))).to.include({
          code: 'ERR_FR_REDIRECTION_FAILURE',
          message: 'Redirected request failed: Unsupported protocol javascript:',
        });
      expect(foreign.seen.map(({ url }) => url)).to.deep.equal([
        'http://api.example/x',
        'http://api.example/x',
      ]);
    });

    it('judges the address that is sent to, whatever the defaults of the instance say', async () => {
      const instance = axios.create({ baseURL: api.origin, allowAbsoluteUrls: false });
      attachToken(instance, provider);
      instance.interceptors.request.use((config) => {
        const { baseURL: _, allowAbsoluteUrls: __, ...others } = config;
        return { ...others, url: `${foreign.origin}${config.url}` };
      });
      await instance.get('/x');
      expect(foreign.tokens).to.deep.equal(['none']);
    });

    it('lets its fetch adapter follow no redirect with a header of another name, even when told to', async () => {
      api.answer = redirecting('/from', `${foreign.origin}/to`);
      const fetchOptions = { redirect: 'follow' } as const;
      const instance = axios.create({ baseURL: api.origin, adapter: 'fetch', fetchOptions });
      attachToken(instance, provider, { header: 'X-Token' });
      await rejection(instance.get('/from'));
      expect(foreign.seen).to.have.length(0);
    });

    it('adds nothing to headers that requests share', async () => {
      const instance = axios.create({ baseURL: api.origin });
      attachToken(instance, provider);
      await provider.getToken();
      const shared = new AxiosHeaders({ 'X-App': 'a' });
      instance.interceptors.request.use((config) => Object.assign(config, { headers: shared }));
      api.answer = (_, response) => {
        setTimeout(() => response.end(), 50);
      };
      const slow = instance.get('/x');
      await sleep(20);
      await instance.get(`${foreign.origin}/y`);
      await slow;
      expect([api.tokens, foreign.tokens]).to.deep.equal([['t1'], ['none']]);
    });

    for (const authorization of [undefined, null]) {
      it(`shows no token in a config whose own header was ${authorization}`, async () => {
        const instance = axios.create({ baseURL: api.origin });
        attachToken(instance, provider);
        const { config } = await instance.get('/x', { headers: { authorization } as never });
        expect(JSON.stringify(config)).to.not.contain('Bearer');
        expect(api.tokens).to.deep.equal(['t1']);
      });
    }

    it('sends what it was given, though that changes while it waits, as without a token', async () => {
      const attached = axios.create();
      attachToken(attached, provider, { origins: api.origin });
      for (const http of [axios.create(), attached]) {
        api.seen.length = 0;
        const [url, baseURL] = [new URL(api.origin), new URL(api.origin)];
        const params = new URLSearchParams();
        const calls = ['1', '2'].flatMap((page) => {
          url.pathname = baseURL.pathname = page;
          params.set('page', page);
          return [http.get(url as never, { params }), http.get('', { baseURL: baseURL as never })];
        });
        url.port = baseURL.port = new URL(foreign.origin).port;
        await Promise.all(calls);
        const seen = api.seen.map((one) => one.url).sort();
        expect(seen).to.deep.equal(['/1', '/1?page=1', '/2', '/2?page=2']);
      }
      expect(foreign.seen).to.have.length(0);
    });

    it('frees the socket of a large stream that nobody will read', async () => {
      const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const instance = axios.create({
        baseURL: api.origin,
        responseType: 'stream',
        maxContentLength: 100_000,
        httpAgent,
      });
      attachToken(instance, provider);
      api.answer = ({ headers }, response) => {
        if (headers.authorization === 'Bearer t2') response.end('yes');
        else response.writeHead(401).end('x'.repeat(500_000));
      };
      expect((await instance.get('/x')).status).to.equal(200);
      httpAgent.destroy();
    });

    it('serves an instance of the bare class, which has no adapter of its own', async () => {
      const instance = new axios.Axios({ baseURL: api.origin });
      attachToken(instance as never, provider);
      await instance.get('/x');
      expect(api.tokens).to.deep.equal(['t1']);
    });

    it('frees the connection of a rejection that is held, where its caller gives up', async () => {
      const instance = axios.create({ baseURL: api.origin });
      attachToken(instance, provider);
      const error = await leaveWhileHeld((signal) => instance.get('/x', { responseType: 'stream', signal }));
      expect(error).to.have.property('code', 'ERR_CANCELED');
    });

    it('lets a target function take no longer than the request may', async () => {
      const instance = axios.create({ baseURL: api.origin, timeout: 100 });
      attachToken(instance, provider, { target: () => new Promise<never>(() => undefined) });
      expect(await rejection(instance.get('/x'))).to.be.instanceOf(TokenUnavailableError);
    });

    it('reads a timeout as axios does, and names it in the error', async () => {
      await provider.getToken();
      api.answer = () => undefined;
      const instance = axios.create({ baseURL: api.origin });
      attachToken(instance, provider);
      const error = await rejection(instance.get('/x', { timeout: '500ms' as never }));
      expect(error.message).to.contain('500ms');
    });
  });

  describe('fetch', () => {
    it('sends what it was given, though that changes while it waits', async () => {
      const authorized = createAuthorizedFetch(provider, { origins: api.origin });
      const url = new URL(api.origin);
      const headers = { 'x-a': '1' };
      const body = new URLSearchParams();
      const calls = ['/1', '/2'].map((path) => {
        url.pathname = path;
        body.set('path', path);
        return authorized(url, { method: 'POST', headers, body });
      });
      url.port = new URL(foreign.origin).port;
      headers['x-a'] = '2';
      await Promise.all(calls);
      const seen = api.seen.map((one) => `${one.url} ${one.headers['x-a']} ${one.body}`);
      expect(seen.sort()).to.deep.equal(['/1 1 path=%2F1', '/2 1 path=%2F2']);
      expect(foreign.seen).to.have.length(0);
    });

    it('frees the connection of a rejection that is held, where its caller gives up', async () => {
      let given: Response | undefined;
      // A fetch of one's own may not look at the signal.
      const fetch: typeof globalThis.fetch = async (input, init) => {
        given = await globalThis.fetch(input, { ...init, signal: null });
        return given;
      };
      const authorized = createAuthorizedFetch(provider, { origins: api.origin, fetch });
      const error = await leaveWhileHeld((signal) => authorized(`${api.origin}/x`, { signal }));
      expect(error).to.have.property('name', 'AbortError');
      expect(given?.status).to.equal(401);
    });

    it('is not stopped by what is wrong with an answer that nobody wants', async () => {
      await provider.getToken();
      slowTokens(100);
      api.answer = ({ headers }, response) => {
        if (headers.authorization === 'Bearer t2') return response.end('yes');
        response.writeHead(401, { 'content-length': 1_000 }).write('abc');
        return setTimeout(() => response.destroy(), 30);
      };
      expect((await createAuthorizedFetch(provider, { origins: api.origin })(api.origin)).status).to.equal(
        200,
      );
      const instance = axios.create({ adapter: 'fetch', responseType: 'stream' });
      attachToken(instance, provider, { origins: api.origin });
      expect((await instance.get(api.origin)).status).to.equal(200);
    });

    it('loses no headers that can be read but once', async () => {
      const authorized = createAuthorizedFetch(provider, { origins: api.origin });
      for (const origin of [api.origin, foreign.origin])
        await authorized(origin, { headers: new Map([['x-a', '1']]).entries() as never });
      expect([api, foreign].map(({ seen }) => seen[0]?.headers['x-a'])).to.deep.equal(['1', '1']);
    });

    it('knows a Request of another fetch', async () => {
      const authorized = createAuthorizedFetch(provider, {
        origins: api.origin,
        fetch: undiciFetch as never,
      });
      await authorized(new UndiciRequest(api.origin) as never);
      expect(api.tokens).to.deep.equal(['t1']);
    });

    it('follows no redirect to what is not http, nor longer than its Request may', async () => {
      const authorized = createAuthorizedFetch(provider, { origins: api.origin, header: 'X-Token' });
      api.answer = redirecting('/from', 'data:text/plain,evil');
      expect(await rejection(authorized(`${api.origin}/from`))).to.be.instanceOf(TypeError);
      api.answer = ({ url }, response) => {
        if (url === '/from') response.writeHead(307, { Location: '/hangs' }).end();
      };
      const controller = new AbortController();
      const hanging = rejection(authorized(new Request(`${api.origin}/from`, { signal: controller.signal })));
      setTimeout(() => controller.abort(), 50);
      expect((await hanging).name).to.equal('AbortError');
    });
  });

  describe('undici', () => {
    it('survives a rejection without a body whose connection ends while it is held', async () => {
      const crashes: unknown[] = [];
      const onCrash = (error: unknown) => crashes.push(error);
      process.on('uncaughtExceptionMonitor', onCrash);
      await provider.getToken();
      slowTokens(100);
      api.answer = ({ headers }, response) => {
        if (headers.authorization === 'Bearer t2') response.end('yes');
        else response.writeHead(401, { Connection: 'close', 'Content-Length': '0' }).end();
      };
      expect((await get(compose())).statusCode).to.equal(200);
      process.off('uncaughtExceptionMonitor', onCrash);
      expect(crashes).to.deep.equal([]);
    });

    it('sends what it was given, though that changes while it waits', async () => {
      const [headers, query] = [{ 'x-a': '1' }, { page: 1 }];
      const options = { origin: api.origin, path: '/1', method: 'GET' as const, headers, query };
      const call = compose().request(options);
      Object.assign(options, { origin: foreign.origin, path: '/2' });
      headers['x-a'] = '2';
      query.page = 2;
      await call;
      expect(api.seen.map((seen) => `${seen.url} ${seen.headers['x-a']}`)).to.deep.equal(['/1?page=1 1']);
      expect(foreign.seen).to.have.length(0);
    });

    it('leaves the connection to others where a handler throws', async () => {
      const options = { origins: api.origin, retryRejected: false };
      const pool = new Pool(api.origin, { connections: 1 }).compose(tokenInterceptor(provider, options));
      api.answer = ({ url }, response) => {
        if (url === '/bad') response.writeHead(401).end('no'.repeat(1_000));
        else response.end('yes');
      };
      const thrown = pool.stream({ origin: api.origin, path: '/bad', method: 'GET' }, () => {
        throw new Error('mine');
      });
      expect((await rejection(thrown)).message).to.equal('mine');
      expect((await get(pool, { path: '/ok' })).statusCode).to.equal(200);
      await pool.destroy();
    });

    it('ends the wait when an emitter says so', async () => {
      tokens.answer = () => undefined;
      const signal = new EventEmitter();
      const error = rejection(get(compose(), { signal }));
      setTimeout(() => signal.emit('abort'), 30);
      expect((await error).name).to.equal('AbortError');
      expect(signal.listenerCount('abort')).to.equal(0);
    });

    it('keeps the token of a pool along a redirect to the origin that it stands for', async () => {
      api.answer = redirecting('/from', `${api.origin}/to`);
      const redirect = interceptors.redirect({ maxRedirections: 2 });
      const pool = new Pool(api.origin).compose(
        tokenInterceptor(provider, { origins: api.origin }),
        redirect,
      );
      await (pool as Pool).request({ path: '/from', method: 'GET' });
      expect(api.tokens).to.deep.equal(['t1', 't1']);
      await pool.destroy();
    });

    it('takes a header without a value for none, and loses none that can be read but once', async () => {
      await get(compose(), { headers: { authorization: undefined } });
      await get(compose(), { headers: new Map([['x-a', '1']]).entries() });
      expect([api.tokens, api.seen[1]?.headers['x-a']]).to.deep.equal([['t1', 't1'], '1']);
    });
  });

  it('is taken by whichever comes first, where there are several', async () => {
    const instance = axios.create({ baseURL: api.origin });
    const other = new TokenProvider({ tokenEndpoint: tokens.origin, clientId: 'b', clientSecret: 'hush' });
    attachToken(instance, provider);
    attachToken(instance, other);
    api.answer = takingOnly('t2');
    expect((await instance.get('/x')).status).to.equal(200);
    expect(new Set(api.tokens).size).to.equal(2);
    await other.close();
  });
});
