import axios, { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import sinon from 'sinon';
import { AxiosSending } from '../../../lib/attach/axios/axios-sending.js';
import { RejectionRule } from '../../../lib/attach/rejection-rule.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

type Config = InternalAxiosRequestConfig;
type Redirect = NonNullable<Config['beforeRedirect']>;

describe('AxiosSending', () => {
  const make = (
    adapter: (config: Config) => Promise<AxiosResponse>,
    changes: Partial<Config> = {},
    headerName = 'Authorization',
  ) => {
    const config: Config = { headers: new AxiosHeaders({ Accept: 'a' }), ...changes };
    return {
      config,
      sending: new AxiosSending(config, adapter, {
        headerName,
        isAuthorization: headerName === 'Authorization',
        rejectionRule: new RejectionRule(undefined),
      }),
    };
  };
  const answer = (status: number, headers: object = {}) =>
    ({ status, headers, data: '', statusText: '', config: {} }) as unknown as AxiosResponse;

  it('adds header and what is left of the timeout for the time of the sending alone', async () => {
    const time = new VirtualTime();
    try {
      const during: object[] = [];
      const { config, sending } = make(
        async ({ headers, timeout }) => {
          during.push({ ...headers.toJSON(), timeout });
          return answer(200);
        },
        { timeout: 1_000 },
      );
      for (const passingMs of [500, 5_000]) {
        await time.pass(passingMs);
        await sending.send('Bearer t');
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

  it('takes them away after a failure as well', async () => {
    const { config, sending } = make(() => Promise.reject(new Error('reset')));
    expect((await rejection(sending.send('Bearer t'))).message).to.equal('reset');
    expect(JSON.stringify(config)).to.not.contain('Bearer');
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
        { timeout: 1_000, ...(own && { timeoutErrorMessage: own }) },
      );
      await sending.send('Bearer t');
      expect([during, config.timeoutErrorMessage]).to.deep.equal([words, own]);
    }
  });

  it('changes neither timeout nor its words where there is none', async () => {
    const { config, sending } = make(
      async ({ timeout, timeoutErrorMessage }) => {
        expect([timeout, timeoutErrorMessage]).to.deep.equal([0, undefined]);
        return answer(200);
      },
      { timeout: 0 },
    );
    await sending.send('Bearer t');
    expect(config).to.include({ timeout: 0 }).and.not.have.property('timeoutErrorMessage');
  });

  for (const [headerName, given, during] of [
    ['X-Token', undefined, { redirect: 'error' }],
    ['X-Token', { redirect: 'follow', priority: 'low' }, { redirect: 'error', priority: 'low' }],
    ['X-Token', { redirect: 'manual' }, { redirect: 'manual' }],
    ['Authorization', { redirect: 'follow' }, { redirect: 'follow' }],
    ['Authorization', undefined, undefined],
  ] as const) {
    it(`has fetch follow no redirect but with Authorization: ${headerName}, ${JSON.stringify(given)}`, async () => {
      let seen: unknown;
      const { config, sending } = make(
        async ({ fetchOptions }) => {
          seen = fetchOptions;
          return answer(200);
        },
        given && { fetchOptions: given },
        headerName,
      );
      await sending.send('t');
      expect([seen, config.fetchOptions]).to.deep.equal([during, given]);
    });
  }

  it('waits no longer than its signal lets it, also beside a cancelToken, and heeds no signal that is none', () => {
    const controller = new AbortController();
    const { signal } = make(async () => answer(200), {
      signal: controller.signal,
      cancelToken: axios.CancelToken.source().token,
    }).sending.patience();
    expect(signal?.aborted).to.equal(false);
    controller.abort();
    expect(signal?.aborted).to.equal(true);
    const none = { aborted: false, addEventListener: () => undefined };
    expect(make(async () => answer(200), { signal: none }).sending.patience().signal).to.equal(undefined);
  });

  it('heeds a cancelToken beside a signal', async () => {
    const source = axios.CancelToken.source();
    const { signal: own } = new AbortController();
    const { signal } = make(async () => answer(200), {
      signal: own,
      cancelToken: source.token,
    }).sending.patience();
    source.cancel('enough');
    await new Promise(setImmediate);
    expect([own.aborted, signal?.aborted, String(signal?.reason.message)]).to.deep.equal([
      false,
      true,
      'enough',
    ]);
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

  it('takes the token away from where axios has moved it', async () => {
    const { config, sending } = make(async ({ headers }) => {
      headers.normalize(false);
      expect(headers.toJSON()).to.deep.equal({ Accept: 'a', authorization: 'Bearer t' });
      return answer(200);
    });
    // Not there, for axios: but that is how it will be spelt.
    config.headers.authorization = null;
    await sending.send('Bearer t');
    expect(config.headers.toJSON()).to.deep.equal({ Accept: 'a' });
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
      expect(make(async () => answer(200), changes).sending.isHurried).to.equal(isHurried);
    });
  }

  it('tells an answer that is an error for axios from one that is none', async () => {
    const error = new AxiosError('401', '401', undefined, undefined, answer(401));
    const { sending } = make(() => Promise.reject(error));
    const outcome = await sending.send('Bearer t');
    expect(outcome).to.deep.equal({ response: error.response, error });
    expect(sending.isRejected(outcome)).to.equal(true);
  });

  for (const name of ['www-authenticate', 'WWW-Authenticate']) {
    it(`reads the challenge from the header ${name}`, () => {
      const { sending } = make(async () => answer(200));
      const response = answer(401, { [name]: 'Bearer error="insufficient_scope"' });
      expect(sending.isRejected({ response })).to.equal(false);
    });
  }

  const redirect = async (to: string, headerName: string, own?: Redirect) => {
    const next = { href: to, headers: { AUTHORIZATION: 'x', 'x-token': 'y', Accept: 'a' } };
    const { config, sending } = make(
      async ({ beforeRedirect }) => {
        beforeRedirect?.(
          next,
          { headers: {}, statusCode: 302 } as never,
          { url: 'https://a.example/x', headers: {}, method: 'GET' } as never,
        );
        return answer(401);
      },
      own && { beforeRedirect: own },
      headerName,
    );
    const outcome = await sending.send('t');
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
      expect(await redirect(to, 'Authorization')).to.deep.include({
        headers: ['x-token', 'Accept'],
        isRejected: false,
      });
      expect(await redirect(to, 'X-Token')).to.deep.include({
        headers: ['AUTHORIZATION', 'Accept'],
        isRejected: false,
      });
    });
  }

  it('lets it go along within the origin, and calls the hook of the caller', async () => {
    const seen: unknown[] = [];
    const own: Redirect = (next) => seen.push(next.href);
    const { headers, isRejected, config } = await redirect('https://A.example:443/y', 'Authorization', own);
    expect([headers.length, isRejected, seen]).to.deep.equal([3, true, ['https://A.example:443/y']]);
    expect(config.beforeRedirect).to.equal(own);
  });
});
