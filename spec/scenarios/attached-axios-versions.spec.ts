import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axios, { type AxiosError, type AxiosInstance, type AxiosStatic } from 'axios';
import axios021 from 'axios-0.21';
import axios029 from 'axios-0.29';
import axios11 from 'axios-1.1';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { rolldown } from 'rolldown';
import { attachToken, ConfigurationError } from '../../lib/index.js';
import { ApiProver } from '../../lib/oauth/dpop/request-prover.js';
import { fakeProvider } from '../../lib/testing.js';
import { ApiServer, redirecting, takingOnly } from '../support/api-server.js';
import { leaksOf } from '../support/printed.js';
import { claimsOf, makeProofKey } from '../support/proof-keys.js';
import { rejection } from '../support/rejection.js';
import { muteTokenWarnings } from '../support/warnings.js';

type AnyAxios = Pick<AxiosStatic, 'create' | 'CancelToken' | 'isCancel' | 'AxiosError' | 'Axios'>;

/** Gives out t1, and t2 once that is rejected. */
const makeSource = () => fakeProvider({ token: ['t1-of-many-letters', 't2-of-many-letters'] });

describe('axios that is too old', () => {
  for (const [version, old] of Object.entries({ '0.21': axios021, '0.29': axios029, '1.1': axios11 })) {
    it(`is refused, with the version that it takes: ${version}`, () => {
      const { create, Axios } = old as unknown as AnyAxios;
      // Whatever their adapter is.
      const adapter = async () => ({}) as never;
      const made = [{ baseURL: 'https://api.example' }, { adapter }].map((options) => create(options));
      for (const instance of [old, ...made, new Axios({ adapter })])
        expect(() => attachToken(instance as never, makeSource(), { origins: 'https://api.example' }))
          .to.throw(ConfigurationError, /^axios: must be of axios 1\.2\.0 or later: .*\. Update axios\.$/)
          .with.property('option', 'axios');
    });
  }
});

/** In one file, as applications are deployed: a copy of axios that nobody else can find. */
async function bundled(format: 'esm' | 'cjs'): Promise<AnyAxios> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  try {
    const build = await rolldown({ input: 'node_modules/axios/index.js', platform: 'node' });
    const file = path.join(folder, format === 'esm' ? 'axios.mjs' : 'axios.cjs');
    await build.write({ file, format, exports: 'named' });
    await build.close();
    const { default: exported } = await import(pathToFileURL(file).href);
    return exported.default ?? exported;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether this axios has an adapter for fetch. */
function isFetchAware({ create }: AnyAxios): boolean {
  return [create().defaults.adapter].flat().includes('fetch');
}

const copies: Record<string, () => AnyAxios | Promise<AnyAxios>> = {
  'the oldest axios, 1.2.0': () => axios12 as unknown as AnyAxios,
  'the newest axios, as an ES module': () => axios,
  'the newest axios, as CommonJS': () => createRequire(import.meta.url)('axios'),
  'a bundled axios, as an ES module': () => bundled('esm'),
  'a bundled axios, as CommonJS': () => bundled('cjs'),
};

for (const [version, load] of Object.entries(copies)) {
  describe(`attachToken() to ${version}`, () => {
    muteTokenWarnings();
    let library: AnyAxios;
    before(async () => {
      library = await load();
    });
    let api: ApiServer;
    let foreign: ApiServer;
    let http: AxiosInstance;
    const attach = (header?: string) => {
      http = library.create({ baseURL: api.origin, proxy: false }) as AxiosInstance;
      attachToken(http, makeSource(), header ? { header } : {});
    };
    beforeEach(async () => {
      [api, foreign] = await Promise.all([ApiServer.start(), ApiServer.start()]);
      attach();
    });
    afterEach(() => Promise.all([api, foreign].map((server) => server.stop())));

    it('sends the token, and a newer one where that is rejected', async () => {
      api.answer = takingOnly('t2-of-many-letters');
      const { status, data } = await http.post('/things', { a: 1 }, { params: { b: 2 } });
      expect([status, data, api.tokens]).to.deep.equal([
        200,
        'yes',
        ['t1-of-many-letters', 't2-of-many-letters'],
      ]);
      expect(api.seen.map(({ url, body }) => `${url} ${body}`)).to.deep.equal(
        Array(2).fill('/things?b=2 {"a":1}'),
      );
    });

    it('sends nothing of it elsewhere', async () => {
      await http.get(`${foreign.origin}/x`);
      await http.get('/x', { baseURL: foreign.origin });
      await http.get(`//${new URL(foreign.origin).host}/x`).catch(() => undefined);
      expect(new Set(foreign.tokens)).to.deep.equal(new Set(['none']));
    });

    for (const header of ['Authorization', 'X-Token'])
      for (const isForeign of [false, true]) {
        it(`follows redirects, ${isForeign ? 'elsewhere without' : 'within the origin with'} the header ${header}`, async () => {
          attach(`${header}: Bearer`);
          const target = isForeign ? foreign : api;
          api.answer = redirecting('/from', `${target.origin}/to`);
          expect((await http.get('/from')).data).to.equal('yes');
          const [seen] = target.seen.filter(({ url }) => url === '/to');
          const sent = seen?.headers[header.toLowerCase()];
          expect(sent).to.equal(isForeign ? undefined : 'Bearer t1-of-many-letters');
        });
      }

    for (const adapter of ['http', 'fetch'] as const) {
      // axios 1.2 has no fetch adapter, and asks the first of a list that it has.
      describe(`with DPoP, by the ${adapter} adapter`, () => {
        const proofs = (server: ApiServer) =>
          server.seen.map(({ headers: { authorization, dpop } }) => {
            if (dpop === undefined) return String(authorization);
            const { htm, htu } = claimsOf(String(dpop));
            return `${authorization} for ${htm} ${String(htu).replace(server.origin, '')}`;
          });
        const attachBound = () => {
          http = library.create({
            baseURL: api.origin,
            proxy: false,
            adapter: [adapter, 'http'] as never,
          }) as AxiosInstance;
          const source = makeSource();
          Object.defineProperty(source, 'prover', { value: new ApiProver(makeProofKey()) });
          attachToken(http, source);
        };
        const token = 'DPoP t1-of-many-letters';
        const isFollowing = () => adapter === 'http' || !isFetchAware(library);

        it('sends a proof with each request, and with the same token once more where a nonce is wanted', async () => {
          attachBound();
          api.answer = ({ headers }, response) => {
            const isGood = claimsOf(String(headers.dpop)).nonce === 'n-1';
            const challenge = { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n-1' };
            response.writeHead(isGood ? 200 : 401, isGood ? {} : challenge).end('yes');
          };
          const all = [1, 2, 3].map(() => http.post('/a?b=1', { c: 2 }));
          expect((await Promise.all(all)).map(({ status }) => status)).to.deep.equal([200, 200, 200]);
          expect(proofs(api)).to.deep.equal(new Array(6).fill(`${token} for POST /a`));
        });

        it('makes another proof for each hop within the origin, and takes nothing along elsewhere', async () => {
          attachBound();
          api.answer = ({ url }, response) => {
            const goals: Record<string, string> = {
              '/from': '/over?a=1',
              '/over?a=1': `${foreign.origin}/to`,
            };
            response.writeHead(goals[url] ? 302 : 200, { Location: goals[url] ?? '/' }).end();
          };
          const outcome = await http.post('/from', {}).catch((error: unknown) => error);
          const first = `${token} for POST /from`;
          expect(proofs(api)).to.deep.equal(isFollowing() ? [first, `${token} for GET /over`] : [first]);
          expect(proofs(foreign)).to.deep.equal(isFollowing() ? ['undefined'] : []);
          expect(outcome instanceof Error).to.equal(!isFollowing());
        });

        it('shows neither token nor proof', async () => {
          attachBound();
          api.answer = (_, response) => response.writeHead(500).end('no');
          const error = (await rejection(http.get('/x'))) as AxiosError;
          const proof = String(api.seen[0]?.headers.dpop);
          expect(proof).to.have.length.above(200);
          expect(
            leaksOf({ error, config: error.config, response: error.response }, [proof, 'of-many-letters']),
          ).to.deep.equal([]);
        });
      });
    }

    it('lets its own cancel token end a request, and keeps nothing on it', async () => {
      const { token, cancel } = library.CancelToken.source();
      await http.get('/x', { cancelToken: token });
      const kept = (token as unknown as { _listeners?: unknown[] })._listeners ?? [];
      expect(kept).to.deep.equal([]);
      api.answer = () => cancel('enough');
      const error = await rejection(http.get('/hangs', { cancelToken: token }));
      expect([library.isCancel(error), error.message]).to.deep.equal([true, 'enough']);
    });

    it('runs each interceptor and transformation once, and shows the config that users know', async () => {
      const runs: string[] = [];
      const note =
        (name: string) =>
        <Value>(value: Value): Value => {
          runs.push(name);
          return value;
        };
      http.interceptors.request.use(note('request'));
      http.interceptors.response.use(note('response'));
      api.answer = takingOnly('t2-of-many-letters');
      const transformRequest = [note('out'), (data: unknown) => JSON.stringify(data)];
      const transformResponse = [note('in')];
      const response = await http.post('/x', { a: 1 }, { transformRequest, transformResponse });
      expect(runs).to.deep.equal(['request', 'out', 'in', 'response']);
      expect(response.config.transformRequest).to.deep.equal(transformRequest);
      expect(response.config.transformResponse).to.deep.equal(transformResponse);
      expect(response.config).to.include({ url: '/x', method: 'post', data: '{"a":1}' });
    });

    it('carries none elsewhere by an answer and an error that hold the config that users know', async () => {
      const settings = { baseURL: foreign.origin, transformResponse: [(data: unknown) => data] };
      expect((await http.get('/x', settings)).config.transformResponse).to.deep.equal(
        settings.transformResponse,
      );
      foreign.answer = (_, response) => response.writeHead(404).end();
      const error = await rejection<AxiosError>(http.get('/x', settings));
      expect(error.config?.transformResponse).to.deep.equal(settings.transformResponse);
      expect(error.response?.config).to.equal(error.config);
    });

    it('shows no token in an error', async () => {
      api.answer = (_, response) => response.writeHead(500).end();
      const error = await rejection<Error & { request: unknown; response: unknown }>(http.get('/x'));
      const things = { error, request: error.request, response: error.response };
      expect(leaksOf(things, ['t1-of-many-letters'])).to.deep.equal([]);
      expect(error).to.be.instanceOf(library.AxiosError);
    });
  });
}
