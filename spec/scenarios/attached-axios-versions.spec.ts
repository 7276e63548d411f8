import axios, { type AxiosInstance, type AxiosStatic } from 'axios';
import axios021 from 'axios-0.21';
import axios029 from 'axios-0.29';
import axios11 from 'axios-1.1';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { attachToken, ConfigurationError } from '../../lib/index.js';
import { ApiServer, redirecting, takingOnly } from '../support/api-server.js';
import { leaksOf } from '../support/printed.js';
import { rejection } from '../support/rejection.js';
import { muteTokenWarnings } from '../support/warnings.js';

type AnyAxios = Pick<AxiosStatic, 'create' | 'CancelToken' | 'isCancel'>;

/** Gives out t1, and t2 once that is rejected. */
function makeSource() {
  let token = 't1-of-many-letters';
  const handle = { getToken: async () => token, peek: () => ({}) };
  const invalidate = (): void => {
    token = 't2-of-many-letters';
  };
  return { ...handle, forClient: () => handle, invalidate };
}

describe('axios that is too old', () => {
  for (const [version, old] of Object.entries({ '0.21': axios021, '0.29': axios029, '1.1': axios11 })) {
    it(`is refused, with the version that it takes: ${version}`, () => {
      const create = (old as unknown as AnyAxios).create;
      for (const instance of [old, create({ baseURL: 'https://api.example' })])
        expect(() => attachToken(instance as never, makeSource(), { origins: 'https://api.example' }))
          .to.throw(ConfigurationError, /^axios: must be of axios 1\.2\.0 or later: .*\. Update axios\.$/)
          .with.property('option', 'axios');
    });
  }
});

for (const [version, library] of Object.entries({
  'the oldest axios, 1.2.0': axios12 as unknown as AnyAxios,
  'the newest axios': axios as AnyAxios,
})) {
  describe(`attachToken() to ${version}`, () => {
    muteTokenWarnings();
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

    it('lets its own cancel token end a request, and keeps nothing on it', async () => {
      const { token, cancel } = library.CancelToken.source();
      await http.get('/x', { cancelToken: token });
      const kept = (token as unknown as { _listeners?: unknown[] })._listeners ?? [];
      expect(kept).to.deep.equal([]);
      api.answer = () => cancel('enough');
      const error = await rejection(http.get('/hangs', { cancelToken: token }));
      expect([library.isCancel(error), error.message]).to.deep.equal([true, 'enough']);
    });

    it('shows no token in an error', async () => {
      api.answer = (_, response) => response.writeHead(500).end();
      const error = await rejection<Error & { request: unknown; response: unknown }>(http.get('/x'));
      const things = { error, request: error.request, response: error.response };
      expect(leaksOf(things, ['t1-of-many-letters'])).to.deep.equal([]);
      expect(axios.isAxiosError(error)).to.equal(true);
    });
  });
}
