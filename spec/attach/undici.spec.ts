import { expect } from 'chai';
import sinon from 'sinon';
import { Agent, type Dispatcher, interceptors, Pool, fetch as undiciFetch } from 'undici';
import { tokenInterceptor } from '../../lib/attach/undici.js';
import { ConfigurationError } from '../../lib/errors.js';
import { ApiServer, takingOnly } from '../support/api-server.js';
import { rejection } from '../support/rejection.js';

const source = (...tokens: (string | Error)[]) => {
  const getToken = async () => {
    const next = tokens.length > 1 ? tokens.shift() : tokens[0];
    if (next instanceof Error) throw next;
    return next ?? '';
  };
  return { getToken, invalidate: sinon.spy(), forClient: () => ({ getToken, peek: () => ({}) }) };
};

describe('tokenInterceptor()', () => {
  let api: ApiServer;
  let composed: Dispatcher;
  const open = (provider = source('t1', 't2'), more: Dispatcher.DispatcherComposeInterceptor[] = []) => {
    composed = new Agent().compose(tokenInterceptor(provider, { origins: api.origin }), ...more);
    return (options: object = {}) =>
      composed.request({
        origin: api.origin,
        path: '/x',
        method: 'GET',
        ...options,
      } as Dispatcher.RequestOptions);
  };
  beforeEach(async () => {
    api = await ApiServer.start();
  });
  afterEach(async () => {
    await composed?.destroy();
    await api.stop();
  });

  it('serves a Pool, whose requests name no origin', async () => {
    composed = new Pool(api.origin).compose(tokenInterceptor(source('t1'), { origins: api.origin }));
    const { body } = await (composed as Pool).request({ path: '/x', method: 'GET' });
    expect([await body.text(), api.tokens]).to.deep.equal(['yes', ['t1']]);
  });

  it('serves the fetch of undici', async () => {
    open();
    api.answer = takingOnly('t2');
    const response = await undiciFetch(`${api.origin}/x`, { dispatcher: composed });
    expect([response.status, await response.text(), api.tokens]).to.deep.equal([200, 'yes', ['t1', 't2']]);
  });

  it('lets a large answer through as it comes, also a rejection that is delivered', async () => {
    const large = 'x'.repeat(3_000_000);
    for (const status of [200, 401]) {
      api.answer = (_, response) => response.writeHead(status).end(large);
      const { statusCode, body } = await open(source('t1'))();
      let length = 0;
      for await (const chunk of body) {
        await new Promise(setImmediate);
        length += chunk.length;
      }
      expect([statusCode, length]).to.deep.equal([status, large.length]);
    }
  });

  it('works beside retries and redirects of undici', async () => {
    api.answer = ({ headers }, response) => {
      if (api.seen.length === 1) response.writeHead(503).end();
      else takingOnly('t2')({ headers } as never, response);
    };
    const request = open(source('t1', 't2'), [
      interceptors.retry({ minTimeout: 1 }),
      interceptors.redirect({ maxRedirections: 2 }),
    ]);
    expect((await request()).statusCode).to.equal(200);
    expect(api.tokens.at(-1)).to.equal('t2');
  });

  it('gives the error of the token to whoever asked, in each way to ask', async () => {
    const error = new Error('no token');
    const request = open(source(error));
    expect(await rejection(request())).to.equal(error);
    const stream = composed.stream({ origin: api.origin, path: '/', method: 'GET' }, () => process.stdout);
    expect(await rejection(stream)).to.equal(error);
    expect(api.seen).to.have.length(0);
  });

  it('gives what undici says of options that are malformed, or of a dispatcher that is closed', async () => {
    const request = open(source('t1'));
    expect((await rejection(request({ path: 'no path' }))).name).to.equal('InvalidArgumentError');
    await composed.close();
    expect((await rejection(request())).name).to.match(/^Client(Closed|Destroyed)Error$/);
  });

  it('has to be told where tokens may go', () => {
    for (const options of [undefined, {}, { origins: 'x' }])
      expect(() => tokenInterceptor(source('t'), options as never)).to.throw(ConfigurationError);
  });
});
