import { expect } from 'chai';
import sinon from 'sinon';
import { createAuthorizedFetch } from '../../../lib/attach/fetch/authorized-fetch.js';
import { ConfigurationError } from '../../../lib/ground/errors.js';

const origins = 'https://api.example';
const source = (...tokens: string[]) => {
  const getToken = async () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? '';
  return { getToken, invalidate: sinon.spy(), forClient: () => ({ getToken, peek: () => ({}) }) };
};
const answers = (...statuses: number[]) =>
  sinon.spy(
    async (_: unknown, __?: RequestInit) => new Response('body', { status: statuses.shift() ?? 200 }),
  );

describe('createAuthorizedFetch()', () => {
  afterEach(() => sinon.restore());

  it('uses the global fetch of the moment, or the one that is given', async () => {
    const given = answers();
    await createAuthorizedFetch(source('t'), { origins, fetch: given as never })('https://api.example/x');
    const authorized = createAuthorizedFetch(source('t'), { origins });
    const later = answers();
    sinon.replace(globalThis, 'fetch', later as never);
    await authorized(new URL('https://api.example/x'));
    for (const { args } of [given, later])
      expect(args[0]?.[1]).to.deep.equal({ headers: { Authorization: 'Bearer t' } });
  });

  it('hands on what it was given, in the form in which it was', async () => {
    const fetch = answers();
    const authorized = createAuthorizedFetch(source('t'), { origins, fetch: fetch as never });
    const init = { method: 'PUT', headers: [['X-A', '1']] as [string, string][], body: 'b', keepalive: true };
    await authorized('https://api.example/x', init);
    expect(fetch.args[0]?.[1]).to.deep.equal({
      ...init,
      headers: [
        ['X-A', '1'],
        ['Authorization', 'Bearer t'],
      ],
    });
    expect(init.headers).to.have.length(1);
    await authorized('https://elsewhere.example/', init);
    expect(fetch.args[1]).to.deep.equal(['https://elsewhere.example/', init]);
  });

  it('takes a Request, whose headers it keeps, and which may be sent twice where it has no body', async () => {
    const fetch = answers(401, 200);
    const authorized = createAuthorizedFetch(source('t1', 't2'), { origins, fetch: fetch as never });
    const request = new Request('https://api.example/x', { headers: { 'X-A': '1' } });
    expect((await authorized(request)).status).to.equal(200);
    const [first, second] = fetch.args.map(([, init]) => Object.fromEntries(init?.headers as never));
    expect([first, second]).to.deep.equal([
      { 'x-a': '1', Authorization: 'Bearer t1' },
      { 'x-a': '1', Authorization: 'Bearer t2' },
    ]);
  });

  it('does not send a Request with a body twice, nor one whose own header it is', async () => {
    const fetch = answers(401, 200, 200);
    const authorized = createAuthorizedFetch(source('t1', 't2'), { origins, fetch: fetch as never });
    expect(
      (await authorized(new Request('https://api.example/x', { method: 'POST', body: 'b' }))).status,
    ).to.equal(401);
    const own = new Request('https://api.example/x', { headers: { Authorization: 'own' } });
    await authorized(own);
    expect(fetch.args[1]).to.deep.equal([own, undefined]);
    await authorized(own, { headers: { Accept: 'a' } });
    expect(fetch.args[2]?.[1]).to.deep.equal({ headers: { Accept: 'a', Authorization: 'Bearer t2' } });
  });

  it('shows a target function the request, and leaves its body alone', async () => {
    const target = sinon.spy((_: Request) => ({}));
    const authorized = createAuthorizedFetch(source('t'), { origins, target, fetch: answers() as never });
    const request = new Request('https://api.example/x?y', {
      method: 'POST',
      body: 'b',
      headers: { 'X-A': '1' },
    });
    await authorized(request);
    const [[seen]] = target.args as [[Request]];
    expect([seen.url, seen.method, seen.headers.get('x-a'), seen.body, request.bodyUsed]).to.deep.equal([
      'https://api.example/x?y',
      'POST',
      '1',
      null,
      false,
    ]);
  });

  it('does not take the 401 of another origin for one about the token', async () => {
    const provider = source('t');
    const response = Object.defineProperty(new Response('', { status: 401 }), 'url', {
      value: 'https://b.example/',
    });
    const authorized = createAuthorizedFetch(provider, { origins, fetch: async () => response });
    expect((await authorized('https://api.example/')).status).to.equal(401);
    expect(provider.invalidate.callCount).to.equal(0);
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
