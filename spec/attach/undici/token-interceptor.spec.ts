import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import { Agent, type Dispatcher, interceptors, Pool, fetch as undiciFetch } from 'undici';
import { tokenInterceptor } from '../../../lib/attach/undici/token-interceptor.js';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { ApiProver } from '../../../lib/oauth/dpop/request-prover.js';
import { fakeProvider } from '../../../lib/testing.js';
import { ApiServer, takingOnly } from '../../support/api-server.js';
import { claimsOf, makeProofKey } from '../../support/proof-keys.js';
import { rejection } from '../../support/rejection.js';
import { muteTokenWarnings } from '../../support/warnings.js';

/** Holds the first of these. */
const source = (...token: string[]) => fakeProvider({ token }).set();
const failing = (error: TokenRequestError) => fakeProvider().fail(error);
/** Its tokens are bound to a key. */
const boundSource = (token: string) =>
  Object.defineProperty(source(token), 'prover', { value: new ApiProver(makeProofKey()) });

const CONTROLLER = { aborted: false, paused: false } as Dispatcher.DispatchController;

describe('tokenInterceptor()', () => {
  muteTokenWarnings();
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

  it('frees the connection of an answer in whose place another comes', async () => {
    api.answer = ({ headers }, response) => {
      if (headers.authorization === 'Bearer t2') response.end('yes');
      else response.writeHead(401).end('x'.repeat(3_000_000));
    };
    const agent = new Agent({ connections: 1 });
    composed = agent.compose(tokenInterceptor(source('t1', 't2'), { origins: api.origin }));
    const { body } = await composed.request({ origin: api.origin, path: '/x', method: 'GET' });
    expect([await body.text(), api.tokens]).to.deep.equal(['yes', ['t1', 't2']]);
  });

  it('sends again at once where the rejected answer never ends, on the only connection', async () => {
    api.answer = ({ headers }, response) => {
      if (headers.authorization === 'Bearer t2') response.end('yes');
      else response.writeHead(401).write('no');
    };
    const agent = new Agent({ connections: 1, pipelining: 1 });
    composed = agent.compose(tokenInterceptor(source('t1', 't2'), { origins: api.origin }));
    const { body } = await composed.request({ origin: api.origin, path: '/x', method: 'GET' });
    expect([await body.text(), api.tokens]).to.deep.equal(['yes', ['t1', 't2']]);
  });

  it('keeps the connection of a small rejected answer', async () => {
    const ports = new Set<unknown>();
    api.answer = (seen, response) => {
      ports.add(response.socket?.remotePort);
      takingOnly('t2')(seen, response);
    };
    const agent = new Agent({ connections: 1 });
    composed = agent.compose(tokenInterceptor(source('t1', 't2'), { origins: api.origin }));
    await composed.request({ origin: api.origin, path: '/x', method: 'GET' });
    expect([api.tokens, ports.size]).to.deep.equal([['t1', 't2'], 1]);
  });

  it('serves handlers of the old form: those of undici 6, and of the fetch of Node.js 20', async () => {
    api.answer = takingOnly('t2');
    const agent = new Agent();
    const dispatch = tokenInterceptor(source('t1', 't2'), { origins: api.origin })(
      agent.dispatch.bind(agent),
    );
    const response = await fetch(`${api.origin}/x`, { dispatcher: { dispatch } } as never);
    expect([response.status, await response.text(), api.tokens]).to.deep.equal([200, 'yes', ['t1', 't2']]);
    await agent.close();
  });

  it('sends once more with a nonce, by handlers of the new form and of the old one', async () => {
    api.answer = ({ headers }, response) => {
      const isGood = claimsOf(String(headers.dpop)).nonce === 'n';
      const challenge = { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n' };
      response.writeHead(isGood ? 200 : 401, isGood ? {} : challenge).end('yes');
    };
    const agent = new Agent();
    for (const send of [fetch, undiciFetch] as const) {
      const provider = boundSource('t1');
      const attached = agent.compose(tokenInterceptor(provider, { origins: api.origin }));
      const { status } = await send(`${api.origin}/x`, { dispatcher: attached } as never);
      expect([status, provider.calls.map(({ method }) => method)]).to.deep.equal([200, ['getToken']]);
    }
    expect(api.seen.map(({ headers }) => headers.authorization)).to.deep.equal(new Array(4).fill('DPoP t1'));
    await agent.close();
  });

  it('does not take what comes before an answer for the answer', async () => {
    api.answer = (request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      takingOnly('t2')(request, response);
    };
    expect((await open()()).statusCode).to.equal(200);
    expect(api.tokens).to.deep.equal(['t1', 't2']);
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
    const error = new TokenRequestError('no token', 'ENONE', true);
    const request = open(failing(error));
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

  describe('before a dispatch that only notes', () => {
    const origins = ['https://a.example', 'https://b.example'];
    const [a, b] = origins;
    const attach = (options: object = {}) => {
      const dispatch = sinon.spy((_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
        handler.onResponseStart?.(CONTROLLER, 200, {}, 'OK');
        handler.onResponseEnd?.(CONTROLLER, {});
        return true;
      });
      const send = tokenInterceptor(source('t'), { origins, ...options })(dispatch as never);
      return {
        dispatch,
        send: (given: object, handler: Dispatcher.DispatchHandler = {}) => send(given as never, handler),
      };
    };
    const settled = () => new Promise((resolve) => setImmediate(resolve));

    it('lets a request that was led to another origin carry no token there, nor after', async () => {
      const { dispatch, send } = attach();
      const handler = {};
      for (const origin of [a, a, b, a, a, b]) {
        send({ origin, path: '/', method: 'GET' }, handler);
        await settled();
      }
      send({ origin: b, path: '/', method: 'GET' });
      await settled();
      const carries = dispatch.args.map(([{ headers }]) => headers !== undefined);
      expect(carries).to.deep.equal([true, true, false, false, false, false, true]);
    });

    it('hands on what goes elsewhere as it was given, but for an origin that is a URL', () => {
      const { dispatch, send } = attach();
      const elsewhere = 'https://elsewhere.example';
      send({ origin: new URL(elsewhere), path: '/', method: 'GET' });
      send({ origin: elsewhere, path: '/', method: 'GET', headers: { A: '1' } });
      send({ origin: elsewhere, path: '/', method: 'GET', headers: new Map([['A', '1']]).entries() });
      expect(dispatch.args.map(([options]) => options)).to.deep.equal([
        { origin: `${elsewhere}/`, path: '/', method: 'GET' },
        { origin: elsewhere, path: '/', method: 'GET', headers: { A: '1' } },
        { origin: elsewhere, path: '/', method: 'GET', headers: ['A', '1'] },
      ]);
    });

    it('lets an Authorization header of the caller win also where the token has another', () => {
      const { dispatch, send } = attach({ header: 'X-Token' });
      send({ origin: a, path: '/', method: 'GET', headers: ['authorization', 'own'] });
      expect(dispatch.args[0]?.[0].headers).to.deep.equal(['authorization', 'own']);
    });

    it('names no origin where the caller names none, and says that there is no hurry', async () => {
      const { dispatch, send } = attach();
      expect(send({ path: '/', method: 'GET' })).to.equal(true);
      await settled();
      expect(dispatch.args[0]?.[0]).to.deep.equal({
        path: '/',
        method: 'GET',
        headers: { Authorization: 'Bearer t' },
      });
    });

    it('listens to no emitter while a token is held', async () => {
      const { send } = attach();
      const signal = new EventEmitter();
      send({ origin: a, path: '/', method: 'GET', signal });
      expect(signal.listenerCount('abort')).to.equal(0);
      await settled();
    });

    it('lets no token through a Client that undici 8 says to lead elsewhere, whatever origin is named', async () => {
      const { dispatch } = attach();
      const interceptor = tokenInterceptor(source('t'), { origins }) as (
        dispatch: unknown,
        bound?: string | null,
      ) => (options: object, handler: object) => boolean;
      for (const bound of ['https://elsewhere.example', a, null, undefined])
        interceptor(dispatch, bound)({ origin: a, path: '/', method: 'GET' }, {});
      await settled();
      const carries = dispatch.args.map(([{ headers }]) => headers !== undefined);
      expect(carries).to.deep.equal([false, true, true, true]);
    });

    it('keeps undici 6 from following redirects itself, where it would take the header anywhere', async () => {
      for (const [header, expected] of [
        ['Authorization: Bearer', 5],
        ['X-Token', 0],
      ] as const) {
        const { dispatch, send } = attach({ header });
        const legacy = { onConnect: () => undefined, onError: () => undefined } as Dispatcher.DispatchHandler;
        send({ origin: a, path: '/', method: 'GET', maxRedirections: 5 }, legacy);
        await settled();
        expect(dispatch.args[0]?.[0]).to.have.property('maxRedirections', expected);
      }
    });

    describe('with tokens that are bound to a key', () => {
      const attachBound = (options: object = {}) => {
        const dispatch = sinon.spy((_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
          handler.onResponseStart?.(CONTROLLER, 200, {}, 'OK');
          return true;
        });
        const provider = boundSource('t');
        const compose = tokenInterceptor(provider, { origins, ...options }) as unknown as (
          dispatch: unknown,
          bound?: string,
        ) => (given: object, handler: Dispatcher.DispatchHandler) => boolean;
        return { dispatch, compose };
      };
      /** What goes out for these options, through a Client or Pool that is bound to an origin. */
      const sent = async (given: object, bound?: string, options?: object) => {
        const { dispatch, compose } = attachBound(options);
        const failed = sinon.spy();
        compose(dispatch, bound)(given, { onResponseError: (_, error) => failed(error.message) });
        await settled();
        const headers = dispatch.args[0]?.[0].headers as Record<string, string> | undefined;
        const { htm, htu } = headers?.DPoP === undefined ? {} : claimsOf(headers.DPoP);
        return {
          authorization: headers?.Authorization,
          proof: htm && `${htm} ${htu}`,
          failed: failed.args.flat(),
        };
      };
      const good = (proof: string) => ({ authorization: 'DPoP t', proof, failed: [] });

      it('names the origin of the request', async () => {
        expect(await sent({ origin: a, path: '/x?y=1', method: 'PUT' })).to.deep.equal(good(`PUT ${a}/x`));
        expect(await sent({ origin: new URL(b ?? ''), path: '/x' })).to.deep.equal(good(`GET ${b}/x`));
        expect(await sent({ origin: a, path: '//x.example/y', method: 'GET' })).to.deep.equal(
          good(`GET ${a}//x.example/y`),
        );
        expect(await sent({ origin: a, path: '@x.example', method: 'GET' })).to.deep.equal(
          good(`GET ${a}/@x.example`),
        );
      });

      it('names that of the Client or Pool, where undici tells it', async () => {
        expect(await sent({ path: '/x', method: 'GET' }, a)).to.deep.equal(good(`GET ${a}/x`));
        expect(await sent({ origin: b, path: '/x', method: 'GET' }, a)).to.deep.equal(good(`GET ${a}/x`));
      });

      it('names the only one that is allowed where nobody tells, and sends nothing where there are several', async () => {
        expect(await sent({ path: '/x', method: 'GET' }, undefined, { origins: a })).to.deep.equal(
          good(`GET ${a}/x`),
        );
        expect(await sent({ path: '/x', method: 'GET' })).to.deep.equal({
          authorization: undefined,
          proof: undefined,
          failed: ['A DPoP proof names the origin. Name it in the request, or allow one alone by origins.'],
        });
      });

      it('lets a proof of the caller win', async () => {
        const { dispatch, compose } = attachBound();
        compose(dispatch)({ origin: a, path: '/', method: 'GET', headers: { dpop: 'own' } }, {});
        await settled();
        expect(dispatch.args[0]?.[0].headers).to.deep.equal({ dpop: 'own' });
      });

      it('keeps undici 6 from following redirects itself, by the proof of another address', async () => {
        const { dispatch, compose } = attachBound();
        const legacy = { onConnect: () => undefined, onError: () => undefined } as Dispatcher.DispatchHandler;
        compose(dispatch)({ origin: a, path: '/', method: 'GET', maxRedirections: 5 }, legacy);
        await settled();
        expect(dispatch.args[0]?.[0]).to.have.property('maxRedirections', 0);
      });
    });

    it('judges what is sent, and reads it once', async () => {
      const { dispatch, send } = attach();
      const once = (...values: unknown[]) => ({ get: () => values.shift(), enumerable: true });
      const given = { path: '/', method: 'GET' };
      send(Object.defineProperty({ ...given }, 'origin', once(undefined, 'https://elsewhere.example')));
      send(Object.defineProperty({ ...given }, 'origin', once(a, 'https://elsewhere.example')));
      send(Object.create({ ...given, origin: 'https://elsewhere.example' }));
      send(Object.create({ ...given, origin: new URL(a ?? '') }));
      await settled();
      const sent = dispatch.args.map(([{ origin, headers }]) => [origin, headers !== undefined]);
      expect(sent).to.deep.equal([
        ['https://elsewhere.example', false],
        [undefined, true],
        [a, true],
        [`${a}/`, true],
      ]);
    });

    it('hands each sending options of its own', async () => {
      const provider = source('t1', 't2');
      const seen: unknown[] = [];
      const dispatch = (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
        seen.push(JSON.parse(JSON.stringify(options)));
        Object.assign(options, { origin: 'https://elsewhere.example', path: '/changed' });
        Object.assign(options.query ?? {}, { page: 2 });
        Object.assign(options.headers ?? {}, { 'x-a': '2' });
        handler.onResponseStart?.(CONTROLLER, seen.length === 1 ? 401 : 200, {}, '');
        handler.onResponseEnd?.(CONTROLLER, {});
        return true;
      };
      const given = { origin: a, path: '/', method: 'GET', headers: { 'x-a': '1' }, query: { page: 1 } };
      tokenInterceptor(provider, { origins })(dispatch as never)(given as never, {});
      await settled();
      const sent = (token: string) => ({
        ...given,
        headers: { 'x-a': '1', Authorization: `Bearer ${token}` },
      });
      expect(seen).to.deep.equal([sent('t1'), sent('t2')]);
    });

    it('serves handlers that listen to nothing', async () => {
      const { send } = attach();
      send({ origin: a, path: '/', method: 'GET' }, {});
      await settled();
      const error = new TokenRequestError('no token', 'ENONE', true);
      tokenInterceptor(failing(error), { origins })(() => true)(
        { origin: a, path: '/', method: 'GET' } as never,
        {},
      );
      await settled();
    });
  });

  it('has to be told where tokens may go', () => {
    for (const options of [undefined, {}, { origins: 'x' }])
      expect(() => tokenInterceptor(source('t'), options as never)).to.throw(ConfigurationError);
  });
});
