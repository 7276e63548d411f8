import { expect } from 'chai';
import { DispatchRequest } from '../../../lib/attach/undici/dispatch-request.js';

const given = { origin: 'https://a.example', path: '/x', method: 'GET' as const };

describe('DispatchRequest', () => {
  it('hands on all that it was given, with an origin as a text', () => {
    const more = {
      ...given,
      origin: new URL('https://a.example'),
      body: 'b',
      blocking: true,
      [Symbol.for('x')]: 1,
    };
    const request = new DispatchRequest(more);
    expect([request.origin, request.body, request.signal]).to.deep.equal([
      'https://a.example/',
      'b',
      undefined,
    ]);
    expect(request.untouched()).to.deep.equal({ ...more, origin: 'https://a.example/' });
    expect(request.with({ A: '1' })).to.deep.equal({
      ...more,
      origin: 'https://a.example/',
      headers: { A: '1' },
    });
  });

  it('reads what is inherited, and what the getters of a class make', () => {
    class Options {
      path = '/x';
      get origin() {
        return 'https://a.example';
      }
    }
    const inits = [new Options(), Object.create({ origin: 'https://a.example', path: '/x', timeout: 1 })];
    for (const init of inits)
      expect(new DispatchRequest(init as never).untouched()).to.include({
        origin: 'https://a.example',
        path: '/x',
      });
  });

  it('names no origin where the caller names none', () => {
    for (const origin of [undefined, '', null])
      expect(new DispatchRequest({ ...given, origin } as never).origin).to.equal(undefined);
  });

  it('is not changed by what happens to what it was given, nor to what it gives', () => {
    const headers = { 'x-a': ['1'] };
    const query = { page: [1] };
    const request = new DispatchRequest({ ...given, headers, query } as never);
    headers['x-a'].push('2');
    query.page.push(2);
    const first = request.with(request.headers);
    expect(first).to.deep.equal({ ...given, headers: { 'x-a': ['1'] }, query: { page: [1] } });
    const shown = request.shown();
    Object.assign(shown.headers ?? {}, { host: 'evil' });
    Object.assign(first, { origin: 'https://b.example' });
    Object.assign(first.query ?? {}, { page: 3 });
    expect(request.untouched()).to.deep.equal({ ...given, headers: { 'x-a': ['1'] }, query: { page: [1] } });
  });

  it('leaves to undici what it refuses', () => {
    const bad = { ...given, query: 'page=1', headers: null };
    const { headers: _, ...others } = bad;
    expect(new DispatchRequest(bad as never).untouched()).to.deep.equal(others);
  });
});
