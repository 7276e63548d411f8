import { expect } from 'chai';
import { isFromProgram, REQUIRED_HEADER } from '../../../lib/cli/run/request-judge.js';

const HEADERS = { host: 'localhost', 'm2m-token': '1', 'user-agent': 'curl/7.88.1', accept: '*/*' };

describe('isFromProgram', () => {
  it('takes what curl sends with the header that is required', () => {
    expect(REQUIRED_HEADER).to.equal('M2M-Token');
    expect(isFromProgram({ method: 'GET', headers: HEADERS })).to.equal(true);
  });

  for (const method of ['POST', 'OPTIONS', 'HEAD', 'PUT', 'get', undefined]) {
    it(`refuses ${method}`, () => expect(isFromProgram({ method, headers: HEADERS })).to.equal(false));
  }

  const others: readonly object[] = [
    { 'm2m-token': undefined },
    { 'm2m-token': '' },
    { 'm2m-token': '1, 1' },
    { host: undefined },
    { host: 'evil.example' },
    { host: 'localhost:80' },
    { host: 'localhost.evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost' },
    { referer: 'http://localhost/' },
    { cookie: 'a=b' },
    { 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'none' },
    { 'sec-ch-ua': '""' },
    { 'access-control-request-method': 'GET' },
  ];
  for (const headers of others) {
    it(`refuses ${JSON.stringify(headers)}`, () => {
      expect(isFromProgram({ method: 'GET', headers: { ...HEADERS, ...headers } })).to.equal(false);
    });
  }
});
