import axios from 'axios';
import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readHttp, readRequestTimeout, readRetry } from '../../lib/options/request-settings.js';

describe('readRetry', () => {
  it('fills in every default', () => {
    expect(readRetry(undefined)).to.deep.equal({ retries: 5, minDelayMs: 1_000, maxDelayMs: 30_000 });
  });

  it('lets a maxDelayMs that is not given follow a larger minDelayMs', () => {
    expect(readRetry({ minDelayMs: 40_000 }).maxDelayMs).to.equal(40_000);
    expect(() => readRetry({ minDelayMs: 40_000, maxDelayMs: 39_999 })).to.throw(
      ConfigurationError,
      'retry.maxDelayMs: must be a number from 40000',
    );
  });

  it('refuses unknown names, and what is no plain object', () => {
    expect(() => readRetry({ tries: 5 })).to.throw('retry.tries: is not among the retry options');
    expect(() => readRetry({ maxDelay: 5 })).to.throw('Did you mean maxDelayMs?');
    expect(() => readRetry(Object.create({ retries: 1 }))).to.throw(
      /^retry\.retries: is inherited\. Give the retry options as a plain/,
    );
    expect(() => readRetry([])).to.throw(/^retry: must be a plain object; got an array\.$/);
  });
});

describe('readHttp', () => {
  it('takes any axios instance, and nothing else', () => {
    const http = axios.create();
    expect(readHttp(http)).to.equal(http);
    expect(readHttp(undefined)).to.equal(undefined);
    for (const odd of [fetch, Object.assign(() => undefined, { request: 'GET' }), {}, 'axios', null])
      expect(() => readHttp(odd)).to.throw('http: must be an axios instance');
  });
});

describe('readRequestTimeout', () => {
  it('is 10 s unless given, and within its bounds', () => {
    expect([undefined, 1, 600_000].map(readRequestTimeout)).to.deep.equal([10_000, 1, 600_000]);
    for (const odd of [0, 600_001, '5', Number.NaN])
      expect(() => readRequestTimeout(odd)).to.throw('requestTimeoutMs: must be a number from 1 to 600000');
  });
});
