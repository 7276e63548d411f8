import { expect } from 'chai';
import { readServerWords } from '../../../lib/oauth/server/server-words.js';

const words = (body: unknown) => {
  const { code, description } = readServerWords(typeof body === 'string' ? body : JSON.stringify(body));
  return [code, description];
};

describe('the words of a server', () => {
  const table: [string, object, (string | undefined)[]][] = [
    ['RFC 6749', { error: 'a', error_description: 'b', message: 'other' }, ['a', 'b']],
    ['Apigee, its OAuth policy', { ErrorCode: 'a', Error: 'b' }, ['a', 'b']],
    ['Apigee, its gateway', { fault: { faultstring: 'b', detail: { errorcode: 'x' } } }, [undefined, 'b']],
    ['Okta', { errorCode: 'a', errorSummary: 'b', errorLink: 'x' }, ['a', 'b']],
    ['Google', { error: { code: 401, message: 'b', status: 'a' } }, ['a', 'b']],
    ['Facebook', { error: { message: 'b', type: 'a', code: 1 } }, ['a', 'b']],
    ['Microsoft Graph', { error: { code: 'a', message: 'b' } }, ['a', 'b']],
    ['Zoom', { reason: 'b', error: 'a' }, ['a', 'b']],
    ['Spring Boot', { timestamp: 1, status: 401, error: 'a', message: 'b' }, ['a', 'b']],
    ['AWS API Gateway', { message: 'b' }, [undefined, 'b']],
    ['a list of errors', { errors: [{ code: 'a', message: 'b' }, { code: 'x' }] }, ['a', 'b']],
    ['QQ', { error: 100_001, error_description: 'b' }, ['100001', 'b']],
    ['a gateway', { error: { code: 401, message: 'b' } }, ['401', 'b']],
    ['Google', { error: { code: 403, message: 'b', status: 'a' } }, ['a', 'b']],
    ['problem details', { title: 'x', detail: 'b' }, [undefined, 'b']],
  ];
  for (const [whose, body, expected] of table) {
    it(`are found where they stand: ${whose}`, () => {
      expect(words(body)).to.deep.equal(expected);
    });
  }

  it('are none where nothing is said as text', () => {
    for (const body of ['', 'null', '[]', '{', { error: 5, message: {} }, { error: '', error_code: null }])
      expect(words(body)).to.deep.equal([undefined, undefined]);
  });
});
