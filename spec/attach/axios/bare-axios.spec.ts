import { createRequire } from 'node:module';
import axios, {
  AxiosHeaders,
  type AxiosInstance,
  type AxiosStatic,
  type InternalAxiosRequestConfig,
} from 'axios';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { BareAxios } from '../../../lib/attach/axios/bare-axios.js';
import { ApiServer } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';

type Config = InternalAxiosRequestConfig;
const copies = {
  'the newest, as an ES module': axios,
  'the newest, as CommonJS': createRequire(import.meta.url)('axios') as AxiosStatic,
  'the oldest': axios12 as unknown as AxiosStatic,
};

describe('BareAxios', () => {
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server.stop());
  const bareOf = (instance: unknown) => BareAxios.of(instance as AxiosInstance) as BareAxios;
  const never = () => {
    throw new Error('It does not run.');
  };

  for (const [name, library] of Object.entries(copies)) {
    describe(`of ${name}`, () => {
      const { Axios } = library;
      const configOf = (changes: object = {}): Config =>
        Object.assign(Object.create(null), {
          url: `${server.origin}/x`,
          method: 'get',
          headers: new (library.AxiosHeaders ?? AxiosHeaders)({ Accept: 'a' }),
          proxy: false,
          transformRequest: [never],
          transformResponse: [never],
          ...changes,
        });

      it('sends the config that it is given, without defaults, interceptors and transformations', async () => {
        const instance = library.create({ baseURL: 'http://127.0.0.1:1', headers: { 'X-Default': 'a' } });
        instance.interceptors.request.use(never);
        instance.interceptors.response.use(never);
        const config = configOf();
        const response = await bareOf(instance).send(config, ['xhr', 'http']);
        expect([response.data, response.config === config]).to.deep.equal(['yes', true]);
        expect(server.seen.at(-1)?.headers).to.include({ accept: 'a' }).and.not.have.property('x-default');
        expect(instance.defaults).to.include({ baseURL: 'http://127.0.0.1:1' });
      });

      it('takes over no interceptor from a create() that adds some', async () => {
        const instance = library.create();
        const create = instance.create.bind(instance);
        instance.create = (...args) => {
          const another = create(...args);
          another.interceptors.request.use(never);
          another.interceptors.response.use(never);
          return another;
        };
        const response = await bareOf(instance).send(configOf(), ['xhr', 'http']);
        expect(response.data).to.equal('yes');
      });

      it('hands the config to the adapter in the turn of the call, each to its own', async () => {
        const bare = bareOf(library.create());
        const seen: unknown[] = [];
        const adapter = async (config: Config) =>
          ({ status: 200, statusText: '', headers: {}, data: seen.push(config), config }) as never;
        const [first, second] = [configOf({ url: '/1' }), configOf({ url: '/2' })];
        const answers = [bare.send(first, ['nope', adapter].slice(1)), bare.send(second, adapter)];
        expect(seen[0]).to.equal(first);
        expect(seen[1]).to.equal(second);
        expect((await Promise.all(answers)).map(({ config }) => config)).to.deep.equal([first, second]);
      });

      it('fails with the errors of this copy, which hold the config', async () => {
        const bare = bareOf(library.create());
        const config = configOf({ url: 'http://127.0.0.1:1/' });
        const error = await rejection(bare.send(config, 'http'));
        expect(error).to.be.instanceOf(library.AxiosError).and.include({ config, code: 'ECONNREFUSED' });
        // There is no xhr outside of browsers.
        expect(await rejection(bare.send(configOf(), 'xhr')))
          .to.be.instanceOf(library.AxiosError)
          .with.property('code', 'ERR_NOT_SUPPORT');
      });

      it('is made of the class, and not by the constructor of a subclass', async () => {
        class Api extends Axios {
          constructor() {
            super({});
            never();
          }
          create = never;
        }
        const api = Object.setPrototypeOf(new Axios({}), Api.prototype);
        for (const instance of [api, new Axios({})])
          expect((await bareOf(instance).send(configOf(), 'http')).status).to.equal(200);
      });

      it('puts addresses together as this copy does, without defaults', () => {
        const bare = bareOf(library.create({ baseURL: 'https://a.example', params: { a: 1 } }));
        expect(bare.getUri({ url: '/x', baseURL: 'https://b.example/v1/' })).to.equal(
          'https://b.example/v1/x',
        );
        expect(bare.getUri({ url: '/x' })).to.equal('/x');
      });
    });
  }

  it('is none where an instance makes no other', () => {
    const instance = axios.create();
    const { defaults, interceptors } = instance;
    for (const create of [
      undefined,
      () => undefined,
      () => instance,
      () => ({}),
      () => ({ defaults, interceptors }),
    ])
      expect(
        BareAxios.of(Object.assign(axios.create(), { create, defaults, interceptors }) as never),
      ).to.equal(undefined);
    expect(instance.defaults).to.include({ timeout: 0 });
  });

  it('shows which headers this axios has, and sends nothing for it', () => {
    expect(bareOf(axios.create({ adapter: never })).makeHeaders()).to.be.instanceOf(AxiosHeaders);
  });
});
