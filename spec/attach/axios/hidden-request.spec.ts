import { inspect } from 'node:util';
import axios, { type AxiosResponse } from 'axios';
import { expect } from 'chai';
import { hideRequest, withHiddenRequest } from '../../../lib/attach/axios/hidden-request.js';
import { ApiServer } from '../../support/api-server.js';

describe('the request of an answer', () => {
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server.stop());
  const answer = async (changes = {}): Promise<AxiosResponse> => {
    const headers = { 'X-Token': 'the-token' };
    const response = await axios.get(server.origin, {
      headers,
      validateStatus: null,
      proxy: false,
      ...changes,
    });
    // As the library does with what it sent.
    delete response.config.headers['X-Token'];
    return response;
  };
  const expectHidden = (holder: { request?: unknown }) => {
    for (const text of [inspect(holder, { depth: 12 }), inspect(holder.request, { depth: 12 })])
      expect(text).to.not.contain('the-token');
    expect(Object.keys(holder)).to.not.include('request');
  };

  it('is there in a new answer, but not printed', async () => {
    const given = await answer();
    const shown = withHiddenRequest(given, 'X-Token');
    expect(shown.request).to.equal(given.request);
    const { request: _, ...rest } = given;
    expect({ ...shown }).to.deep.equal(rest);
    expect(shown.constructor).to.equal(Object);
    expectHidden(shown);
  });

  it('keeps fields of a later axios, and one that is set', async () => {
    const given = Object.assign(await answer(), { later: 'field' });
    const shown = withHiddenRequest(given, 'X-Token');
    expect(shown).to.include({ later: 'field' });
    shown.request = 'own';
    expect(shown.request).to.equal('own');
  });

  it('is hidden in an answer that is there already', async () => {
    const given = await answer();
    hideRequest(given, 'X-Token');
    expect(given.request).to.include({ method: 'GET' });
    expectHidden(given);
  });

  it('is not shown by a body that is a stream', async () => {
    const given = await answer({ responseType: 'stream' });
    hideRequest(given, 'X-Token');
    expect(inspect(given.data, { depth: 12 })).to.not.contain('the-token');
    given.data.resume();
  });

  it('may be missing', () => {
    for (const holder of [{}, { request: null }, { request: 'text', data: 5 }])
      hideRequest(holder, 'X-Token');
  });
});
