import { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import { AxiosSending } from '../../lib/attach/axios-sending.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

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
