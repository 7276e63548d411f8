import { once } from 'node:events';
import http from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { makeRequestUnprintable, makeUnprintable } from '../../../lib/attach/axios/unprintable.js';
import { ApiServer } from '../../support/api-server.js';
import { leaksOf } from '../../support/printed.js';

describe('makeUnprintable()', () => {
  it('shows a summary in place of the fields, by itself and within others, and keeps them', () => {
    const agent = Object.assign(new http.Agent(), { options: { headers: 'the-token' } });
    makeUnprintable(agent);
    for (const text of [inspect(agent), inspect({ agent }, { depth: 9 }), JSON.stringify({ agent })])
      expect(text).to.contain('keepAlive').and.not.contain('the-token');
    expect(agent.options).to.deep.include({ headers: 'the-token' });
  });

  it('shows nothing in the summary that has fields of its own', () => {
    const value = {
      path: { token: 'the-token' },
      url: '/a',
      statusCode: 200,
      destroyed: false,
      token: 'the-token',
    };
    makeUnprintable(value);
    const summary = { url: '/a', statusCode: 200, destroyed: false };
    expect(JSON.parse(JSON.stringify(value))).to.deep.equal(summary);
    expect(inspect(value)).to.equal(`Object ${inspect(summary)}`);
    expect(inspect(Object.assign(Object.create(null), value))).to.equal(inspect(value));
  });

  it('leaves alone what is no object, or is frozen', () => {
    for (const value of [undefined, null, 5, 'text', Object.freeze({ a: 1 })]) makeUnprintable(value);
  });

  it('does so once', () => {
    const value: { toJSON?: unknown } = {};
    makeUnprintable(value);
    const { toJSON } = value;
    makeUnprintable(value);
    expect(value.toJSON).to.equal(toJSON);
  });
});

describe('makeRequestUnprintable()', () => {
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server.stop());
  const sentRequest = async () => {
    const headers = { 'X-Token': 'the-token', Accept: 'a' };
    const request = http.request(`${server.origin}/path`, { headers });
    const answered = once(request, 'response');
    request.end();
    const [response] = await answered;
    response.resume();
    return request;
  };

  it('shows the token in no way of printing it, nor in any field, nor among all headers', async () => {
    const request = await sentRequest();
    const leaks = () => leaksOf({ request, headers: request.getHeaders(), ...request }, ['the-token']);
    expect(leaks()).to.include.members(['inspect(it) of request', 'inspect(it) of _header']);
    makeRequestUnprintable(request, ['X-Token']);
    expect(leaks()).to.deep.equal([]);
  });

  it('hides what is not sent yet, and the options of a request of follow-redirects', () => {
    const request = { outputData: ['the-token'], _options: { headers: 'the-token' }, _currentUrl: '/a' };
    makeRequestUnprintable(request, ['X-Token']);
    expect(Object.keys(request)).to.not.include.members(['outputData']).and.not.include.members(['_options']);
    expect(JSON.parse(JSON.stringify(request))).to.deep.equal({ _currentUrl: '/a' });
    expect(request).to.deep.include({ outputData: ['the-token'], _options: { headers: 'the-token' } });
  });

  it('leaves other headers, and the token to those who ask for it by name', async () => {
    const request = await sentRequest();
    makeRequestUnprintable(request, ['X-Token']);
    expect({ ...request.getHeaders() }).to.include({ accept: 'a', 'x-token': '[hidden]' });
    expect(request.getHeader('x-token')).to.equal('the-token');
    expect(JSON.parse(JSON.stringify(request))).to.include({ method: 'GET', path: '/path' });
  });

  it('may be called again, and takes what is no request', async () => {
    const request = await sentRequest();
    makeRequestUnprintable(request, ['X-Token']);
    const { getHeaders } = request;
    makeRequestUnprintable(request, ['X-Token']);
    expect(request.getHeaders).to.equal(getHeaders);
    for (const value of [undefined, null, 'text', {}]) makeRequestUnprintable(value, ['X-Token']);
  });
});
