import nodeHttp from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import axios, {
  type AxiosError,
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosResponse,
} from 'axios';
import axiosRetry from 'axios-retry';
import { expect } from 'chai';
import { attachToken } from '../../lib/index.js';
import { ApiServer, type Seen } from '../support/api-server.js';
import { leaksOf } from '../support/printed.js';
import { recognisableProver } from '../support/recognisable-tokens.js';

const TOKEN = 'the-token-itself';
const NEWER = 'the-newer-token';
const SECRETS = [TOKEN, NEWER];

/** Gives out one token until that is rejected, then another. */
function makeSource(isBound = false) {
  let token = TOKEN;
  const handle = { getToken: async () => token, peek: () => ({}) };
  const invalidate = (): void => {
    token = NEWER;
  };
  const prover = isBound ? recognisableProver : undefined;
  return { ...handle, forClient: () => handle, invalidate, prover };
}

type Thing = Partial<AxiosError & AxiosResponse>;

/** All that users have in hands after a call, be it an answer or an error. */
function thingsOf(outcome: Thing): Record<string, unknown> {
  const { request, response, config, cause } = outcome;
  const native = request?._currentRequest ?? request;
  return {
    it: outcome,
    'it.request': request,
    'it.request._currentRequest': request?._currentRequest,
    'it.request._redirectable': request?._redirectable,
    'it.request.res': native?.res,
    'it.config': config,
    'it.data': outcome.data,
    'it.response': response,
    'it.response.request': response?.request,
    'it.response.data': response?.data,
    'it.cause': cause,
    'it.toJSON()': outcome.toJSON?.(),
  };
}

describe('nothing of a token leaks from an attached call: axios', function () {
  this.timeout(60_000);
  let api: ApiServer;
  let foreign: ApiServer;
  let agent: nodeHttp.Agent;

  const answers: Record<string, (seen: Seen, response: nodeHttp.ServerResponse) => unknown> = {
    '/200': (_, response) => response.end('{"fine":true}'),
    '/gzip': (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync('x'.repeat(1_000))),
    '/400': (_, response) => response.writeHead(400).end('{"error":"no"}'),
    '/401': (_, response) => response.writeHead(401).end(),
    '/renewed': ({ headers }, response) =>
      response.writeHead(headers.authorization?.includes(NEWER) ? 200 : 401).end('yes'),
    '/500': (_, response) => response.writeHead(500).end('oops'),
    '/hangs': () => undefined,
    '/resets': (_, response) => response.destroy(),
    '/breaks': (_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('half');
      setTimeout(() => response.destroy(), 20);
    },
    '/large': (_, response) => response.end('x'.repeat(200_000)),
    '/here': (_, response) => response.writeHead(307, { Location: '/200' }).end(),
    '/there': (_, response) => response.writeHead(302, { Location: `${foreign.origin}/there` }).end(),
    '/there/and/fails': (_, response) =>
      response.writeHead(302, { Location: `${foreign.origin}/fails` }).end(),
    '/here/and/large': (_, response) => response.writeHead(307, { Location: '/large' }).end(),
    '/here/and/hangs': (_, response) => response.writeHead(307, { Location: '/begins' }).end(),
    '/begins': (_, response) => response.writeHead(200).write('begun'),
    '/round': (_, response) => response.writeHead(302, { Location: '/round' }).end(),
    '/nowhere': (_, response) => response.writeHead(302, { Location: 'ftp://127.0.0.1/' }).end(),
  };

  before(async () => {
    [api, foreign] = await Promise.all([ApiServer.start(), ApiServer.start()]);
    api.answer = (seen, response) => answers[seen.url]?.(seen, response);
    foreign.answer = ({ url }, response) => response.writeHead(url === '/fails' ? 500 : 200).end('there');
  });
  after(() => Promise.all([api, foreign].map((server) => server.stop())));
  beforeEach(() => {
    agent = new nodeHttp.Agent({ keepAlive: true });
  });
  afterEach(() => agent.destroy());

  const make = (config: AxiosRequestConfig, header?: string): AxiosInstance => {
    const instance = axios.create({ baseURL: api.origin, httpAgent: agent, proxy: false, ...config });
    const isBound = header === 'Authorization: DPoP';
    attachToken(instance, makeSource(isBound), header ? { header } : {});
    return instance;
  };

  const calls: Record<string, (http: AxiosInstance) => Promise<unknown>> = {
    '200': (http) => http.get('/200'),
    'a compressed answer': (http) => http.get('/gzip'),
    bytes: (http) => http.get('/200', { responseType: 'arraybuffer' }),
    '400': (http) => http.get('/400'),
    '401, twice': (http) => http.get('/401'),
    '401, and 200 with a newer token': (http) => http.get('/renewed'),
    '500': (http) => http.post('/500', { a: 1 }),
    'any status, taken for good': (http) => http.get('/500', { validateStatus: () => true }),
    'an answer that cannot be read': (http) =>
      http.get('/200', {
        transformResponse: () => {
          throw new Error('cannot be read');
        },
      }),
    'a refused connection': async (http) => {
      const gone = await ApiServer.start();
      await gone.stop();
      const { adapter, httpAgent } = http.defaults;
      return make({ adapter, httpAgent, baseURL: gone.origin } as AxiosRequestConfig).get('/x');
    },
    'a reset': (http) => http.get('/resets'),
    'half an answer': (http) => http.get('/breaks'),
    'a timeout': (http) => http.get('/hangs', { timeout: 60 }),
    'an abort': (http) => http.get('/hangs', { signal: AbortSignal.timeout(60) }),
    'a cancelled call': (http) => {
      const { token, cancel } = axios.CancelToken.source();
      setTimeout(() => cancel('enough'), 60);
      return http.get('/hangs', { cancelToken: token });
    },
    'a redirect': (http) => http.get('/here'),
    'a redirect elsewhere': (http) => http.get('/there'),
    'a redirect elsewhere, which fails': (http) => http.get('/there/and/fails'),
    'redirects without end': (http) => http.get('/round'),
    'a redirect to what is not http': (http) => http.get('/nowhere'),
    'redirects that are not followed': (http) => http.get('/here', { maxRedirects: 0 }),
    'an answer that is too large': (http) => http.get('/large', { maxContentLength: 1_000 }),
    'a body that is too large': (http) => http.post('/200', 'x'.repeat(1_000), { maxBodyLength: 10 }),
    'a stream': async (http) => {
      const response = await http.get('/200', { responseType: 'stream' });
      // The same connection is used again meanwhile.
      if (response.data.socket) await text(response.data);
      return response;
    },
    'a stream that ends too early': async (http) => {
      const { data } = await http.get('/breaks', { responseType: 'stream' });
      return text(data).catch((error) => error);
    },
    'a stream that is too large': async (http) => {
      const { data } = await http.get('/large', { responseType: 'stream', maxContentLength: 1_000 });
      return text(data).catch((error) => error);
    },
    'a stream that is too large, after a redirect': async (http) => {
      const limits = { responseType: 'stream', maxContentLength: 1_000 } as const;
      const { data } = await http.get('/here/and/large', limits);
      return text(data).catch((error) => error);
    },
    'a stream that is aborted, after a redirect': async (http) => {
      const signal = AbortSignal.timeout(60);
      const { data } = await http.get('/here/and/hangs', { responseType: 'stream', signal });
      return text(data).catch((error) => error);
    },
    'an upload that is aborted': (http) => {
      const data = new PassThrough();
      data.write('begun');
      return http.post('/hangs', data, { signal: AbortSignal.timeout(60) });
    },
    retries: (http) => {
      axiosRetry(http, { retries: 2, retryCondition: () => true, retryDelay: () => 1 });
      return http.get('/500');
    },
    'a transport of the caller': (http) =>
      http.get('/400', { transport: plainTransport } as AxiosRequestConfig),
  };

  it('is looked for in ways that find it where nothing hides it', async () => {
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const error = await axios.get(`${api.origin}/400`, { headers, proxy: false }).catch((it) => it);
    const found = leaksOf({ it: error, 'it.request': error.request }, SECRETS);
    for (const way of ['console.log(it)', 'inspect(it, { depth: Infinity })', 'pino.error({ err: it })'])
      expect(found).to.include(`${way} of it`);
    expect(found).to.include.members(['console.log(it) of it.request', 'pino.info(it) of it.request']);
  });

  it('leaves the request to those who ask for it, and to nobody else', async () => {
    const http = make({});
    const [response, error] = await Promise.all([http.get('/200'), http.get('/500').catch((it) => it)]);
    for (const holder of [response, error, error.response]) {
      expect(Object.keys(holder)).to.not.include('request');
      expect(holder.request).to.be.instanceOf(nodeHttp.ClientRequest);
      expect(holder.request.getHeader('authorization')).to.equal(`Bearer ${TOKEN}`);
    }
  });

  for (const adapter of ['http', 'fetch'] as const) {
    describe(`with the ${adapter} adapter`, () => {
      it('the config of a request that is under way', async () => {
        const http = make({ adapter });
        let config: object | undefined;
        http.interceptors.request.use((given) => {
          config = given;
          return given;
        });
        const own = new AbortController();
        const call = http.get('/hangs', { signal: own.signal }).catch((error) => error);
        while (!api.seen.some(({ url }) => url === '/hangs')) await new Promise(setImmediate);
        const leaks = leaksOf({ config }, SECRETS);
        own.abort();
        await call;
        expect(config).to.be.an('object');
        expect(leaks).to.deep.equal([]);
      });

      for (const header of ['Authorization: Bearer', 'Authorization: DPoP', 'X-Token']) {
        for (const [what, call] of Object.entries(calls)) {
          it(`${what}, as ${header}`, async () => {
            const http = make({ adapter }, header);
            const inFlight = keepBusy(http);
            const outcome = (await call(http).catch((error) => error)) as Thing;
            const leaks = leaksOf(thingsOf(outcome), SECRETS);
            inFlight.abort();
            expect(leaks).to.deep.equal([]);
            expect(api.bytes.some((chunk) => SECRETS.some((secret) => chunk.includes(secret)))).to.equal(
              true,
            );
          });
        }
      }
    });
  }
});

const plainTransport = { request: nodeHttp.request };

/** Requests that are under way while others are printed. */
function keepBusy(http: AxiosInstance): AbortController {
  const controller = new AbortController();
  for (let count = 0; count < 3; count += 1)
    http.get('/hangs', { signal: controller.signal }).catch(() => undefined);
  return controller;
}
