import { expect } from 'chai';
import { followRedirects } from '../../../lib/attach/fetch/fetch-redirects.js';
import { ApiServer, redirecting } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';

describe('followRedirects()', () => {
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
  const headers = { 'X-Token': 't', 'Content-Type': 'text/plain', Cookie: 'c=1', 'X-Other': 'o' };

  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
      it(`does as fetch does with ${status} to a ${method} within the origin`, async () => {
        answerWith(status, '/to');
        const init = { method, headers, ...(method.startsWith('P') && { body: 'b' }) };
        await fetch(`${here.origin}/from`, init);
        const byFetch = here.seen.at(-1);
        await followRedirects(fetch, `${here.origin}/from`, init, 'X-Token');
        expect(here.seen.at(-1)).to.deep.equal(byFetch);
        expect(here.seen.at(-1)?.headers['x-token']).to.equal('t');
      });

      it(`does so with ${status} to a ${method} elsewhere, but for the header`, async () => {
        answerWith(status, `${there.origin}/to`);
        const init = { method, headers, ...(method.startsWith('P') && { body: 'b' }) };
        await fetch(`${here.origin}/from`, init);
        await followRedirects(fetch, `${here.origin}/from`, init, 'X-Token');
        const [byFetch, own] = there.seen;
        const { 'x-token': leaked, ...others } = byFetch?.headers ?? {};
        expect(own).to.deep.equal({ ...byFetch, headers: others });
        expect(leaked).to.equal('t');
      });
    }
  }

  it('gives what is no redirect, and what has no goal', async () => {
    for (const [status, fields] of [
      [200, {}],
      [304, {}],
      [302, {}],
    ] as const) {
      here.answer = (_, response) => response.writeHead(status, fields).end();
      expect((await followRedirects(fetch, here.origin, { headers }, 'X-Token')).status).to.equal(status);
    }
  });

  it('leaves it to the caller who does not want it', async () => {
    here.answer = redirecting('/from', '/to');
    const manual = await followRedirects(
      fetch,
      `${here.origin}/from`,
      { headers, redirect: 'manual' },
      'X-Token',
    );
    expect(manual.status).to.equal(307);
    const error = await rejection(
      followRedirects(fetch, `${here.origin}/from`, { headers, redirect: 'error' }, 'X-Token'),
    );
    expect(error).to.be.instanceOf(TypeError);
    expect(here.seen).to.have.length(2);
  });

  it('ends after twenty', async () => {
    here.answer = (_, response) => response.writeHead(302, { Location: '/again' }).end();
    const error = await rejection(followRedirects(fetch, here.origin, { headers }, 'X-Token'));
    expect(error).to.be.instanceOf(TypeError);
    expect(error.message).to.equal('fetch failed: too many redirects');
    expect(here.seen).to.have.length(21);
  });

  for (const location of ['data:,x', 'xhttps://api.example/', 'https.x://api.example/', 'ftp://127.0.0.1/']) {
    it(`does not follow to ${location}`, async () => {
      answerWith(302, location);
      const error = await rejection(followRedirects(fetch, `${here.origin}/from`, { headers }, 'X-Token'));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.equal('fetch failed: a redirect leads to what is not http');
    });
  }

  it('cannot repeat a body that is gone', async () => {
    answerWith(307, '/to');
    const request = new Request(`${here.origin}/from`, { method: 'POST', body: 'b' });
    const error = await rejection(followRedirects(fetch, request, { headers }, 'X-Token'));
    expect(error).to.be.instanceOf(TypeError);
    expect(error.message).to.equal('fetch failed: a body that is read but once cannot be redirected');
    answerWith(303, '/to');
    const again = new Request(`${here.origin}/from`, { method: 'POST', body: 'b' });
    expect((await followRedirects(fetch, again, { headers }, 'X-Token')).status).to.equal(200);
  });

  it('repeats the body that is given in place of one that is gone', async () => {
    answerWith(307, '/to');
    const request = new Request(`${here.origin}/from`, { method: 'POST', body: 'a' });
    await followRedirects(fetch, request, { headers, body: 'b' }, 'X-Token');
    expect(here.seen.map(({ url, body }) => [url, String(body)])).to.deep.equal([
      ['/from', 'b'],
      ['/to', 'b'],
    ]);
  });
});
