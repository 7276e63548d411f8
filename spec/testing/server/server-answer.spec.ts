import http from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  FunctionFault,
  Refusal,
  type ServerAnswer,
  send,
} from '../../../lib/testing/server/server-answer.js';
import { ApiServer } from '../../support/api-server.js';

describe('send', () => {
  let api: ApiServer;
  before(async () => {
    api = await ApiServer.start();
  });
  after(() => api.stop());

  const sent = async (answer: ServerAnswer) => {
    api.answer = (_, response) => send(response, answer);
    const response = await fetch(api.origin);
    const { headers } = response;
    return [
      response.status,
      headers.get('content-type'),
      headers.get('cache-control'),
      await response.text(),
    ];
  };

  for (const [answer, expected] of [
    [{ status: 200, body: { a: 1 } }, [200, 'application/json', 'no-store', '{"a":1}']],
    [{ status: 404, body: 'no' }, [404, 'text/plain', 'no-store', 'no']],
    [
      { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
      [200, 'text/html', 'no-store', '<p>'],
    ],
  ] as const)
    it(`sends ${JSON.stringify(answer)}`, async () => {
      expect(await sent(answer)).to.deep.equal(expected);
    });

  it('sends a refusal in the words of OAuth, with its headers', async () => {
    const { answer, message } = new Refusal(405, 'invalid_request', 'Not so.', { Allow: 'POST' });
    expect([message, answer.headers]).to.deep.equal(['Not so.', { Allow: 'POST' }]);
    expect(await sent(answer)).to.deep.equal([
      405,
      'application/json',
      'no-store',
      '{"error":"invalid_request","error_description":"Not so."}',
    ]);
    expect(new Refusal(400, 'a', 'b').answer.headers).to.deep.equal({});
  });

  it('tells of whatever a function may throw', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (thrown) => {
        const { answer } = new FunctionFault(thrown);
        expect(answer).to.deep.include({ status: 400, headers: {} });
        const { error_description } = answer.body as Record<string, string>;
        expect(error_description).to.match(/^The function token of the server failed: /);
      }),
    );
  });

  it('does nothing to who has gone', async () => {
    const gone = new http.ServerResponse(new http.IncomingMessage(undefined as never));
    gone.destroy();
    send(gone, { status: 200, body: 'a' });
  });
});
