import http from 'node:http';
import { PassThrough } from 'node:stream';
import axios, { type AxiosInstance, type AxiosStatic } from 'axios';
import axios12 from 'axios-1.2';
import axiosRetry from 'axios-retry';
import { expect } from 'chai';
import { Agent, Client, type Dispatcher, interceptors, fetch as undiciFetch } from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { attachToken, TokenProvider } from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { JudgingApi } from '../support/proofs/judging-api.js';

type Send = (path: string, method?: string) => Promise<number>;

/** What an application may write; each of these arrives as something that a proof can name. */
const PATHS = [
  '/',
  '/things?a=1&b=%20',
  '/a%20b/%C3%BC/%2F',
  '/a;v=1/@b:c/~d',
  '//double//slash',
  '/UPPER/%7elower%7E',
  '/x?next=https://elsewhere.example/#y',
];

describe('proofs, judged by oauth4webapi', () => {
  let api: JudgingApi;
  let provider: TokenProvider;
  let agent: Agent;
  let client: Client;
  beforeEach(async () => {
    api = await JudgingApi.start();
    agent = new Agent();
    client = new Client(api.origin);
    provider = new TokenProvider({
      tokenEndpoint: 'https://login.example/token',
      clientId: 'acme',
      clientSecret: 'the-secret',
      http: api.http,
      dpop: true,
    });
  });
  afterEach(async () => {
    await Promise.all([provider.close(), agent.destroy(), client.destroy()]);
    await api.stop();
  });

  const byAxios = (library: unknown, changes: (instance: AxiosInstance) => void = () => undefined): Send => {
    const instance = (library as AxiosStatic).create({ baseURL: api.origin, proxy: false });
    changes(instance);
    attachToken(instance, provider);
    return async (path, method = 'GET') =>
      (await instance.request({ url: api.origin + path, method, validateStatus: () => true })).status;
  };
  const byFetch = (fetch: unknown): Send => {
    const send = createAuthorizedFetch(provider, {
      origins: api.origin,
      ...(fetch ? { fetch: fetch as typeof globalThis.fetch } : {}),
    });
    return async (path, method = 'GET') => (await send(api.origin + path, { method })).status;
  };
  const intercepted = (dispatcher: Dispatcher) =>
    dispatcher.compose(tokenInterceptor(provider, { origins: api.origin }));
  const read = async ({ statusCode, body }: Dispatcher.ResponseData) => {
    await body.dump();
    return statusCode;
  };

  const SENDERS: Readonly<Record<string, () => Send>> = {
    'the newest axios': () => byAxios(axios),
    'the newest axios, by fetch': () =>
      byAxios(axios, (instance) => {
        instance.defaults.adapter = 'fetch';
      }),
    'the oldest axios': () => byAxios(axios12),
    fetch: () => byFetch(undefined),
    'fetch of undici': () => byFetch(undiciFetch),
    'undici.request': () => {
      const dispatcher = intercepted(agent);
      return async (path, method = 'GET') =>
        read(await dispatcher.request({ origin: api.origin, path: sentPath(path), method: method as 'GET' }));
    },
    // Nothing in the request says where it goes.
    'Client.stream of undici': () => {
      const dispatcher = intercepted(client) as Client;
      return async (path, method = 'GET') => {
        let status = 0;
        await dispatcher.stream({ path: sentPath(path), method: method as 'GET' }, ({ statusCode }) => {
          status = statusCode;
          return new PassThrough().resume();
        });
        return status;
      };
    },
    'authorize() and node:http':
      () =>
      async (path, method = 'GET') => {
        const url = new URL(api.origin + path);
        url.hash = '';
        const headers = await provider.authorize({ method, url });
        return new Promise((resolve, reject) => {
          const request = http.request(url, { method, headers }, (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          });
          request.on('error', reject).end();
        });
      },
  };

  for (const [name, open] of Object.entries(SENDERS)) {
    it(`are taken from ${name}, whatever the path and the method`, async () => {
      const send = open();
      for (const path of PATHS) await send(path);
      for (const method of ['POST', 'put', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])
        await send('/things', method.toUpperCase());
      expect(api.verdicts.filter(({ problem }) => problem)).to.deep.equal([]);
      expect(new Set(api.verdicts.map(({ jti }) => jti)).size).to.equal(PATHS.length + 6);
    });
  }

  const redirected = (status: number) => {
    api.before = ({ url }, response) => {
      if (url !== '/from') return false;
      response.writeHead(status, { Location: '/to?a=1' }).end();
      return true;
    };
  };

  for (const name of ['the newest axios', 'the oldest axios', 'fetch', 'fetch of undici']) {
    for (const [status, method] of [
      [307, 'POST'],
      [303, 'GET'],
    ] as const)
      it(`are made anew for the hop after a ${status}, by ${name}`, async () => {
        redirected(status);
        expect(await SENDERS[name]?.()('/from', 'POST')).to.equal(200);
        expect(api.verdicts.map(({ request, problem }) => [request, problem])).to.deep.equal([
          ['POST /from', undefined],
          [`${method} /to?a=1`, undefined],
        ]);
      });
  }

  it('are made anew where interceptors of undici follow a redirect, or repeat a request', async () => {
    redirected(307);
    let failures = 1;
    const own = api.before;
    api.before = (seen, response) => {
      if (seen.url === '/from' || failures === 0) return own(seen, response);
      failures -= 1;
      response.writeHead(503).end();
      return true;
    };
    const dispatcher = agent.compose(
      tokenInterceptor(provider, { origins: api.origin }),
      interceptors.redirect({ maxRedirections: 2 }),
      interceptors.retry({ maxRetries: 2, minTimeout: 1, throwOnError: false }),
    );
    expect(
      await read(await dispatcher.request({ origin: api.origin, path: '/from', method: 'GET' })),
    ).to.equal(200);
    expect(api.verdicts.length).to.be.above(2);
    expect(api.verdicts.filter(({ problem }) => problem)).to.deep.equal([]);
  });

  it('are made anew for each repetition of axios-retry', async () => {
    let failures = 2;
    api.before = (_, response) => {
      failures -= 1;
      if (failures < 0) return false;
      response.writeHead(503).end();
      return true;
    };
    const instance = axios.create({ baseURL: api.origin, proxy: false });
    axiosRetry(instance, { retries: 3, retryDelay: () => 1 });
    attachToken(instance, provider);
    expect((await instance.get('/things')).status).to.equal(200);
    expect(api.verdicts.map(({ problem }) => problem)).to.deep.equal([undefined, undefined, undefined]);
    expect(new Set(api.verdicts.map(({ jti }) => jti)).size).to.equal(3);
  });
});

/** undici.request() takes a path as it is sent. */
function sentPath(path: string): string {
  return path.replace(/#.*/, '');
}
