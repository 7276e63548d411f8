import http, { type ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { inspect } from 'node:util';
import axios, { type AxiosError, type AxiosResponse } from 'axios';
import { expect } from 'chai';
import { hideRequest, withHiddenRequest } from '../../../lib/attach/axios/hidden-request.js';
import { ApiServer, redirecting } from '../../support/api-server.js';
import { leaksOf } from '../../support/printed.js';
import { rejection } from '../../support/rejection.js';

/** That of Node.js leads to that of follow-redirects, and the other way round. */
type Request = { _redirectable?: Request; _currentRequest?: Request };
type Holder = { request?: Request };

describe('the request of an answer', () => {
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server.stop());
  beforeEach(() => {
    server.answer = redirecting('/moved', '/here');
  });
  const get = (changes: object = {}): Promise<AxiosResponse> =>
    axios.request({ url: server.origin, headers: { 'X-Token': 'the-token' }, proxy: false, ...changes });
  const answer = async (changes: object = {}) => {
    const response = await get(changes);
    // As the library does with what it sent.
    delete response.config.headers['X-Token'];
    return response;
  };
  const leaks = (holder: Holder) => {
    const { request } = holder;
    const outer = request?._redirectable ?? request;
    return leaksOf({ holder, request, outer, inner: outer?._currentRequest }, ['the-token']);
  };
  const expectHidden = (holder: Holder) => {
    expect(leaks(holder)).to.deep.equal([]);
    expect(Object.keys(holder)).to.not.include('request');
  };

  it('is there in a new answer, but not printed', async () => {
    const given = await answer();
    const shown = withHiddenRequest(given, ['X-Token']);
    expect(shown.request).to.equal(given.request);
    const { request: _, ...rest } = given;
    expect({ ...shown }).to.deep.equal(rest);
    expect(shown.constructor).to.equal(Object);
    expectHidden(shown);
  });

  it('keeps fields of a later axios, and one that is set', async () => {
    const given = Object.assign(await answer(), { later: 'field' });
    const shown = withHiddenRequest(given, ['X-Token']);
    expect(shown).to.include({ later: 'field' });
    shown.request = 'own';
    expect(shown.request).to.equal('own');
  });

  it('is hidden in an answer that is there already', async () => {
    const given = await answer();
    expect(leaks(given)).to.not.deep.equal([]);
    hideRequest(given, ['X-Token']);
    expect(given.request).to.include({ method: 'GET' });
    expectHidden(given);
  });

  it('is hidden after a redirect as well', async () => {
    const given = await answer({ url: `${server.origin}/moved` });
    expect(server.seen.at(-1)).to.deep.include({ url: '/here' });
    hideRequest(given, ['X-Token']);
    expectHidden(given);
  });

  it('is hidden in an error without an answer', async () => {
    server.answer = (_, response) => response.destroy();
    const error = await rejection<AxiosError>(get());
    delete error.config?.headers['X-Token'];
    expect(leaks(error)).to.not.deep.equal([]);
    hideRequest(error, ['X-Token']);
    expectHidden(error);
  });

  it('is not shown by a body that is a stream, nor is the next request on its connection', async () => {
    const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const given = await answer({ responseType: 'stream', httpAgent });
      hideRequest(given, ['X-Token']);
      given.data.resume();
      await finished(given.data);
      const arrived = new Promise<ServerResponse>((resolve) => {
        server.answer = (_, response) => resolve(response);
      });
      const next = get({ httpAgent });
      const response = await arrived;
      const { data } = given;
      expect(leaksOf({ data }, ['the-token'])).to.deep.equal([]);
      // The connection itself leads there.
      expect(inspect(httpAgent.sockets, { depth: 9 })).to.contain('the-token');
      response.end();
      await next;
    } finally {
      httpAgent.destroy();
    }
  });

  it('may be missing, and other data prints as before', () => {
    for (const holder of [{}, { request: null }, { request: 'text', data: 5 }, { data: { a: 1 } }]) {
      const before = inspect(holder);
      hideRequest(holder, ['X-Token']);
      expect(inspect(holder)).to.equal(before);
    }
  });
});
