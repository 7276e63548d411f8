import { inspect } from 'node:util';
import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import { ShownAnswer } from '../../../lib/attach/axios/shown-answer.js';
import { ApiServer } from '../../support/api-server.js';

const config = { url: '/', headers: new AxiosHeaders() } as InternalAxiosRequestConfig;
const sent = { ...config } as InternalAxiosRequestConfig;
const TOKEN = 'Bearer the-token';

describe('ShownAnswer', () => {
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server.stop());
  const answer = (): Promise<AxiosResponse> =>
    axios.get(server.origin, { headers: { Authorization: TOKEN }, validateStatus: null, proxy: false });

  for (const isPlain of [true, false]) {
    it(`shows no token of an answer that is ${isPlain ? 'plain' : 'none of axios itself'}, and keeps its request`, async () => {
      const given = await answer();
      given.config = sent;
      const shown = new ShownAnswer(config, ['Authorization'], isPlain).of(given, sent);
      expect(shown.config).to.equal(config);
      expect(shown).to.include({ status: given.status, data: given.data });
      expect(shown.request).to.equal(given.request);
      for (const text of [
        inspect(shown),
        inspect(shown.request, { depth: null }),
        inspect(shown, { depth: 9 }),
      ])
        expect(text).to.not.contain('the-token');
      expect(Object.keys(shown)).to.not.include('request');
    });
  }

  it('finds the answer in an error, and shows no token of either', async () => {
    const response = await answer();
    response.config = sent;
    const error = Object.assign(new Error('401'), { response, config: sent, request: response.request });
    const shown = new ShownAnswer(config, ['Authorization'], true).inError(error, sent);
    expect(shown).to.equal(response);
    expect([error.config, response.config]).to.deep.equal([config, config]);
    expect(inspect(error, { depth: null })).to.not.contain('the-token');
  });

  it('leaves a config alone that is not the one that was sent', async () => {
    const own = { url: '/own' } as InternalAxiosRequestConfig;
    const given = await answer();
    given.config = own;
    expect(new ShownAnswer(config, ['Authorization'], false).of(given, sent).config).to.equal(own);
  });

  it('gives nothing for an error without an answer, or for what is no error', () => {
    const shown = new ShownAnswer(config, ['Authorization'], true);
    for (const error of [new Error('reset'), undefined, null, 'text', 5, {}])
      expect(shown.inError(error, sent)).to.equal(undefined);
  });
});
