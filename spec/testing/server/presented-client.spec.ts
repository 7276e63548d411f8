import { expect } from 'chai';
import fc from 'fast-check';
import { authenticate, type ClientBook } from '../../../lib/testing/server/presented-client.js';
import type { Refusal } from '../../../lib/testing/server/server-answer.js';
import { thrown } from '../../support/rejection.js';

/** Characters that form-encoding changes. */
const ODD = { clientId: 'a b:c', clientSecret: 's+%:ü ' };
const SECRETS: Readonly<Record<string, string>> = {
  me: 'secret',
  [ODD.clientId]: ODD.clientSecret,
  raw: 'a:b+c%',
};

const book = (...authentication: ClientBook['authentication']): ClientBook => ({
  authentication: authentication.length > 0 ? authentication : ['basic', 'post'],
  secretOf: (clientId) => SECRETS[clientId],
});
const encode = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
const raw = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const basic = (id: string, secret: string) => raw(encode(id), encode(secret));
const form = (fields: Record<string, string> = {}) => new URLSearchParams(fields);
const post = (client_id: string, client_secret: string) => form({ client_id, client_secret });

describe('authenticate', () => {
  for (const [what, id, authorization, body, own] of [
    ['Basic', 'me', basic('me', 'secret'), form(), book()],
    ['Basic in any case', 'me', basic('me', 'secret').replace('Basic', 'bAsIc  '), form(), book('basic')],
    ['Basic, form-encoded', ODD.clientId, basic(ODD.clientId, ODD.clientSecret), form(), book()],
    [
      'Basic with the same client in the body',
      'me',
      basic('me', 'secret'),
      form({ client_id: 'me' }),
      book(),
    ],
    [
      'Basic with the same odd client in the body',
      ODD.clientId,
      basic(ODD.clientId, ODD.clientSecret),
      form({ client_id: ODD.clientId }),
      book(),
    ],
    ['Basic with an empty client in the body', 'me', basic('me', 'secret'), form({ client_id: '' }), book()],
    ['Basic with an empty secret', 'me', basic('me', 'secret'), form({ client_secret: '' }), book()],
    ['Basic with an empty assertion', 'me', basic('me', 'secret'), form({ client_assertion: '' }), book()],
    [
      'post with an empty assertion',
      'me',
      undefined,
      form({ client_id: 'me', client_secret: 'secret', client_assertion: '' }),
      book(),
    ],
    ['Basic as it is', 'raw', raw('raw', 'a:b+c%'), form(), book('basic-raw')],
    ['post', ODD.clientId, undefined, post(ODD.clientId, ODD.clientSecret), book()],
    ['post alone', 'me', undefined, post('me', 'secret'), book('post')],
  ] as const)
    it(`takes ${what}`, () => {
      expect(authenticate(authorization, body, own)).to.equal(id);
    });

  const unknown = 'There is no such client.';
  const wrong = 'The client secret is wrong.';
  const none = 'The Authorization header holds no credentials by Basic.';
  for (const [what, authorization, body, own, words] of [
    ['an unknown client', basic('you', 'secret'), form(), book(), unknown],
    ['no client', basic('', 'secret'), form(), book(), unknown],
    ['an unknown client in the body', undefined, post('you', 'secret'), book(), unknown],
    ['a secret without its client', undefined, form({ client_secret: 'secret' }), book(), unknown],
    ['a wrong secret', basic('me', 'Secret'), form(), book(), wrong],
    ['an empty secret', basic('me', ''), form(), book(), wrong],
    ['a wrong secret in the body', undefined, post('me', 'secre'), book(), wrong],
    ['an empty one in the body', undefined, post('me', ''), book(), 'The request has no credentials.'],
    ['an empty client in the body', undefined, post('', 'secret'), book(), unknown],
    [
      'what is encoded for one that does not decode',
      basic('raw', 'a:b+c%'),
      form(),
      book('basic-raw'),
      wrong,
    ],
    ['nothing', undefined, form(), book(), 'The request has no credentials.'],
    ['a client id alone', undefined, form({ client_id: 'me' }), book(), 'The request has no credentials.'],
    ['Bearer', 'Bearer abc', form(), book(), none],
    ['no colon', `Basic ${Buffer.from('me').toString('base64')}`, form(), book(), none],
    ['no base64', 'Basic me:secret', form(), book(), none],
    ['what has Basic in it', `Digest ${basic('me', 'secret')}`, form(), book(), none],
    ['more than credentials', `${basic('me', 'secret')}, Bearer abc`, form(), book(), none],
    ['an empty header', '', form(), book(), none],
    [
      'what is not form-encoded',
      raw('me', '100%'),
      form(),
      book(),
      'The credentials are not form-encoded (RFC 6749 §2.3.1).',
    ],
    [
      'Basic where post is set',
      basic('me', 'secret'),
      form(),
      book('post'),
      'The client authenticates by basic; this server takes post alone.',
    ],
    [
      'post where Basic is set',
      undefined,
      post('me', 'secret'),
      book('basic-raw'),
      'The client authenticates by post; this server takes basic-raw alone.',
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      const { answer } = thrown<Refusal>(() => authenticate(authorization, body, own));
      expect(answer).to.deep.equal({
        status: 401,
        headers: { 'WWW-Authenticate': 'Basic realm="token server"' },
        body: { error: 'invalid_client', error_description: words },
      });
    });

  const twice = 'The client authenticates in two ways (RFC 6749 §2.3).';
  const other = 'client_id is another than that of the Authorization header (RFC 6749 §2.3).';
  const assertion = { client_assertion: 'a.b.c' };
  for (const [what, authorization, body, own, words] of [
    ['Basic and post', basic('me', 'secret'), post('me', 'secret'), book(), twice],
    ['Basic and a secret', basic('me', 'secret'), form({ client_secret: 'other' }), book(), twice],
    ['Basic and an assertion', basic('me', 'secret'), form(assertion), book(), twice],
    ['Basic that is wrong, and an assertion', basic('me', 'wrong'), form(assertion), book(), twice],
    ['Bearer and an assertion', 'Bearer abc', form(assertion), book(), twice],
    [
      'post and an assertion',
      undefined,
      form({ client_id: 'me', client_secret: 'secret', ...assertion }),
      book(),
      twice,
    ],
    ['another client in the body', basic('me', 'secret'), form({ client_id: 'raw' }), book(), other],
    [
      'another client in the body of Basic as it is',
      raw('raw', 'a:b+c%'),
      form({ client_id: 'me' }),
      book('basic-raw'),
      other,
    ],
  ] as const)
    it(`refuses two ways at once: ${what}`, () => {
      const { answer } = thrown<Refusal>(() => authenticate(authorization, body, own));
      expect(answer).to.deep.equal({
        status: 400,
        headers: {},
        body: { error: 'invalid_request', error_description: words },
      });
    });

  it('takes no client in the body beside Basic but the same', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (client_id) => {
        const work = () => authenticate(basic('me', 'secret'), form({ client_id }), book());
        if (client_id === 'me') expect(work()).to.equal('me');
        else expect(work).to.throw(other);
      }),
    );
  });
});
