import http from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { makeRequestUnprintable, makeUnprintable } from '../../../lib/attach/axios/unprintable.js';

describe('makeUnprintable()', () => {
  it('shows a summary in place of the fields, by itself and within others, and keeps them', () => {
    const agent = Object.assign(new http.Agent(), { options: { headers: 'the-token' } });
    makeUnprintable(agent);
    for (const text of [inspect(agent), inspect({ agent }, { depth: 9 }), JSON.stringify({ agent })])
      expect(text).to.contain('keepAlive').and.not.contain('the-token');
    expect(agent.options).to.deep.include({ headers: 'the-token' });
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
  const requestOf = () => {
    const request = http.request({
      host: '127.0.0.1',
      port: 1,
      headers: { 'X-Token': 'the-token', Accept: 'a' },
    });
    request.on('error', () => undefined).destroy();
    return request;
  };

  it('shows the token in no copy of the fields, and not among all headers', () => {
    const request = requestOf();
    makeRequestUnprintable(request, 'X-Token');
    for (const text of [inspect(request), JSON.stringify(request), inspect({ ...request }, { depth: 1 })])
      expect(text).to.not.contain('the-token');
    expect({ ...request.getHeaders() }).to.include({ accept: 'a', 'x-token': '[hidden]' });
    expect(request.getHeader('x-token')).to.equal('the-token');
  });

  it('may be called again, and takes what is no request', () => {
    const request = requestOf();
    makeRequestUnprintable(request, 'X-Token');
    makeRequestUnprintable(request, 'X-Token');
    expect(request.getHeaders()).to.include({ 'x-token': '[hidden]' });
    for (const value of [undefined, null, 'text', {}]) makeRequestUnprintable(value, 'X-Token');
  });
});
