import axios, { AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import {
  clearHeader,
  copyHeaders,
  countDown,
  isFetchGiven,
  privateCopy,
  withoutFollowing,
} from '../../../lib/attach/axios/sent-config.js';
import { ApiServer } from '../../support/api-server.js';
import { VirtualTime } from '../../support/virtual-time.js';

type Config = InternalAxiosRequestConfig;
const configOf = (changes: object = {}) =>
  ({ headers: new AxiosHeaders({ Accept: 'a' }), ...changes }) as Config;

describe('privateCopy()', () => {
  it('has headers and addresses of its own', () => {
    const config = configOf({
      proxy: { host: 'a' },
      fetchOptions: { dispatcher: 1 },
      env: { fetch },
      http2Options: { a: 1 },
      data: {},
    });
    const copy = privateCopy(config);
    expect({ ...copy }).to.deep.equal({ ...config });
    for (const name of ['headers', 'proxy', 'fetchOptions', 'env', 'http2Options'] as const)
      expect(copy[name]).to.not.equal(config[name]);
    expect(copy.data).to.equal(config.data);
    expect(copy.headers).to.be.instanceOf(AxiosHeaders);
  });

  it('leaves out nothing and adds nothing where there are no objects to copy', () => {
    const copy = privateCopy(configOf({ proxy: null, fetchOptions: undefined, env: null, url: '/a' }));
    expect(Object.getPrototypeOf(copy)).to.equal(null);
    const { headers: _, ...rest } = copy;
    expect({ ...rest }).to.deep.equal({ proxy: null, fetchOptions: undefined, env: null, url: '/a' });
  });

  it('stays as it is when the config changes while it is sent, in a real request', async () => {
    const server = await ApiServer.start();
    try {
      const config = configOf({ url: `${server.origin}/judged`, method: 'get', proxy: false });
      const copy = privateCopy(config);
      copy.headers.set('X-Token', 'the-token');
      Object.assign(config, { url: 'http://127.0.0.1:1/changed', proxy: { host: '127.0.0.1', port: 1 } });
      config.headers.set('Accept', 'b');
      await axios.request(copy);
      expect(server.seen[0]).to.include({ url: '/judged' });
      expect(server.seen[0]?.headers).to.include({ accept: 'a', 'x-token': 'the-token' });
      expect(config.headers.toJSON()).to.deep.equal({ Accept: 'b' });
    } finally {
      await server.stop();
    }
  });

  it('has what the config inherits, and a URL of its own for a proxy', () => {
    const base = configOf({ baseURL: 'https://api.example', url: '/base' });
    const proxy = new URL('http://proxy.example');
    const config = Object.assign(Object.create(base), { url: '/own', proxy }) as Config;
    const copy = privateCopy(config);
    expect(copy).to.include({ baseURL: 'https://api.example', url: '/own' });
    base.baseURL = 'https://evil.example';
    proxy.href = 'http://evil.example';
    expect([copy.baseURL, String(copy.proxy)]).to.deep.equal([
      'https://api.example',
      'http://proxy.example/',
    ]);
  });
});

describe('privateCopy() of what is unusual', () => {
  it('reads each field once, and copies symbols', () => {
    const looks: string[] = [];
    const symbol = Symbol('own');
    const config = configOf({ url: '/a', [symbol]: 1 });
    for (const name of ['baseURL', 'proxy', 'transport'])
      Object.defineProperty(config, name, { get: () => looks.push(name) && undefined, enumerable: true });
    expect(privateCopy(config)).to.include({ url: '/a', [symbol]: 1 });
    expect(looks).to.deep.equal(['baseURL', 'proxy', 'transport']);
  });
});

describe('copyHeaders()', () => {
  it('gives headers of the same class that are not those given', () => {
    const given = new AxiosHeaders({ Accept: 'a' });
    const copy = copyHeaders(given);
    copy.set('Accept', 'b');
    expect(given.get('Accept')).to.equal('a');
    expect(copy).to.be.instanceOf(AxiosHeaders);
  });
});

describe('clearHeader()', () => {
  for (const spelling of ['Authorization', 'authorization', 'AUTHORIZATION']) {
    it(`finds ${spelling}, and leaves others`, () => {
      const headers = new AxiosHeaders({ Accept: 'a' });
      headers[spelling] = 'Bearer t';
      clearHeader(headers, 'Authorization', 'Bearer t');
      expect(headers.toJSON()).to.deep.equal({ Accept: 'a' });
      expect(headers).to.be.instanceOf(AxiosHeaders);
    });
  }

  it('clears a value that is not the one that was set, and leaves names that only begin alike', () => {
    const headers = new AxiosHeaders({ 'X-Token': 'other', 'X-Token-Id': 'kept' });
    clearHeader(headers, 'x-token', 't');
    expect(headers.toJSON()).to.deep.equal({ 'X-Token-Id': 'kept' });
  });
});

describe('countDown()', () => {
  for (const none of [undefined, 0, null, 'soon', '']) {
    it(`tells nothing without a timeout: ${none}`, () => expect(countDown(none)).to.equal(undefined));
  }

  it('tells what is left, also below nothing', async () => {
    const time = new VirtualTime();
    try {
      const left = [countDown(1_000), countDown('1000')];
      await time.pass(400);
      expect(left.map((one) => one?.())).to.deep.equal([600, 600]);
      await time.pass(1_000);
      expect(left.map((one) => one?.())).to.deep.equal([-400, -400]);
    } finally {
      time.restore();
    }
  });
});

describe('isFetchGiven()', () => {
  for (const [env, expected] of [
    [undefined, false],
    [{}, false],
    [{ fetch: undefined }, false],
    [{ fetch: globalThis.fetch }, false],
    [{ fetch: () => undefined }, true],
  ] as const) {
    it(`is ${expected} for ${env && Object.keys(env)} (${typeof env?.fetch})`, () => {
      expect(isFetchGiven(configOf({ env }))).to.equal(expected);
    });
  }
});

describe('withoutFollowing()', () => {
  for (const [given, expected] of [
    [undefined, { redirect: 'error' }],
    [
      { redirect: 'follow', priority: 'low' },
      { redirect: 'error', priority: 'low' },
    ],
    [{ redirect: 'manual' }, { redirect: 'manual' }],
  ] as const) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(given)}`, () => {
      expect(withoutFollowing(given)).to.deep.equal(expected);
    });
  }
});
