import { createRequire } from 'node:module';
import axios, { type AxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import {
  type BeforeRedirect,
  RedirectGuard,
  watchTransport,
} from '../../../lib/attach/axios/redirect-guard.js';
import { ApiServer, redirecting } from '../../support/api-server.js';

describe('RedirectGuard', () => {
  const nothing = () => undefined;
  const hop = (href: string) => {
    const { protocol, hostname, host, port, pathname: path } = new URL(href);
    return { href, protocol, hostname, host, port, path, headers: { accept: 'a', 'X-TOKEN': 't' } };
  };
  const follow = (href: string, ownHook: (next: ReturnType<typeof hop>) => void = nothing) => {
    const guard = new RedirectGuard('https://api.example/a', ['x-token']);
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

  for (const href of ['javascript:/x', 'ws://api.example/b', 'file:///b'])
    it(`refuses to go to ${href}, after the own hook has seen it without the token`, () => {
      const seen: object[] = [];
      expect(() => follow(href, (next) => seen.push({ ...next.headers }))).to.throw(
        TypeError,
        /^Unsupported protocol (javascript|ws|file):$/,
      );
      expect(seen).to.deep.equal([{ accept: 'a' }]);
    });

  it('lets the own hook see what goes out, and change a path', () => {
    const seen: object[] = [];
    const { guard } = follow('https://evil.example/', (given) => seen.push({ ...given.headers }));
    expect(guard.hasLeft).to.equal(true);
    expect(seen).to.deep.equal([{ accept: 'a' }]);
    expect(
      follow('https://api.example/b', (given) => Object.assign(given, { path: '/c' })).guard.hasLeft,
    ).to.equal(false);
  });

  describe('with a proof for each hop', () => {
    const added = ['Authorization', 'DPoP'];
    const prove = (method: string, url: string) => `proof of ${method} ${url}`;
    const proved = (href: string) => ({
      ...hop(href),
      path: href.replace('https://api.example', ''),
      method: 'PUT',
      headers: { accept: 'a', authorization: 'DPoP t', dpop: 'proof of the hop before' },
    });
    const follow = (
      href: string,
      ownHook: (next: ReturnType<typeof proved>) => void = nothing,
      guard = new RedirectGuard('https://api.example/a', added, prove),
    ) => {
      const next = proved(href);
      guard.follow(next, () => ownHook(next));
      return { guard, headers: next.headers };
    };
    const carrying = (proof: string) => ({ accept: 'a', authorization: 'DPoP t', DPoP: proof });

    it('names method and address of the next one within the origin', () => {
      const { headers } = follow('https://api.example/b?c=1');
      expect(headers).to.deep.equal(carrying('proof of PUT https://api.example/b?c=1'));
    });

    it('names what the own hook has made of them', () => {
      const change = (path: string) =>
        follow('https://api.example/b', (next) =>
          Object.assign(next, { path, method: 'GET', href: 'https://x.example' }),
        );
      expect(change('/c?d').headers).to.deep.equal(carrying('proof of GET https://api.example/c?d'));
      expect(change('//x.example/c').headers).to.deep.equal(
        carrying('proof of GET https://api.example//x.example/c'),
      );
    });

    it('names the address, and not the path, on the way to a proxy', () => {
      const guard = new RedirectGuard('https://api.example/a', added, prove);
      const next = {
        ...proved('https://api.example/b'),
        host: 'proxy.example',
        path: 'https://api.example/b',
      };
      guard.follow(next, nothing);
      expect(next.headers).to.deep.equal(carrying('proof of PUT https://api.example/b'));
    });

    it('takes both headers away on the way elsewhere, for good', () => {
      const { guard, headers } = follow('https://evil.example/b');
      expect(headers).to.deep.equal({ accept: 'a' });
      const home = hop('https://api.example/home');
      guard.follow(home, nothing);
      expect(home.headers).to.deep.equal({ accept: 'a', 'X-TOKEN': 't' });
      const led = follow('https://api.example/b', (next) =>
        Object.assign(next, { hostname: 'evil.example' }),
      );
      expect(led.headers).to.deep.equal({ accept: 'a' });
    });
  });

  it('lets the next proof know what the redirect said', () => {
    const told: unknown[] = [];
    const prove = (...given: unknown[]) => String(told.push(given[2]));
    const guard = new RedirectGuard('https://api.example/a', ['DPoP'], prove);
    guard.follow({ ...hop('https://api.example/b'), method: 'GET' }, nothing, { 'dpop-nonce': 'n' });
    expect(told).to.deep.equal([{ 'dpop-nonce': 'n' }]);
  });

  it('takes it away where nobody can tell the address', () => {
    const guard = new RedirectGuard('https://api.example/a', ['x-token']);
    const next = { href: 'no address', headers: { 'x-token': 't' } };
    guard.follow(next, nothing);
    expect([guard.hasLeft, next.headers]).to.deep.equal([true, {}]);
    guard.follow({ href: 'no address' }, nothing);
  });
});

describe('RedirectGuard and watchTransport() in real requests', () => {
  const followRedirects = createRequire(import.meta.resolve('axios'))('follow-redirects');
  let here: ApiServer;
  let other: ApiServer;
  beforeEach(async () => {
    here = await ApiServer.start();
    other = await ApiServer.start();
  });
  afterEach(async () => {
    await here.stop();
    await other.stop();
  });

  const WAYS: Record<string, (follow: BeforeRedirect) => AxiosRequestConfig> = {
    'by axios': (beforeRedirect) => ({ beforeRedirect }),
    'by a transport of the caller': (follow) => ({
      transport: watchTransport(followRedirects.http, follow, ['X-Token']),
    }),
  };
  for (const [name, by] of Object.entries(WAYS)) {
    const send = async () => {
      const guard = new RedirectGuard(`${here.origin}/first`, ['X-Token']);
      const way = by((next) => guard.follow(next, () => undefined));
      const headers = { 'X-Token': 'the-token', 'X-Other': 'kept' };
      await axios.get(`${here.origin}/first`, { headers, proxy: false, ...way });
      return guard;
    };

    it(`keep the token within the origin ${name}`, async () => {
      here.answer = redirecting('/first', '/second');
      expect((await send()).hasLeft).to.equal(false);
      expect(here.seen.map(({ url, headers }) => [url, headers['x-token']])).to.deep.equal([
        ['/first', 'the-token'],
        ['/second', 'the-token'],
      ]);
    });

    it(`give it to no other origin ${name}, and not on the way back`, async () => {
      here.answer = redirecting('/first', `${other.origin}/away`);
      other.answer = redirecting('/away', `${here.origin}/back`);
      expect((await send()).hasLeft).to.equal(true);
      expect(String(Buffer.concat(other.bytes)))
        .to.contain('X-Other: kept')
        .and.not.contain('the-token');
      expect(
        here.seen.map(({ url, headers }) => [url, headers['x-token'], headers['x-other']]),
      ).to.deep.equal([
        ['/first', 'the-token', 'kept'],
        ['/back', undefined, 'kept'],
      ]);
    });
  }
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
    const watched = watchTransport(transport, hook, ['X-Token']);
    const onResponse = () => undefined;
    expect(watched.request({ beforeRedirects: { own }, sensitiveHeaders: ['x'] }, onResponse)).to.equal(
      'sent',
    );
    expect(given).to.deep.equal([
      { beforeRedirects: { own, config: hook }, sensitiveHeaders: ['x', 'X-Token'] },
      onResponse,
      'field',
    ]);
    expect(watched).to.be.instanceOf(Transport);
    expect(Object.keys(transport)).to.deep.equal(['kept']);
  });
});
