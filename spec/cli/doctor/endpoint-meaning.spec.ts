import { expect } from 'chai';
import { endpointMeaning, failedAfterNetwork } from '../../../lib/cli/doctor/endpoint-meaning.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../../lib/index.js';

const answer = (httpStatus: number) =>
  new TokenEndpointError('No.', { httpStatus, permanent: httpStatus === 404 });
const request = (reason: string) => new TokenRequestError('No.', reason);

const TABLE: readonly [error: Parameters<typeof endpointMeaning>[0], words: string | undefined][] = [
  [request('ETIMEDOUT'), 'Nothing answered in time, though there was a connection.'],
  [request('ECONNRESET'), 'There was a connection, and no whole answer on it.'],
  [request('ERR_CLIENT_KEY'), 'No token request was sent, since the client cannot prove itself.'],
  [
    request('ECONNREFUSED'),
    'The token request did not get through, though the way to the server was good before: does it go to another address?',
  ],
  [
    new TokenRequestError('The server refuses the client certificate.', 'ERR_SSL_X'),
    'The server does not take the certificate of the client.',
  ],
  [request('HPE_INVALID_CONSTANT'), undefined],
  [answer(503), 'The server is there, and cannot serve for now (it told 503).'],
  [answer(429), 'The server is there, and takes no more requests for now (429).'],
  [answer(404), undefined],
  [new TokenResponseError('a page'), undefined],
];

describe('endpointMeaning', () => {
  for (const [error, words] of TABLE) {
    const { reason, httpStatus = 200 } = error as { reason?: string; httpStatus?: number };
    it(`is "${words ?? 'as always'}" for ${reason ?? httpStatus}`, () =>
      expect(endpointMeaning(error)).to.equal(words));
  }
});

describe('failedAfterNetwork', () => {
  it('is the endpoint for what fails on a way that was good before', () => {
    for (const reason of ['ENOTFOUND', 'ECONNREFUSED', 'ERR_PROXY', 'EPROTO', 'ETIMEDOUT'])
      expect(failedAfterNetwork(request(reason))).to.equal('endpoint');
    const refused = { httpStatus: 401, error: 'invalid_client', permanent: true };
    expect(failedAfterNetwork(new TokenEndpointError('No.', refused))).to.equal('client');
  });
});
