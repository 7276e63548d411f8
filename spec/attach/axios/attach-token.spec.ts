import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import axios, {
  type AxiosAdapter,
  AxiosHeaders,
  type AxiosInstance,
  type AxiosRequestConfig,
  type InternalAxiosRequestConfig,
} from 'axios';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  type AttachOptions,
  attachToken,
  ConfigurationError,
  TokenProvider,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { ApiServer, startTokenEndpoint, takingOnly } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';
import { muteTokenWarnings } from '../../support/warnings.js';

describe('attachToken()', () => {
  muteTokenWarnings();
  let tokens: ApiServer;
  let api: ApiServer;
  let provider: TokenProvider;
  let instance: AxiosInstance;
  const open = (options: AxiosRequestConfig = {}) => {
    instance = axios.create({ baseURL: api.origin, ...options });
    return attachToken(instance, provider);
  };
  beforeEach(async () => {
    [tokens, api] = await Promise.all([startTokenEndpoint(), ApiServer.start()]);
    provider = new TokenProvider({ tokenEndpoint: tokens.origin, clientId: 'acme', clientSecret: 'hush' });
  });
  afterEach(async () => {
    await provider.close();
    await Promise.all([tokens, api].map((server) => server.stop()));
  });

  it('takes it to the origin of its baseURL, until it is detached', async () => {
    const detach = open({ baseURL: `${api.origin}/v1/` });
    await instance.get('/things');
    await instance.get(`${api.origin}/other`);
    detach();
    await instance.get('/things');
    expect(api.tokens).to.deep.equal(['t1', 't1', 'none']);
    expect(api.seen.map(({ url }) => url)).to.deep.equal(['/v1/things', '/other', '/v1/things']);
  });

  const typed = new FormData();
  typed.set('a', '1');
  const documented: Record<string, (http: AxiosInstance) => Promise<unknown>> = {
    'get with params': (http) =>
      http.get('/user', { params: { ID: 12345, list: ['a', 'b'], d: new Date(0) } }),
    'get by config': (http) => http({ method: 'get', url: '/user/12345', responseType: 'stream' }),
    head: (http) => http.head('/user'),
    options: (http) => http.options('/user'),
    'delete with a body': (http) => http.delete('/user', { data: { id: 1 } }),
    'post of an object': (http) => http.post('/user', { firstName: 'Fred', lastName: 'Flintstone', ü: 'é' }),
    'post of nothing': (http) => http.post('/user'),
    'post of text': (http) => http.post('/user', 'text', { headers: { 'Content-Type': 'text/plain' } }),
    'post of JSON text': (http) =>
      http.post('/user', '"text"', { headers: { 'Content-Type': 'application/json' } }),
    'post of parameters': (http) => http.post('/user', new URLSearchParams({ a: '1', b: '2 3' })),
    'post of bytes': (http) => http.post('/user', Buffer.from([0, 255, 1])),
    'post of a typed array': (http) => http.post('/user', new Uint16Array([1, 2])),
    'post of a blob': (http) => http.post('/user', new Blob(['blob'], { type: 'text/x' })),
    'post of a stream': (http) => http.post('/user', new PassThrough().end('stream')),
    'post of a form': (http) =>
      http.post('/user', typed, {
        headers: { 'Content-Type': 'multipart/form-data; boundary=0123456789abcdef' },
      }),
    postForm: (http) =>
      http.postForm(
        '/user',
        { a: 1 },
        { headers: { 'Content-Type': 'multipart/form-data; boundary=0123456789abcdef' } },
      ),
    'put with headers': (http) =>
      http.put('/user', { a: 1 }, { headers: { 'X-Requested-With': 'axios', accept: 'a/b' } }),
    patch: (http) => http.patch('/user', { a: [1, { b: null }] }),
    transformRequest: (http) =>
      http.post('/user', { a: 1 }, { transformRequest: [(data) => JSON.stringify({ ...data, b: 2 })] }),
    'no accept': (http) => http.get('/user', { headers: { Accept: false, 'User-Agent': 'own' } }),
    'basic auth': (http) => http.get('/user', { auth: { username: 'janedoe', password: 's00pers3cret' } }),
    'a status that is an error': (http) => http.get('/404').catch(() => undefined),
    'an absolute URL': (http) => http.get(`${api.origin}/absolute`),
    'no keep-alive': (http) => http.get('/user', { headers: { Connection: 'close' } }),
  };
  for (const [kind, call] of Object.entries(documented)) {
    it(`sends the same bytes but for one header: ${kind}`, async () => {
      api.answer = ({ url }, response) => response.writeHead(url === '/404' ? 404 : 200).end();
      open();
      const sent: string[] = [];
      for (const http of [axios.create({ baseURL: api.origin }), instance]) {
        api.bytes.length = 0;
        await call(http);
        sent.push(
          Buffer.concat(api.bytes)
            .toString('latin1')
            .replace(/-{20,}\w+/g, 'boundary'),
        );
      }
      const [plain = '', attached = ''] = sent;
      const hasOwn = plain.includes('Authorization: ');
      expect(plain).to.match(/^[A-Z]+ \/\S* HTTP\/1\.1\r\n/);
      expect(attached.includes('Authorization: Bearer t1\r\n')).to.equal(!hasOwn);
      expect(attached.replace('Authorization: Bearer t1\r\n', '')).to.equal(plain);
    });
  }

  it('takes a URL for an address, where axios does', async () => {
    instance = axios.create();
    attachToken(instance, provider, { origins: api.origin });
    const [here, elsewhere] = [
      new URL('/x', api.origin),
      new URL('/x', api.origin.replace('127.0.0.1', 'localhost')),
    ];
    await instance.get(here as never);
    await instance.get(here as never, { params: { y: 'z' } });
    await instance.get('', { baseURL: here as never });
    await instance.get(elsewhere as never);
    await instance.get('', { baseURL: elsewhere as never });
    expect(api.tokens).to.deep.equal(['t1', 't1', 't1', 'none', 'none']);
  });

  it('leaves requests with auth of their own alone, whatever the header is called', async () => {
    open();
    attachToken(instance, provider, { header: 'X-Token' });
    await instance.get('/x', { auth: { username: 'a', password: 'b' } });
    expect([api.tokens, api.seen[0]?.headers['x-token'], tokens.seen]).to.deep.equal([
      ['Basic YTpi'],
      undefined,
      [],
    ]);
  });

  describe('before an adapter that only notes', () => {
    const base = 'https://api.example/v1';
    let seen: InternalAxiosRequestConfig[];
    const attach = (options: AttachOptions<InternalAxiosRequestConfig> = {}) => {
      seen = [];
      const adapter: AxiosAdapter = async (config) => {
        seen.push({ ...config, headers: new AxiosHeaders(config.headers) });
        return { status: 200, statusText: 'OK', headers: {}, data: '', config };
      };
      instance = axios.create({ baseURL: base, adapter });
      attachToken(instance, provider, options);
    };

    for (const url of ['', '/', 'x', '/x', '/x?y=//b', '?y', '#z', '.', '~a', '/a%2Fb', `${base}/x`]) {
      it(`takes the token to '${url}'`, async () => {
        attach();
        await instance.get(url);
        expect(seen[0]?.headers.get('Authorization')).to.equal('Bearer t1');
      });
    }

    for (const url of [
      '//elsewhere.example/x',
      '///elsewhere.example/x',
      '/\\elsewhere.example/x',
      '\\\\elsewhere.example/x',
      'https://elsewhere.example/x',
      'HTTPS://elsewhere.example',
      'http://api.example/x',
      'https://api.example.elsewhere.example/x',
      'https://api.example@elsewhere.example/x',
      'https://user@api.example/x',
      ' https://elsewhere.example/x',
    ]) {
      it(`judges '${url}' by where axios sends it`, async () => {
        attach();
        const leadsTo = URL.canParse(instance.getUri({ url }))
          ? new URL(instance.getUri({ url }))
          : undefined;
        const belongs = leadsTo?.origin === 'https://api.example' && leadsTo.username === '';
        await instance.get(url);
        expect(seen[0]?.headers.has('Authorization')).to.equal(belongs);
      });
    }

    it('lets what the caller set as Authorization win also where the token has a header of another name', async () => {
      attach({ header: 'X-Token' });
      await instance.get('/x', { headers: { authorization: 'own' } });
      await instance.get('/x', { headers: { 'x-token': 'own' } });
      await instance.get('/x', { headers: { Authorization: null, 'X-Token': undefined } });
      expect(seen.map(({ headers }) => headers.toJSON())).to.deep.include.members([
        { Accept: 'application/json, text/plain, */*', authorization: 'own' },
        { Accept: 'application/json, text/plain, */*', 'x-token': 'own' },
        { Accept: 'application/json, text/plain, */*', 'X-Token': 't1' },
      ]);
    });

    it('sends what carries nothing in the turn of the call, as without it', () => {
      attach();
      void instance.get('https://elsewhere.example/');
      expect(seen).to.have.length(1);
    });

    it('puts nothing more before a request that is made again from its own config', async () => {
      attach();
      const first = (await instance.get('/x')).config;
      const again = (await instance.request(first)).config;
      expect(again.adapter).to.equal(first.adapter).and.be.a('function');
    });
  });

  for (const [form, library] of [
    ['an ES module', axios],
    ['CommonJS', createRequire(import.meta.url)('axios') as typeof axios],
  ] as const) {
    it(`throws errors of the axios that made the instance, as ${form}`, async () => {
      api.answer = (_, response) => response.writeHead(404).end();
      const made = library.create({ baseURL: api.origin });
      attachToken(made, provider);
      const error = await rejection(made.get('/x'));
      expect(error).to.be.an.instanceOf(library.AxiosError);
      expect(api.tokens).to.deep.equal(['t1']);
    });
  }

  for (const wrong of [
    undefined,
    null,
    5,
    {},
    { interceptors: {}, defaults: {} },
    { interceptors: { request: {} } },
  ]) {
    it(`refuses ${JSON.stringify(wrong)} for an axios instance`, () => {
      expect(() => attachToken(wrong as never, provider, { origins: api.origin }))
        .to.throw(ConfigurationError)
        .that.includes({ option: 'axios' });
    });
  }

  it('sends each request by its own adapter, or by the first of its own list that is there', async () => {
    open();
    const adapters = [undefined, 'http', ['fetch', 'http'], ['http', 'fetch'], ['fetch'], undefined, 'fetch'];
    for (const adapter of adapters)
      await instance.get('/x', { ...(adapter && { adapter: adapter as 'http' }) });
    expect((await rejection(instance.get('/x', { adapter: ['xhr'] }))).message).to.include('xhr');
    await instance.get('/x', { adapter: ['xhr', 'http'] });
    const own: AxiosAdapter = async (config) => ({
      status: 204,
      statusText: '',
      headers: {},
      data: '',
      config,
    });
    const other: AxiosAdapter = async (config) => ({ ...(await own(config)), status: 205 });
    for (const [adapter, status] of [
      [own, 204],
      [[own, 'http'], 204],
      [[other, 'http'], 205],
    ] as const)
      expect((await instance.get('/x', { adapter: adapter as AxiosAdapter })).status).to.equal(status);
    const senders = api.seen.map(({ headers }) => ('sec-fetch-mode' in headers ? 'fetch' : 'http'));
    expect(senders).to.deep.equal(['http', 'http', 'fetch', 'http', 'fetch', 'http', 'fetch', 'http']);
    expect(new Set(api.tokens)).to.deep.equal(new Set(['t1']));
  });

  it('refuses an instance without defaults', () => {
    const { interceptors } = axios.create();
    expect(() => attachToken({ interceptors } as never, provider, { origins: api.origin })).to.throw(
      'axios: must be an axios instance; got ',
    );
  });

  it('sends a request again below its interceptors and transformations, each of which runs once', async () => {
    open();
    api.answer = takingOnly('t2');
    const spy = () => sinon.spy((value: unknown) => value);
    const [onRequest, onResponse, transformRequest, transformResponse] = [spy(), spy(), spy(), spy()];
    const onUploadProgress = spy();
    instance.interceptors.request.use(onRequest as never);
    instance.interceptors.response.use(onResponse as never);
    const config = {
      transformRequest: [transformRequest, (data: unknown) => JSON.stringify(data)],
      transformResponse: [transformResponse],
      responseType: 'arraybuffer',
      onUploadProgress,
      headers: { 'Content-Type': 'application/json' },
    } as const;
    const { data } = await instance.post('/x', { a: 'b' }, config as never);
    expect(Buffer.from(data).toString()).to.equal('yes');
    expect(api.seen.map(({ body }) => body)).to.deep.equal(['{"a":"b"}', '{"a":"b"}']);
    expect(
      [onRequest, onResponse, transformRequest, transformResponse].map(({ callCount }) => callCount),
    ).to.deep.equal([1, 1, 1, 1]);
    expect(onUploadProgress.called).to.equal(true);
  });

  it('shows neither token nor changes in the config of a response or an error', async () => {
    open({ timeout: 5_000 });
    const response = await instance.get('/x');
    api.answer = (_, answer) => answer.writeHead(500).end();
    const error = await rejection<Error & { config: object; toJSON: () => object }>(instance.get('/x'));
    for (const config of [response.config, error.config, error.toJSON()])
      expect(JSON.stringify(config)).to.not.contain('t1');
    expect(response.config).to.include({ timeout: 5_000 }).and.not.have.property('beforeRedirect');
  });

  it('carries a new token where a request is made again from its own config', async () => {
    open();
    api.answer = (_, answer) => answer.writeHead(503).end();
    const { config } = await rejection<Error & { config: AxiosRequestConfig }>(instance.get('/x'));
    await provider.refresh();
    api.answer = (_, answer) => answer.end('yes');
    await instance.request(config);
    expect(api.tokens).to.deep.equal(['t1', 't2']);
  });

  it('may serve the provider itself, whose token requests carry none', async () => {
    for (const authentication of ['basic', 'post'] as const) {
      const own = axios.create({ baseURL: tokens.origin });
      const itself = new TokenProvider({
        tokenEndpoint: `${tokens.origin}/token`,
        clientId: 'acme',
        clientSecret: 'hush',
        authentication,
        http: own,
      });
      for (const header of ['Authorization: Bearer', 'X-Token']) {
        const detach = attachToken(own, itself, { header });
        expect((await own.get('/api')).status).to.equal(200);
        detach();
      }
      await itself.close();
    }
    const senders = tokens.seen.map(
      ({ url, headers }) => `${url} ${headers['x-token'] ?? headers.authorization}`,
    );
    expect(senders.filter((sender) => sender.startsWith('/token') && /t\d/.test(sender))).to.deep.equal([]);
  });

  it('waits for a token within the timeout of the request, of which the rest is left for the request', async () => {
    open({ timeout: 300 });
    tokens.answer = () => undefined;
    expect(await rejection(instance.get('/x'))).to.be.instanceOf(TokenUnavailableError);
    expect(api.seen).to.have.length(0);
  });

  it('ends a request that hangs, the second time, within its timeout', async () => {
    open({ timeout: 1_500 });
    await provider.getToken();
    api.answer = ({ headers }, response) => {
      if (headers.authorization === 'Bearer t1') response.writeHead(401).end();
    };
    const error = await rejection<Error & { code: string }>(instance.get('/x'));
    expect([error.code, api.tokens]).to.deep.equal(['ECONNABORTED', ['t1', 't2']]);
  });

  it('lets a cancel token end the wait', async () => {
    open();
    tokens.answer = () => undefined;
    const source = axios.CancelToken.source();
    const error = rejection(instance.get('/x', { cancelToken: source.token }));
    setTimeout(() => source.cancel('enough'), 20);
    expect(axios.isCancel(await error)).to.equal(true);
    expect(api.seen).to.have.length(0);
  });

  it('does not mistake allowAbsoluteUrls, nor what only looks like a path', async () => {
    const foreign = await ApiServer.start();
    open({ allowAbsoluteUrls: false });
    for (const url of [
      `${foreign.origin}/x`,
      `//${new URL(foreign.origin).host}/x`,
      `/\\${new URL(foreign.origin).host}/x`,
    ])
      await instance.get(url).catch(() => undefined);
    expect(foreign.seen).to.have.length(0);
    const { host } = new URL(foreign.origin);
    instance.defaults.allowAbsoluteUrls = true;
    for (const url of [`//${host}/`, `${foreign.origin}/`, `http:\\\\${host}/`, `http://user:pass@${host}/`])
      await instance.get(url).catch(() => undefined);
    await instance.get('/', { baseURL: foreign.origin });
    await instance.get('/', { baseURL: api.origin.replace('//', '//user:pass@') });
    expect(foreign.tokens.every((token) => token === 'none' || token.startsWith('Basic'))).to.equal(true);
    expect(api.tokens.at(-1)).to.match(/^Basic/);
    await foreign.stop();
  });

  it('works with adapters of others', async () => {
    const adapter = sinon.spy(async (config: AxiosRequestConfig) => ({
      status: 200,
      statusText: '',
      headers: {},
      config,
      data: String((config.headers as { Authorization?: string }).Authorization),
    }));
    open({ adapter: adapter as never });
    expect((await instance.get('/x')).data).to.equal('Bearer t1');
  });
});
