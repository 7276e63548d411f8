import axios from 'axios';
import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readProviderFields, readSettings } from '../../lib/options/settings.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { thrown } from '../support/rejection.js';

const CLIENT = { clientId: 'acme', clientSecret: 's' };
const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;

const read = (odd: object) => readSettings({ ...CLIENT, ...odd } as never);

/** `{ retry: { retries: 5 } }` for `retry.retries`. */
function nested(option: string, value: unknown): object {
  return option.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

describe('readSettings', () => {
  it('fills in every default, and freezes', () => {
    const settings = read({});
    expect(settings).to.be.frozen.and.deep.equal({
      background: true,
      aheadMs: 1_200_000,
      fraction: 0.5,
      keepWarm: false,
      retries: 5,
      minDelayMs: 1_000,
      maxDelayMs: 30_000,
      requestTimeoutMs: 10_000,
      maxWaitMs: 30_000,
      maxTargets: 1_000,
      maxConcurrentRequests: 16,
      defaultLifetimeMs: 300_000,
      http: undefined,
      store: undefined,
      revokeOnClose: false,
    });
  });

  const bounds: [string, number, number][] = [
    ['refresh.aheadMs', 0, MONTH_MS],
    ['refresh.fraction', Number.MIN_VALUE, 0.8],
    ['retry.retries', 0, 100],
    ['retry.minDelayMs', 1, HOUR_MS],
    ['retry.maxDelayMs', 1_000, HOUR_MS],
    ['requestTimeoutMs', 1, 600_000],
    ['maxWaitMs', 0, HOUR_MS],
    ['maxTargets', 1, 1_000_000],
    ['maxConcurrentRequests', 1, 1_000],
    ['defaultLifetimeMs', 1_000, MONTH_MS],
  ];
  for (const [option, min, max] of bounds) {
    it(`${option} goes from ${min} to ${max}`, () => {
      const name = option.split('.').at(-1) as keyof ReturnType<typeof readSettings>;
      expect(read(nested(option, min))[name]).to.equal(min);
      expect(read(nested(option, max))[name]).to.equal(max);
      for (const odd of [min - 1, max + 1, Number.NaN, Infinity, -Infinity, String(min), null]) {
        const error = thrown<ConfigurationError>(() => read(nested(option, odd)));
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.option).to.equal(option);
      }
    });
  }

  it('a fraction is above 0', () =>
    expect(() => read({ refresh: { fraction: 0 } })).to.throw(
      'refresh.fraction: must be a number above 0, up to 0.8; got 0.',
    ));

  for (const option of ['maxTargets', 'maxConcurrentRequests', 'retry.retries']) {
    it(`${option} is a whole number`, () => {
      expect(() => read(nested(option, 2.5))).to.throw(
        ConfigurationError,
        'must be a whole number; got 2.5.',
      );
    });
  }

  it('a maxDelayMs that is not given follows a larger minDelayMs', () => {
    expect(read({ retry: { minDelayMs: 40_000 } }).maxDelayMs).to.equal(40_000);
    expect(() => read({ retry: { minDelayMs: 40_000, maxDelayMs: 39_999 } })).to.throw(ConfigurationError);
  });

  it('refuses switches that are no booleans, by name', () => {
    for (const option of ['refresh.background', 'refresh.keepWarm'])
      expect(() => read(nested(option, 'no'))).to.throw(`${option}: must be true or false; got a string.`);
  });

  it('knows the name of every option', () => {
    const all = {
      subdomain: 1,
      region: 2,
      tokenEndpoint: 3,
      allowHttp: 3.5,
      clientId: 4,
      clientSecret: 5,
      authentication: 6,
      scope: 7,
      resource: 8,
      parameters: 9,
      refresh: 10,
      retry: 11,
      requestTimeoutMs: 12,
      maxWaitMs: 13,
      defaultLifetimeMs: 14,
      http: 15,
      regions: 16,
      resolveClient: 17,
      maxTargets: 18,
      maxConcurrentRequests: 19,
      store: 20,
      revokeOnClose: 21,
      issuer: 22,
      tokenType: 23,
      dpop: 24,
    };
    expect(readProviderFields(all)).to.deep.equal(all);
  });

  it('refuses unknown names, at the top and below', () => {
    expect(() => readProviderFields({ ...CLIENT, clientSecrets: 'x' })).to.throw(
      'clientSecrets: is not among the options',
    );
    expect(() => readProviderFields(undefined)).to.throw('options: must be a plain object; got nothing.');
    expect(() => read({ refresh: { ahead: 5 } })).to.throw('refresh.ahead: is not among the refresh options');
    expect(() => read({ retry: [] })).to.throw('retry: must be a plain object; got an array.');
  });

  it('takes any store that has all methods, and tells which one is missing', () => {
    const store = new MemoryTokenStore();
    expect(read({ store }).store).to.equal(store);
    for (const [odd, words] of [
      [null, 'store: must be a TokenStore, such as RedisTokenStore; got null without read().'],
      [
        'redis://localhost',
        'store: must be a TokenStore, such as RedisTokenStore; got a string without read().',
      ],
      [{ read: () => 1, takeLease: () => 1 }, 'got an object without extendLease().'],
    ] as const)
      expect(() => read({ store: odd as never })).to.throw(ConfigurationError, words);
  });

  it('takes any axios instance as http, and nothing else', () => {
    const http = axios.create();
    expect(read({ http }).http).to.equal(http);
    for (const odd of [fetch, Object.assign(() => undefined, { request: 'GET' }), {}, 'axios', null])
      expect(() => read({ http: odd })).to.throw('must be an axios instance');
  });
});
