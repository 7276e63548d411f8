import { expect } from 'chai';
import { endpointMeaning } from '../../../lib/cli/doctor/endpoint-meaning.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../../lib/index.js';

const answer = (httpStatus: number) =>
  new TokenEndpointError('No.', { httpStatus, permanent: httpStatus === 404 });
const request = (reason: string) => new TokenRequestError('No.', reason);

const TABLE: readonly [error: Parameters<typeof endpointMeaning>[0], words: string | undefined][] = [
  [request('ETIMEDOUT'), 'The server takes connections, and gave no answer in time.'],
  [request('ECONNRESET'), 'The server takes connections, and gave no whole answer.'],
  [request('ERR_CLIENT_KEY'), 'No token request was sent, since the client cannot prove itself.'],
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
