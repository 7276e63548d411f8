import { expect } from 'chai';
import { RedirectGuard, watchTransport } from '../../../lib/attach/axios/redirect-guard.js';

describe('RedirectGuard', () => {
  const nothing = () => undefined;
  const hop = (href: string) => {
    const { protocol, hostname, host, port, pathname: path } = new URL(href);
    return { href, protocol, hostname, host, port, path, headers: { accept: 'a', 'X-TOKEN': 't' } };
  };
  const follow = (href: string, ownHook: (next: ReturnType<typeof hop>) => void = nothing) => {
    const guard = new RedirectGuard('https://api.example/a', 'x-token');
    const next = hop(href);
    guard.follow(next, () => ownHook(next));
    return { guard, next };
  };

  for (const href of ['https://api.example/b', 'https://api.example:443/b', 'https://API.example/']) {
    it(`keeps the token on the way to ${href}`, () => {
      const { guard, next } = follow(href);
      expect(guard.hasLeft).to.equal(false);
      expect(next.headers).to.deep.equal({ accept: 'a', 'X-TOKEN': 't' });
    });
  }

  for (const href of [
    'http://api.example/b',
    'https://api.example:8443/b',
    'https://sub.api.example/',
    'https://evil.example/',
  ]) {
    it(`takes it away on the way to ${href}, however it is spelt`, () => {
      const { guard, next } = follow(href);
      expect(guard.hasLeft).to.equal(true);
      expect(next.headers).to.deep.equal({ accept: 'a' });
    });
  }

  for (const change of [
    { hostname: 'evil.example' },
    { host: 'evil.example' },
    { port: '8443' },
    { protocol: 'http:' },
    { socketPath: '/tmp/evil.sock' },
    { path: 'https://evil.example/' },
  ]) {
    it(`takes it away where the own hook leads elsewhere by ${Object.keys(change)[0]}`, () => {
      const { guard, next } = follow('https://api.example/b', (given) => Object.assign(given, change));
      expect(guard.hasLeft).to.equal(true);
      expect(next.headers).to.deep.equal({ accept: 'a' });
    });
  }

  it('lets the own hook see what goes out, and change a path', () => {
    const seen: object[] = [];
    const { guard } = follow('https://evil.example/', (given) => seen.push({ ...given.headers }));
    expect(guard.hasLeft).to.equal(true);
    expect(seen).to.deep.equal([{ accept: 'a' }]);
    expect(
      follow('https://api.example/b', (given) => Object.assign(given, { path: '/c' })).guard.hasLeft,
    ).to.equal(false);
  });

  it('takes it away where nobody can tell the address', () => {
    const guard = new RedirectGuard('https://api.example/a', 'x-token');
    const next = { href: 'no address', headers: { 'x-token': 't' } };
    guard.follow(next, nothing);
    expect([guard.hasLeft, next.headers]).to.deep.equal([true, {}]);
    guard.follow({ href: 'no address' }, nothing);
  });
});

describe('watchTransport()', () => {
  it('gives hook and header name to a transport, beside its own, and keeps the transport as it was', () => {
    const given: unknown[] = [];
    class Transport {
      kept = 'field';
      request(options: object, onResponse: unknown) {
        given.push(options, onResponse, this.kept);
        return 'sent';
      }
    }
    const transport = new Transport();
    const own = () => undefined;
    const hook = () => undefined;
    const watched = watchTransport(transport, hook, 'X-Token');
    const onResponse = () => undefined;
    expect(watched.request({ beforeRedirects: { own }, sensitiveHeaders: ['x'] }, onResponse)).to.equal(
      'sent',
    );
    expect(given).to.deep.equal([
      { beforeRedirects: { own, config: hook }, sensitiveHeaders: ['x', 'X-Token'] },
      onResponse,
      'field',
    ]);
    expect(Object.keys(transport)).to.deep.equal(['kept']);
  });
});
