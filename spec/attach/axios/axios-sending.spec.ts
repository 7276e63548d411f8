import axios, { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import sinon from 'sinon';
import { AxiosSending } from '../../../lib/attach/axios/axios-sending.js';
import { privateCopy } from '../../../lib/attach/axios/sent-config.js';
import { Origins } from '../../../lib/attach/origins.js';
import { bearer } from '../../support/credentials.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

type Config = InternalAxiosRequestConfig;
type Redirect = NonNullable<Config['beforeRedirect']>;
interface Given {
  changes?: Partial<Config>;
  headerName?: string;
  address?: string;
  /** Whether the adapter is one of axios's own. */
  isNamed?: boolean;
}

describe('AxiosSending', () => {
  const HERE = 'https://a.example/x';
  const make = (adapter: (config: Config) => Promise<AxiosResponse>, given: Given = {}) => {
    const { changes = {}, headerName = 'Authorization', address = HERE, isNamed = false } = given;
    const config: Config = { url: address, headers: new AxiosHeaders({ Accept: 'a' }), ...changes };
    const way = { adapter, isOwn: !isNamed, isPlain: isNamed, locate: () => address };
    const settings = {
      headerName,
      addedHeaders: [headerName],
      isAuthorizationAlone: headerName === 'Authorization',
      origins: new Origins([new URL(address).origin]),
    };
    return { config, sending: new AxiosSending(config, privateCopy(config), address, way, settings) };
  };
  const answer = (status: number, headers: object = {}, config: object = {}) =>
    ({ status, headers, data: '', statusText: '', config }) as unknown as AxiosResponse;

  it('adds header and what is left of the timeout for the time of the sending alone', async () => {
    const time = new VirtualTime();
    try {
      const during: object[] = [];
      const { config, sending } = make(
        async ({ headers, timeout }) => {
          during.push({ ...headers.toJSON(), timeout });
          return answer(200);
        },
        { changes: { timeout: 1_000 } },
      );
      for (const passingMs of [500, 5_000]) {
        await time.pass(passingMs);
        sending.give(await sending.send(bearer('Bearer t')));
      }
      expect(during).to.deep.equal([
        { Accept: 'a', Authorization: 'Bearer t', timeout: 500 },
        // Never 0, which would be none.
        { Accept: 'a', Authorization: 'Bearer t', timeout: 1 },
      ]);
      expect({ ...config.headers.toJSON(), timeout: config.timeout }).to.deep.equal({
        Accept: 'a',
        timeout: 1_000,
      });
    } finally {
      time.restore();
    }
  });

  for (const isNamed of [false, true]) {
    describe(isNamed ? 'by an adapter of axios itself' : 'by an adapter of the caller', () => {
      it('takes the header away after a failure as well, also from what the adapter keeps', async () => {
        let kept: Config | undefined;
        const fail = (sent: Config) => {
          expect(sent.headers.Authorization).to.equal('Bearer t');
          kept = sent;
          return Promise.reject(new AxiosError('reset', 'ECONNRESET', sent));
        };
        const { config, sending } = make(fail, { isNamed });
        const error = await rejection<AxiosError>(sending.send(bearer('Bearer t')));
        expect(error).to.include({ message: 'reset', config });
        expect(JSON.stringify([config, kept])).to.not.contain('Bearer');
      });

      it('takes the token away from where axios has moved it', async () => {
        const { config, sending } = make(
          async ({ headers }) => {
            headers.normalize(false);
            expect(headers.toJSON()).to.deep.equal({ Accept: 'a', authorization: 'Bearer t' });
            return answer(200);
          },
          // Not there, for axios: but that is how it will be spelt.
          { isNamed, changes: { headers: new AxiosHeaders({ Accept: 'a', authorization: null }) } },
        );
        sending.give(await sending.send(bearer('Bearer t')));
        expect(config.headers.toJSON()).to.deep.equal({ Accept: 'a' });
      });

      it('shows the headers that were sent but for the token, and touches none that others may share', async () => {
        const shared = new AxiosHeaders({ Accept: 'a' });
        const { config, sending } = make(
          async (sent) => {
            sent.headers.set('User-Agent', 'axios');
            return answer(200, {}, sent);
          },
          { isNamed, changes: { headers: shared } },
        );
        const response = sending.give(await sending.send(bearer('Bearer t')));
        expect(response.config).to.equal(config);
        expect(config.headers.toJSON()).to.deep.equal({ Accept: 'a', 'User-Agent': 'axios' });
        expect(shared.toJSON()).to.deep.equal({ Accept: 'a' });
      });

      it('leaves nothing else in the config of the caller', async () => {
        const address = 'http://127.0.0.1:8080/x';
        const given = { isNamed, address, headerName: 'X-Token' };
        const { config, sending } = make(async () => answer(200), given);
        const { headers: _before, ...before } = config;
        sending.give(await sending.send(bearer('t')));
        const { headers: _after, ...after } = config;
        // axios takes what is undefined for what is not there.
        expect(JSON.stringify(after)).to.equal(JSON.stringify(before));
        expect([after.beforeRedirect, after.proxy, after.fetchOptions]).to.deep.equal(
          Array(3).fill(undefined),
        );
      });

      it('sends by no proxy what is in plain text, to this machine alone', async () => {
        const proxyFor = async (address: string) => {
          const proxies: unknown[] = [];
          const adapter = async ({ proxy }: Config) => answer(proxies.push(proxy));
          await make(adapter, { isNamed, address }).sending.send(bearer('t'));
          return proxies;
        };
        expect(await proxyFor('http://127.0.0.1:8080/x')).to.deep.equal([false]);
        expect(await proxyFor(HERE)).to.deep.equal([undefined]);
      });
    });
  }

  it('sends what was judged, and never the config itself, which may be changed meanwhile', async () => {
    for (const isNamed of [true, false]) {
      const seen: Config[] = [];
      const { config, sending } = make(async (sent) => answer(seen.push(sent) && 401), { isNamed });
      config.url = 'https://b.example/';
      config.headers.set('X-Late', 'yes');
      expect(sending.isRejected(await sending.send(bearer('t')))).to.equal(true);
      expect([seen[0] === config, seen[0]?.url, seen[0]?.headers.has('X-Late')]).to.deep.equal([
        false,
        HERE,
        false,
      ]);
    }
  });

  it('may be sent again unless its body is spent', () => {
    const isReplayable = (data?: unknown) => {
      const { config, sending } = make(async () => answer(200), { changes: { data } });
      config.data = new ReadableStream();
      return sending.isReplayable;
    };
    expect([undefined, Buffer.from('bytes'), 'text'].map(isReplayable)).to.deep.equal([true, true, true]);
    expect(isReplayable(new ReadableStream())).to.equal(false);
  });

  it('gives the answer though the caller has frozen the config meanwhile', async () => {
    const { config, sending } = make(async () => answer(200));
    Object.freeze(config);
    expect(sending.give(await sending.send(bearer('t'))).status).to.equal(200);
  });

  it('says in a timeout how long the whole request had, unless the caller has words of its own', async () => {
    for (const [own, words] of [
      [undefined, 'timeout of 1000ms exceeded'],
      ['own words', 'own words'],
    ]) {
      let during: string | undefined;
      const { config, sending } = make(
        async ({ timeoutErrorMessage }) => {
          during = timeoutErrorMessage;
          return answer(200);
        },
        { changes: { timeout: 1_000, ...(own && { timeoutErrorMessage: own }) } },
      );
      await sending.send(bearer('Bearer t'));
      expect([during, config.timeoutErrorMessage]).to.deep.equal([words, own]);
    }
  });

  it('changes neither timeout nor its words where there is none', async () => {
    const { config, sending } = make(
      async ({ timeout, timeoutErrorMessage }) => {
        expect([timeout, timeoutErrorMessage]).to.deep.equal([0, undefined]);
        return answer(200);
      },
      { changes: { timeout: 0 } },
    );
    await sending.send(bearer('Bearer t'));
    expect(config).to.include({ timeout: 0 }).and.not.have.property('timeoutErrorMessage');
  });

  const otherFetch = async () => new Response();
  for (const [headerName, given, during, env] of [
    ['X-Token', undefined, { redirect: 'error' }],
    ['X-Token', { redirect: 'follow', priority: 'low' }, { redirect: 'error', priority: 'low' }],
    ['X-Token', { redirect: 'manual' }, { redirect: 'manual' }],
    ['Authorization', { redirect: 'follow' }, { redirect: 'follow' }],
    ['Authorization', undefined, undefined],
    ['Authorization', undefined, undefined, { fetch: globalThis.fetch }],
    ['Authorization', { redirect: 'follow' }, { redirect: 'error' }, { fetch: otherFetch }],
  ] as const) {
    const by = env ? `, by ${env.fetch === otherFetch ? 'another' : 'the'} fetch` : '';
    it(`has fetch follow no redirect but with Authorization: ${headerName}, ${JSON.stringify(given)}${by}`, async () => {
      for (const isNamed of [false, true]) {
        let seen: unknown;
        const { config, sending } = make(
          async ({ fetchOptions }) => {
            seen = fetchOptions;
            return answer(200);
          },
          { changes: { ...(given && { fetchOptions: given }), ...(env && { env }) }, headerName, isNamed },
        );
        await sending.send(bearer('t'));
        expect([seen, config.fetchOptions]).to.deep.equal([during, given]);
      }
    });
  }

  it('waits no longer than its signal lets it, also beside a cancelToken, and heeds no signal that is none', () => {
    const controller = new AbortController();
    const { sending } = make(async () => answer(200), {
      changes: { signal: controller.signal, cancelToken: axios.CancelToken.source().token },
    });
    const { signal } = sending.patience();
    expect(signal?.aborted).to.equal(false);
    controller.abort();
    expect(signal?.aborted).to.equal(true);
    const none = { aborted: false, addEventListener: () => undefined };
    const other = make(async () => answer(200), { changes: { signal: none } }).sending;
    expect(other.patience().signal).to.equal(undefined);
  });

  it('heeds a cancelToken beside a signal, until it is released', async () => {
    const source = axios.CancelToken.source();
    const { signal: own } = new AbortController();
    const patienceOf = () => {
      const changes = { signal: own, cancelToken: source.token };
      const { sending } = make(async () => answer(200), { changes });
      return { sending, ...sending.patience() };
    };
    const { signal } = patienceOf();
    const released = patienceOf();
    released.sending.release();
    source.cancel('enough');
    await new Promise(setImmediate);
    expect([own.aborted, signal?.aborted, String(signal?.reason.message)]).to.deep.equal([
      false,
      true,
      'enough',
    ]);
    expect(released.signal?.aborted).to.equal(false);
  });

  it('frees an answer whatever its body is', async () => {
    const { sending } = make(async () => answer(401));
    const [destroy, destroyRequest, cancel] = [sinon.spy(), sinon.spy(), sinon.spy()];
    const free = (data: unknown, request?: unknown) =>
      sending.discard({ response: { ...answer(401), data, request } as AxiosResponse });
    for (const data of [undefined, null, '', 'text', {}, 5]) await free(data);
    await free({ destroy });
    await free({ destroy }, {});
    await free({ destroy }, { destroy: destroyRequest });
    await free({ cancel });
    expect([destroy, destroyRequest, cancel].map(({ callCount }) => callCount)).to.deep.equal([3, 1, 1]);
  });

  for (const [what, changes, isHurried] of [
    ['neither timeout nor signal', {}, false],
    ['a timeout of 0, which is none', { timeout: 0 }, false],
    ['a timeout that is no number, which is none', { timeout: 'soon' as never }, false],
    ['a timeout', { timeout: 1 }, true],
    ['a timeout in words', { timeout: '5' as never }, true],
    ['a signal', { signal: new AbortController().signal }, true],
    ['a cancelToken', { cancelToken: new axios.CancelToken(() => undefined) }, true],
  ] as const) {
    it(`is ${isHurried ? '' : 'not '}hurried by ${what}`, () => {
      for (const isNamed of [false, true])
        expect(make(async () => answer(200), { changes, isNamed }).sending.isHurried).to.equal(isHurried);
    });
  }

  it('tells an answer that is an error for axios from one that is none', async () => {
    const error = new AxiosError('401', '401', undefined, undefined, answer(401));
    const { sending } = make(() => Promise.reject(error));
    const outcome = await sending.send(bearer('Bearer t'));
    expect(outcome).to.deep.equal({ response: error.response, error });
    expect(sending.isRejected(outcome)).to.equal(true);
    expect(() => sending.give(outcome)).to.throw(error);
  });

  for (const name of ['www-authenticate', 'WWW-Authenticate']) {
    it(`reads the challenge from the header ${name}`, () => {
      const { sending } = make(async () => answer(200));
      const response = answer(401, { [name]: 'Bearer error="insufficient_scope"' });
      expect(sending.isRejected({ response })).to.equal(false);
    });
  }

  const redirect = async (to: string, headerName: string, own?: Redirect, isNamed = false) => {
    const next = { href: to, headers: { AUTHORIZATION: 'x', 'x-token': 'y', Accept: 'a' } };
    const { config, sending } = make(
      async ({ beforeRedirect }) => {
        beforeRedirect?.(
          next,
          { headers: {}, statusCode: 302 } as never,
          { url: HERE, headers: {}, method: 'GET' } as never,
        );
        return answer(401);
      },
      // So few that axios's own transport follows the first of them, too.
      { changes: { maxRedirects: 1, ...(own && { beforeRedirect: own }) }, headerName, isNamed },
    );
    const outcome = await sending.send(bearer('t'));
    return { headers: Object.keys(next.headers), isRejected: sending.isRejected(outcome), config };
  };

  for (const to of [
    'https://b.example/',
    'http://a.example/x',
    'https://a.example:8443/x',
    'https://sub.a.example/',
    'not an address',
  ]) {
    it(`lets the header not go along to ${to}, whose answer says nothing of it`, async () => {
      for (const isNamed of [false, true]) {
        expect(await redirect(to, 'Authorization', undefined, isNamed)).to.deep.include({
          headers: ['x-token', 'Accept'],
          isRejected: false,
        });
        expect(await redirect(to, 'X-Token', undefined, isNamed)).to.deep.include({
          headers: ['AUTHORIZATION', 'Accept'],
          isRejected: false,
        });
      }
    });
  }

  it('lets it go along within the origin, and calls the hook of the caller', async () => {
    const seen: unknown[] = [];
    const own: Redirect = (next) => seen.push(next.href);
    for (const isNamed of [false, true]) {
      const { headers, isRejected, config } = await redirect(
        'https://A.example:443/y',
        'Authorization',
        own,
        isNamed,
      );
      expect([headers.length, isRejected, seen.splice(0)]).to.deep.equal([
        3,
        true,
        ['https://A.example:443/y'],
      ]);
      expect(config.beforeRedirect).to.equal(own);
    }
  });

  it("watches the redirects of the caller's own transport, which is left as it is", async () => {
    const next = { href: 'https://b.example/', headers: { authorization: 't' } };
    const own = {
      request: (options: { beforeRedirects: Record<string, (next: object) => void> }) => {
        for (const follow of Object.values(options.beforeRedirects)) follow(next);
      },
    };
    const { request } = own;
    const { config, sending } = make(
      async ({ transport }) => {
        transport.request({}, () => undefined);
        return answer(401);
      },
      { changes: { transport: own }, isNamed: true },
    );
    expect(sending.isRejected(await sending.send(bearer('t')))).to.equal(false);
    expect(next.headers).to.deep.equal({});
    expect([config.transport, own.request]).to.deep.equal([own, request]);
  });
});
