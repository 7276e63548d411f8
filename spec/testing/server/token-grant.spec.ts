import { expect } from 'chai';
import type { Refusal } from '../../../lib/testing/server/server-answer.js';
import { readTokenGrant, type TokenServerRequest } from '../../../lib/testing/server/token-grant.js';
import { thrown } from '../../support/rejection.js';

const book = { authentication: ['post'], secretOf: () => 'b' } as const;
const GOOD = 'grant_type=client_credentials&client_id=a&client_secret=b';
const FORM = 'application/x-www-form-urlencoded';

const request = (changes: Partial<TokenServerRequest> = {}): TokenServerRequest => ({
  method: 'POST',
  headers: { 'content-type': FORM },
  body: GOOD,
  ...changes,
});

describe('readTokenGrant', () => {
  for (const [body, grant] of [
    [GOOD, { clientId: 'a', scope: undefined, resource: [] }],
    [`${GOOD}&scope=read+write`, { clientId: 'a', scope: 'read write', resource: [] }],
    [`${GOOD}&resource=x&resource=y`, { clientId: 'a', scope: undefined, resource: ['x', 'y'] }],
    [`${GOOD}&whatever=1`, { clientId: 'a', scope: undefined, resource: [] }],
  ] as const)
    it(`reads ${body}`, () => {
      expect(readTokenGrant(request({ body }), book)).to.deep.equal(grant);
    });

  for (const type of [`${FORM}; charset=utf-8`, FORM.toUpperCase(), `${FORM} ;charset=utf-8`])
    it(`takes ${type}`, () => {
      expect(readTokenGrant(request({ headers: { 'content-type': type } }), book).clientId).to.equal('a');
    });

  for (const [what, changes, status, error, words] of [
    ['GET', { method: 'GET' }, 405, 'invalid_request', 'The token endpoint takes POST alone.'],
    [
      'JSON',
      { headers: { 'content-type': 'application/json' } },
      400,
      'invalid_request',
      'The body must be application/x-www-form-urlencoded.',
    ],
    [
      'no type',
      { headers: {} },
      400,
      'invalid_request',
      'The body must be application/x-www-form-urlencoded.',
    ],
    [
      'a parameter twice',
      { body: `${GOOD}&scope=a&scope=b` },
      400,
      'invalid_request',
      'A parameter is there more than once.',
    ],
    [
      'a wrong client',
      { body: GOOD.replace('secret=b', 'secret=c') },
      401,
      'invalid_client',
      'secret is wrong',
    ],
    ['no grant', { body: 'client_id=a&client_secret=b' }, 400, 'invalid_request', 'grant_type is missing.'],
    [
      'another grant',
      { body: GOOD.replace('client_credentials', 'password') },
      400,
      'unsupported_grant_type',
      'This server knows client_credentials alone.',
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      const { answer, message } = thrown<Refusal>(() => readTokenGrant(request(changes), book));
      expect(message).to.contain(words);
      expect([answer.status, (answer.body as { error: string }).error]).to.deep.equal([status, error]);
      expect(answer.headers?.Allow).to.equal(status === 405 ? 'POST' : undefined);
    });
});
