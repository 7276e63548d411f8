import { expect } from 'chai';
import { Request as UndiciRequest } from 'undici';
import { readCall } from '../../../lib/attach/fetch/fetch-call.js';
import { thrown } from '../../support/rejection.js';

const address = 'https://api.example/x';

describe('readCall()', () => {
  for (const [kind, input] of [
    ['a text', address],
    ['a URL', new URL(address)],
    ['a URL with another text', Object.assign(new URL('https://b.example/'), { toString: () => address })],
    ['an object with another url', { url: 'https://b.example/', toString: () => address }],
    ['an imitation of a Request', { url: 'https://b.example/', method: 'GET', toString: () => address }],
  ] as const) {
    it(`sends ${kind} to its text, which it reads once`, () => {
      const call = readCall(input as string, undefined);
      expect([call.address, call.target, call.untouched]).to.deep.equal([
        address,
        address,
        [address, undefined],
      ]);
    });
  }

  it('spells an address as every parser reads it alike, unless nobody is to carry a token there', () => {
    const spelt = ' HTTPS:\\\\API.example:443/a b\n';
    const call = readCall(spelt, {});
    expect([call.address, call.untouched[0]]).to.deep.equal(['https://api.example/a%20b', spelt]);
    expect(readCall('/relative', {}).address).to.equal('/relative');
  });

  it('reads no text twice', () => {
    const texts = [address, 'https://b.example/'];
    const { address: judged, target } = readCall({ toString: () => texts.shift() } as string, undefined);
    expect([judged, target]).to.deep.equal([address, address]);
    expect(thrown(() => readCall(Symbol('input') as never, undefined))).to.be.instanceOf(TypeError);
  });

  it('has members, headers and body apart, of which later changes change nothing', () => {
    const headers = { 'x-a': '1' };
    const init = { method: 'POST', headers, body: new URLSearchParams('a=1'), redirect: 'error' as const };
    const call = readCall(address, init);
    headers['x-a'] = '2';
    init.body.set('a', '2');
    init.method = 'PUT';
    expect([call.members, call.headers, String(call.body)]).to.deep.equal([
      { method: 'POST', redirect: 'error' },
      { 'x-a': '1' },
      'a=1',
    ]);
    expect(call.untouched[1]).to.include({ method: 'POST', redirect: 'error' });
  });

  describe('of a Request', () => {
    const init = { method: 'PUT', headers: { 'x-a': '1' }, referrer: 'https://r.example/', keepalive: true };
    it('makes one that nobody else holds, with the members of both', () => {
      const request = new Request(address, { ...init, body: 'b' });
      const call = readCall(request, { redirect: 'manual', dispatcher: 'd' } as never);
      const { redirect, keepalive, method, dispatcher } = call.members as RequestInit & {
        dispatcher: unknown;
      };
      expect([redirect, keepalive, method, dispatcher]).to.deep.equal(['manual', true, 'PUT', 'd']);
      expect([call.address, call.body, request.bodyUsed]).to.deep.equal([address, undefined, true]);
      expect(call.target).to.be.instanceOf(Request).and.not.equal(request);
      expect((call.headers as Headers).get('x-a')).to.equal('1');
      expect(call.untouched[0]).to.equal(call.target);
    });

    it('keeps its referrer, but makes none of the default', () => {
      const { referrer } = init;
      expect(readCall(new Request(address), { referrer }).members).to.include({ referrer });
      for (const request of [new Request(address), new UndiciRequest(address)])
        expect(readCall(request as Request, undefined).members).to.not.have.property('referrer');
    });

    it('judges what is sent, whatever a subclass or a proxy says, or sends nothing', () => {
      class Lying extends Request {}
      Object.defineProperty(Lying.prototype, 'url', { value: 'https://b.example/' });
      const call = readCall(new Lying(address), undefined);
      expect([call.address, (call.target as Request).url]).to.deep.equal([address, address]);
      const proxy = new Proxy(new Request(address), {
        get: (target, name) => (name === 'url' ? 'https://b.example/' : Reflect.get(target, name, target)),
      });
      try {
        expect(readCall(proxy, undefined).address).to.equal(address);
      } catch (error) {
        // As the fetch of Node.js 24 has it.
        expect(error).to.be.instanceOf(TypeError);
      }
    });

    it('fails as fetch does', () => {
      const used = new Request(address, { method: 'POST', body: 'b' });
      used.text().catch(() => undefined);
      for (const request of [used, Object.create(Request.prototype)])
        expect(thrown(() => readCall(request, undefined))).to.be.instanceOf(TypeError);
    });

    it('takes one of another class apart', async () => {
      const request = new UndiciRequest(address, { ...init, body: 'b' });
      const call = readCall(request as never, { method: 'POST', headers: { 'x-b': '2' } });
      expect([call.address, call.target, call.headers]).to.deep.equal([address, address, { 'x-b': '2' }]);
      expect(call.members).to.include({ method: 'POST', keepalive: true });
      expect(await new Response(call.body as BodyInit).text()).to.equal('b');
      const other = new UndiciRequest('https://b.example/');
      expect(readCall(other as never, undefined).untouched).to.deep.equal([other, undefined]);
    });
  });
});

type BodyInit = ConstructorParameters<typeof Response>[0];
