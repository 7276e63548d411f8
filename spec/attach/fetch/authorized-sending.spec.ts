import { expect } from 'chai';
import nodeFetch3 from 'node-fetch';
import nodeFetch2 from 'node-fetch-2';
import { Request as UndiciRequest, fetch as undiciFetch } from 'undici';
import { isFromWhereItWasSent, sendAuthorized } from '../../../lib/attach/fetch/authorized-sending.js';
import { FetchBody } from '../../../lib/attach/fetch/fetch-body.js';
import { type Fetch, readCall } from '../../../lib/attach/fetch/fetch-call.js';
import { ApiServer, redirecting } from '../../support/api-server.js';
import { bearer, bound } from '../../support/credentials.js';
import { claimsOf, makeProofKey } from '../../support/proof-keys.js';
import { rejection } from '../../support/rejection.js';

const fetches = { fetch, undici: undiciFetch, 'node-fetch 2': nodeFetch2, 'node-fetch 3': nodeFetch3 };

describe('sendAuthorized()', () => {
  let here: ApiServer;
  let there: ApiServer;
  beforeEach(async () => {
    [here, there] = await Promise.all([ApiServer.start(), ApiServer.start()]);
  });
  afterEach(() => Promise.all([here, there].map((server) => server.stop())));
  const answerWith = (status: number, location: string) => {
    here.answer = ({ url }, response) => {
      if (url === '/from') response.writeHead(status, { Location: location }).end();
      else response.end('yes');
    };
  };
  const headers = { 'Content-Type': 'text/plain', Cookie: 'c=1', 'X-Other': 'o' };
  const sendBy = async (send: unknown, input: unknown, init: object, headerName = 'X-Token') => {
    const call = readCall(input as string, init as RequestInit);
    const body = new FetchBody(call);
    const fetch = send as Fetch;
    return sendAuthorized({
      fetch,
      isGiven: true,
      call,
      body,
      headerName,
      addedHeaders: [headerName],
      credential: bearer('t'),
    });
  };
  const from = () => `${here.origin}/from`;

  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
      const init = { method, headers, ...(method.startsWith('P') && { body: 'b' }) };

      it(`does as fetch does with ${status} to a ${method} within the origin`, async () => {
        answerWith(status, '/to');
        await fetch(from(), { ...init, headers: { ...headers, 'X-Token': 't' } });
        const byFetch = here.seen.at(-1);
        const { response, isCarrying } = await sendBy(fetch, from(), init);
        expect(here.seen.at(-1)).to.deep.equal(byFetch);
        expect([response.redirected, response.url, isCarrying]).to.deep.equal([
          true,
          `${here.origin}/to`,
          true,
        ]);
      });

      it(`does so with ${status} to a ${method} elsewhere, but for the header`, async () => {
        answerWith(status, `${there.origin}/to`);
        await fetch(from(), { ...init, headers: { ...headers, 'X-Token': 't' } });
        const { isCarrying } = await sendBy(fetch, from(), init);
        const [byFetch, own] = there.seen;
        const { 'x-token': leaked, ...others } = byFetch?.headers ?? {};
        expect(own).to.deep.equal({ ...byFetch, headers: others });
        expect([leaked, isCarrying]).to.deep.equal(['t', false]);
      });
    }
  }

  for (const [name, send] of Object.entries(fetches)) {
    describe(`by ${name}`, () => {
      for (const headerName of ['Authorization', 'X-Token']) {
        it(`takes ${headerName} along within the origin, and to no other port or name`, async () => {
          const key = headerName.toLowerCase();
          const localhost = here.origin.replace('127.0.0.1', 'localhost');
          const goals = { '/to': 't', [`${there.origin}/to`]: undefined, [`${localhost}/to`]: undefined };
          for (const [location, expected] of Object.entries(goals)) {
            for (const server of [here, there]) server.seen.length = 0;
            answerWith(307, location);
            const { response } = await sendBy(send, from(), { method: 'POST', body: 'b' }, headerName);
            expect([response.status, response.redirected]).to.deep.equal([200, true]);
            const last = [...here.seen, ...there.seen].at(-1);
            expect([last?.headers[key], last?.body], location).to.deep.equal([expected, 'b']);
          }
        });
      }

      it('never takes it up again on the way back', async () => {
        answerWith(302, `${there.origin}/over`);
        there.answer = redirecting('/over', `${here.origin}/home`);
        await sendBy(send, from(), {}, 'Authorization');
        const carried = [...here.seen, ...there.seen].map(({ url, headers }) => [url, headers.authorization]);
        expect(carried).to.deep.equal([
          ['/from', 't'],
          ['/home', undefined],
          ['/over', undefined],
        ]);
      });
    });
  }

  describe('with a token that is bound to a key', () => {
    const sendBound = async (send: unknown, init: object = {}) => {
      const call = readCall(from(), init as RequestInit);
      return sendAuthorized({
        fetch: send as Fetch,
        isGiven: true,
        call,
        body: new FetchBody(call),
        headerName: 'Authorization',
        addedHeaders: ['Authorization', 'DPoP'],
        credential: bound('t', makeProofKey()),
      });
    };
    const proofs = (server: ApiServer) =>
      server.seen.map(({ headers: { dpop } }) => {
        if (dpop === undefined) return undefined;
        const { htm, htu } = claimsOf(String(dpop));
        return `${htm} ${String(htu).replace(server.origin, '')}`;
      });

    for (const [name, send] of Object.entries(fetches)) {
      it(`makes a proof for each hop by ${name}, by its method and address`, async () => {
        here.answer = ({ url }, response) => {
          if (url === '/from') response.writeHead(307, { Location: '/over?a=1#b' }).end();
          else if (url.startsWith('/over')) response.writeHead(303, { Location: '/to' }).end();
          else response.end('yes');
        };
        const { isCarrying } = await sendBound(send, { method: 'post', body: 'b' });
        expect(isCarrying).to.equal(true);
        expect(proofs(here)).to.deep.equal(['POST /from', 'POST /over', 'GET /to']);
        expect(here.seen.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
          'POST /from',
          'POST /over?a=1',
          'GET /to',
        ]);
        expect(new Set(here.seen.map(({ headers: { dpop } }) => dpop)).size).to.equal(3);
      });

      it(`takes neither token nor proof to another origin by ${name}, nor back`, async () => {
        answerWith(302, `${there.origin}/over`);
        there.answer = redirecting('/over', `${here.origin}/home`);
        const { isCarrying } = await sendBound(send);
        expect(isCarrying).to.equal(false);
        expect([proofs(here), proofs(there)]).to.deep.equal([['GET /from', undefined], [undefined]]);
        const carried = [...here.seen, ...there.seen].map(({ headers: { authorization } }) => authorization);
        expect(carried).to.deep.equal(['DPoP t', undefined, undefined]);
      });
    }

    it('names the method as it is sent', async () => {
      for (const method of ['get', 'delete', 'PURGE', 'purge', { toString: () => 'put' }])
        await sendBound(fetch, { method });
      expect(proofs(here)).to.deep.equal(here.seen.map(({ method, url }) => `${method} ${url}`));
    });
  });

  it('gives what is no redirect, and what has no goal', async () => {
    for (const [status, fields] of [
      [200, {}],
      [304, {}],
      [302, {}],
    ] as const) {
      here.answer = (_, response) => response.writeHead(status, fields).end();
      const { response } = await sendBy(fetch, here.origin, {});
      expect([response.status, response.redirected]).to.deep.equal([status, false]);
    }
  });

  it('leaves it to the caller who does not want it', async () => {
    here.answer = redirecting('/from', '/to');
    const { response } = await sendBy(fetch, from(), { redirect: 'manual' });
    expect(response.status).to.equal(307);
    const error = await rejection(sendBy(fetch, from(), { redirect: 'error' }));
    expect(error).to.be.instanceOf(TypeError);
    expect(here.seen).to.have.length(2);
  });

  for (const location of ['/again', 'data:,x', 'http://']) {
    it(`fails as fetch does where it leads to ${location} for ever`, async () => {
      here.answer = (_, response) => response.writeHead(302, { Location: location }).end();
      const byFetch = await rejection(fetch(here.origin));
      const count = here.seen.length;
      const error = await rejection(sendBy(fetch, here.origin, {}));
      expect(error).to.be.instanceOf(TypeError).and.have.property('message', byFetch.message);
      expect(here.seen).to.have.length(2 * count);
    });
  }

  it('repeats the body of a Request, or that in its place, but none that can be read but once', async () => {
    answerWith(307, '/to');
    const request = () => new Request(from(), { method: 'POST', body: 'a' });
    await sendBy(fetch, request(), {});
    await sendBy(fetch, request(), { body: 'b' });
    expect(here.seen.map(({ url, body }) => [url, body])).to.deep.equal([
      ['/from', 'a'],
      ['/to', 'a'],
      ['/from', 'b'],
      ['/to', 'b'],
    ]);
    for (const status of [301, 307, 303]) {
      answerWith(status, '/to');
      const body = new Blob(['stream']).stream();
      const sent = sendBy(fetch, from(), { method: 'POST', body, duplex: 'half' });
      if (status === 303) expect((await sent).response.status).to.equal(200);
      else expect(await rejection(sent)).to.be.instanceOf(TypeError);
    }
  });

  it('sends a Request of another class by whichever fetch', async () => {
    for (const send of Object.values(fetches)) {
      here.seen.length = 0;
      const request = new UndiciRequest(from(), { method: 'POST', headers: { 'x-a': '1' }, body: 'b' });
      const body = send === nodeFetch2 || send === nodeFetch3 ? { body: 'b' } : {};
      await sendBy(send, request, body);
      const { method, headers, body: sent } = here.seen[0] ?? {};
      expect([method, headers?.['x-a'], headers?.['x-token'], sent]).to.deep.equal(['POST', '1', 't', 'b']);
    }
  });

  it('knows by its answer that a fetch has followed on its own', async () => {
    answerWith(302, `${there.origin}/to`);
    const disobedient = (url: string, init: RequestInit) => fetch(url, { ...init, redirect: 'follow' });
    const isFrom = async (send: unknown) => isFromWhereItWasSent(await sendBy(send, from(), {}));
    expect(await isFrom(disobedient)).to.equal(false);
    answerWith(302, '/to');
    expect(await isFrom(disobedient)).to.equal(true);
    expect(await isFrom(async () => new Response('x'))).to.equal(true);
  });
});
