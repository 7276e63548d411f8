import { expect } from 'chai';
import sinon from 'sinon';
import { EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { createAuthorizedFetch } from '../../../lib/attach/fetch/authorized-fetch.js';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { fakeProvider } from '../../../lib/testing.js';
import { ApiServer } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';

const origins = 'https://api.example';
const source = (...token: string[]) => fakeProvider({ token });
const answers = (...statuses: number[]) =>
  sinon.spy(
    async (_: unknown, __?: RequestInit) => new Response('body', { status: statuses.shift() ?? 200 }),
  );

describe('createAuthorizedFetch()', () => {
  afterEach(() => sinon.restore());

  it('uses the global fetch of the moment, or the one that is given, and follows redirects itself', async () => {
    const given = answers();
    await createAuthorizedFetch(source('t'), { origins, fetch: given as never })('https://api.example/x');
    const authorized = createAuthorizedFetch(source('t'), { origins });
    const later = answers();
    sinon.replace(globalThis, 'fetch', later as never);
    await authorized(new URL('https://api.example/x'));
    for (const { args } of [given, later])
      expect(args[0]).to.deep.equal([
        'https://api.example/x',
        { headers: { Authorization: 'Bearer t' }, redirect: 'manual' },
      ]);
  });

  it('hands on all that it was given, and leaves it as it was', async () => {
    const fetch = answers();
    const authorized = createAuthorizedFetch(source('t'), { origins, fetch: fetch as never });
    const init = { method: 'PUT', headers: { 'X-A': '1' }, body: 'b', keepalive: true, agent: 'mine' };
    await authorized('https://api.example/x', init);
    expect(fetch.args[0]?.[1]).to.deep.equal({
      ...init,
      headers: { 'X-A': '1', Authorization: 'Bearer t' },
      redirect: 'manual',
    });
    expect(init.headers).to.deep.equal({ 'X-A': '1' });
    await authorized('https://elsewhere.example/', init);
    expect(fetch.args[1]).to.deep.equal(['https://elsewhere.example/', init]);
    await authorized('https://elsewhere.example/');
    expect(fetch.args[2]).to.deep.equal(['https://elsewhere.example/', undefined]);
  });

  it('takes a Request, whose headers it keeps, and which may be sent twice where its body is small', async () => {
    for (const body of [undefined, 'b', new Blob(['x'.repeat(2_000_000)])]) {
      const bodies: string[] = [];
      const fetch = async (input: Request, init: RequestInit) => {
        const sent = new Request(input, init);
        bodies.push(`${sent.headers.get('x-a')} ${sent.headers.get('authorization')} ${await sent.text()}`);
        return new Response('body', { status: bodies.length === 1 ? 401 : 200 });
      };
      const authorized = createAuthorizedFetch(source('t1', 't2'), { origins, fetch: fetch as never });
      const init = { headers: { 'X-A': '1' }, ...(body && { method: 'POST', body }) };
      const { status } = await authorized(new Request('https://api.example/x', init));
      const isSmall = !(body instanceof Blob);
      const text = body ?? '';
      expect([status, bodies.length]).to.deep.equal(isSmall ? [200, 2] : [401, 1]);
      if (isSmall) expect(bodies).to.deep.equal([`1 Bearer t1 ${text}`, `1 Bearer t2 ${text}`]);
    }
  });

  it('leaves alone a Request whose own header it is', async () => {
    const fetch = answers();
    const authorized = createAuthorizedFetch(source('t'), { origins, fetch: fetch as never });
    const own = new Request('https://api.example/x', { headers: { Authorization: 'own' } });
    await authorized(own);
    const [[sent, init] = []] = fetch.args as [Request, unknown][];
    expect([sent?.headers.get('authorization'), init]).to.deep.equal(['own', undefined]);
    await authorized(own, { headers: { Accept: 'a' } });
    expect(fetch.args[1]?.[1]?.headers).to.include({});
    expect(new Headers(fetch.args[1]?.[1]?.headers).get('authorization')).to.equal('Bearer t');
  });

  it('shows a target function the request, without its body', async () => {
    const target = sinon.spy((_: Request) => ({}));
    const authorized = createAuthorizedFetch(source('t'), { origins, target, fetch: answers() as never });
    const request = new Request('https://api.example/x?y', {
      method: 'POST',
      body: 'b',
      headers: { 'X-A': '1' },
    });
    await authorized(request);
    const [[seen]] = target.args as [[Request]];
    expect([seen.url, seen.method, seen.headers.get('x-a'), seen.body]).to.deep.equal([
      'https://api.example/x?y',
      'POST',
      '1',
      null,
    ]);
  });

  it('does not take the 401 of another origin for one about the token', async () => {
    const provider = source('t');
    const response = Object.defineProperty(new Response('', { status: 401 }), 'url', {
      value: 'https://b.example/',
    });
    const authorized = createAuthorizedFetch(provider, { origins, fetch: async () => response });
    expect((await authorized('https://api.example/')).status).to.equal(401);
    expect(provider.calls.map(({ method }) => method)).to.deep.equal(['getToken']);
  });

  it('lets an Authorization header of the caller win also where the token has another', async () => {
    const fetch = answers();
    const authorized = createAuthorizedFetch(source('t'), {
      origins,
      header: 'X-Token',
      fetch: fetch as never,
    });
    await authorized('https://api.example/x', { headers: { authorization: 'own' } });
    expect(fetch.args[0]?.[1]).to.deep.equal({ headers: { authorization: 'own' } });
  });

  it('fails in a promise, with what fetch says of what it is given', async () => {
    const authorized = createAuthorizedFetch(source('t'), { origins });
    const bad: unknown[][] = [
      [Symbol('input')],
      ['https://api.example/', 5],
      ['https://api.example/', { headers: null }],
      ['https://api.example/', { signal: {} }],
      [new Request('https://api.example/'), { body: 'b' }],
    ];
    for (const args of bad) {
      const [own, plain] = [authorized, fetch].map((send) => rejection(send(...(args as [string]))));
      expect((await own)?.constructor).to.equal((await plain)?.constructor);
    }
  });

  it('waits with no signal that fetch would refuse', async () => {
    const provider = source('t');
    const authorized = createAuthorizedFetch(provider, { origins, fetch: answers() as never });
    const odd = [null, {}, 5, { aborted: false }];
    const { signal: good } = new AbortController();
    for (const signal of [...odd, good]) {
      provider.expire();
      await authorized('https://api.example/', { signal } as never);
    }
    const plain = { method: 'getToken', target: {} };
    expect(provider.calls).to.deep.equal([
      ...odd.map(() => plain),
      { ...plain, options: { signal: good, maxWaitMs: 30_000 } },
    ]);
  });

  it('tells a stream that was not sent of an abort, as fetch does, and of no other error', async () => {
    const reasons: unknown[] = [];
    const error = new TokenRequestError('mine', 'EMINE', true);
    const send = (signal?: AbortSignal) => {
      const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
      const init = { method: 'POST', body, duplex: 'half', ...(signal && { signal }) } as RequestInit;
      return rejection(
        createAuthorizedFetch(fakeProvider().fail(error), { origins })('https://api.example/', init),
      );
    };
    expect(await send()).to.equal(error);
    expect(reasons).to.deep.equal([]);
    expect(await send(AbortSignal.abort(error))).to.equal(error);
    expect(reasons).to.deep.equal([error]);
  });

  it('goes past the proxy of the environment on the way to this machine, unless a dispatcher is named', async () => {
    const [api, proxy] = await Promise.all([ApiServer.start(), ApiServer.start()]);
    const before = getGlobalDispatcher();
    setGlobalDispatcher(new EnvHttpProxyAgent({ httpProxy: proxy.origin, proxyTunnel: false }));
    try {
      const authorized = createAuthorizedFetch(source('t'), { origins: api.origin });
      await (await authorized(`${api.origin}/x`)).text();
      await (await authorized(new Request(`${api.origin}/x`))).text();
      expect([api.tokens, proxy.bytes]).to.deep.equal([['t', 't'], []]);
      const named = authorized(`${api.origin}/x`, { dispatcher: getGlobalDispatcher() } as never);
      await named.catch(() => undefined);
      expect(proxy.bytes).to.have.length.above(0);
    } finally {
      setGlobalDispatcher(before);
      await Promise.all([api.stop(), proxy.stop()]);
    }
  });

  it('frees the body of the answer in whose place another comes', async () => {
    const cancel = sinon.spy();
    const statuses = [401, 200];
    const fetch = async () =>
      new Response(new ReadableStream({ cancel }), { status: statuses.shift() ?? 200 });
    const authorized = createAuthorizedFetch(source('t1', 't2'), { origins, fetch });
    expect((await authorized('https://api.example/x')).status).to.equal(200);
    expect(cancel.callCount).to.equal(1);
    const bare = createAuthorizedFetch(source('t1', 't2'), {
      origins,
      fetch: async (_, init) =>
        new Response(null, {
          status: new Headers(init?.headers).get('authorization') === 'Bearer t2' ? 204 : 401,
        }),
    });
    expect((await bare('https://api.example/x')).status).to.equal(204);
  });

  for (const options of [undefined, null, {}, { origins, fetch: 5 }, { origins, agent: 1 }]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => createAuthorizedFetch(source('t'), options as never)).to.throw(ConfigurationError);
    });
  }
});
