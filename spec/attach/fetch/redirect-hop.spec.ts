import { expect } from 'chai';
import { failure, RedirectHop, redirectOf } from '../../../lib/attach/fetch/redirect-hop.js';
import { thrown } from '../../support/rejection.js';

const all = {
  'x-token': 't',
  authorization: 'a',
  'proxy-authorization': 'p',
  cookie: 'c',
  host: 'h',
  'content-type': 'text/plain',
  'content-length': '1',
  'x-other': 'o',
};
const hopFrom = (method = 'GET', mode?: string) =>
  new RedirectHop({ url: 'https://a.example/x?y#part', method, mode, headers: new Headers(all) }, [
    'X-Token',
  ]);

describe('RedirectHop', () => {
  for (const [method, status, next] of [
    ['POST', 301, 'GET'],
    ['post', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['PUT', 303, 'GET'],
    ['HEAD', 303, 'HEAD'],
    ['get', 303, 'get'],
    ['PUT', 301, 'PUT'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
    ['purge', 302, 'purge'],
  ] as const) {
    it(`makes ${next} of ${method} by ${status}, and drops the body where the method changes`, () => {
      const hop = hopFrom(method);
      hop.goTo('/to', status);
      const isKept = method === next;
      expect([hop.method, hop.hasBody, hop.headers.has('content-type')]).to.deep.equal([
        next,
        isKept,
        isKept,
      ]);
    });
  }

  it('takes all headers along within the origin', () => {
    const hop = hopFrom();
    hop.goTo('../to', 307);
    expect([hop.address, Object.fromEntries(hop.headers)]).to.deep.equal(['https://a.example/to#part', all]);
  });

  for (const location of [
    'https://b.example/',
    'http://a.example/',
    'https://a.example:8443/',
    '//sub.a.example/',
  ]) {
    it(`leaves behind what is for one origin on the way to ${location}, for good`, () => {
      const hop = hopFrom();
      hop.goTo(location, 307);
      hop.goTo('https://a.example/home#other', 307);
      expect(Object.keys(Object.fromEntries(hop.headers))).to.deep.equal([
        'content-length',
        'content-type',
        'x-other',
      ]);
      expect(hop.address).to.equal('https://a.example/home#other');
    });
  }

  it('leaves all headers behind that were added, however they are spelt', () => {
    const headers = new Headers({ authorization: 'DPoP t', dpop: 'proof', 'x-other': 'o' });
    const start = { url: 'https://a.example/', method: 'GET', mode: undefined, headers };
    const hop = new RedirectHop(start, ['Authorization', 'DPoP']);
    hop.goTo('/to', 302);
    expect(hop.headers.get('dpop')).to.equal('proof');
    hop.goTo('https://b.example/', 302);
    expect(Object.fromEntries(hop.headers)).to.deep.equal({ 'x-other': 'o' });
  });

  it('reads bytes that are no ASCII as UTF-8', () => {
    const hop = hopFrom();
    hop.goTo(Buffer.from('/ä').toString('latin1'), 302);
    expect(hop.address).to.equal('https://a.example/%C3%A4#part');
  });

  for (const location of [
    'http://',
    'ftp://a.example/',
    'data:,x',
    'xhttps://a.example/',
    'https://u@a.example/',
  ]) {
    it(`does not go to ${location}`, () => {
      expect(thrown(() => hopFrom().goTo(location, 302))).to.be.instanceOf(TypeError);
    });
  }

  it('does not leave its origin where the caller said so', () => {
    const hop = hopFrom('GET', 'same-origin');
    hop.goTo('/to', 302);
    expect(thrown(() => hop.goTo('https://b.example/', 302))).to.be.instanceOf(TypeError);
  });

  it('ends after twenty', () => {
    const hop = hopFrom();
    for (let count = 0; count < 20; count += 1) hop.goTo('/again', 302);
    expect(thrown(() => hop.goTo('/again', 302)).cause).to.have.property(
      'message',
      'redirect count exceeded',
    );
  });
});

describe('redirectOf()', () => {
  it('tells where an answer with a location redirects to, if its status is one of five', () => {
    const answer = (status: number, location?: string) =>
      redirectOf(new Response(null, { status, headers: location === undefined ? {} : { location } }));
    for (const status of [301, 302, 303, 307, 308]) expect(answer(status, '/to')).to.equal('/to');
    for (const status of [200, 201, 304, 401]) expect(answer(status, '/to')).to.equal(undefined);
    expect([answer(302), answer(302, '')]).to.deep.equal([undefined, '']);
  });

  it('cannot tell where fetch hides it, as in a browser', () => {
    const hidden = { type: 'opaqueredirect', status: 0, headers: new Headers() } as Response;
    expect(thrown(() => redirectOf(hidden))).to.be.instanceOf(TypeError);
  });
});

describe('failure()', () => {
  it('is like an error of the platform', () => {
    const error = failure('reason');
    expect([error.message, (error.cause as Error).message]).to.deep.equal(['fetch failed', 'reason']);
  });
});
