import { expect } from 'chai';
import sinon from 'sinon';
import { type ApiAnswer, RejectionRule } from '../../lib/attach/rejection-rule.js';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { warningsOf } from '../support/warnings.js';

describe('RejectionRule', () => {
  it('has a default', () => {
    const rule = new RejectionRule(undefined);
    const scope = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
    expect([rule.isRejected(200, {}), rule.isRejected(401, {}), rule.isRejected(401, scope)]).to.deep.equal([
      false,
      true,
      false,
    ]);
  });

  it('leaves the decision to the function of the options', () => {
    const rule = new RejectionRule(({ status }: ApiAnswer) => status === 419);
    expect([419, 401, 200].map((status) => rule.isRejected(status, {}))).to.deep.equal([true, false, false]);
  });

  it('tells the function the headers, made when they are asked for, and once', () => {
    const read = sinon.spy();
    const fields = Object.defineProperty({}, 'X-Reason', {
      enumerable: true,
      get: () => {
        read();
        return 'expired';
      },
    });
    const statusAlone = new RejectionRule((answer: ApiAnswer) => answer.status === 498);
    expect([statusAlone.isRejected(498, fields), read.callCount]).to.deep.equal([true, 0]);
    const byHeaders = new RejectionRule(
      ({ headers }: ApiAnswer) => headers instanceof Headers && headers.get('x-reason') === 'expired',
    );
    expect([byHeaders.isRejected(200, fields), read.callCount]).to.deep.equal([true, 1]);
    const twice = new RejectionRule((answer: ApiAnswer) => {
      const first = answer.headers;
      return first === answer.headers;
    });
    expect(twice.isRejected(200, fields)).to.equal(true);
  });

  for (const [what, isRejected, detail] of [
    ['throws', sinon.stub().throws(new Error('mine')), /^Error: mine/],
    ['gives nothing', () => undefined, /isRejected must give true or false; it gave nothing\./],
    ['is async', async () => true, /it gave an object\./],
    ['is async and fails', () => Promise.reject(new Error('later')), /it gave an object\./],
  ] as const) {
    it(`decides by the default, and warns once, where the function ${what}`, async () => {
      const rule = new RejectionRule(isRejected);
      const decided: boolean[] = [];
      const warnings = await warningsOf(() => {
        for (const status of [401, 200, 401]) decided.push(rule.isRejected(status, {}));
      });
      expect(decided).to.deep.equal([true, false, true]);
      expect(warnings.map(({ name, code }) => [name, code])).to.deep.equal([
        ['TokenProviderWarning', 'TOKEN_PROVIDER_IS_REJECTED'],
      ]);
      expect(warnings[0]?.detail).to.match(detail);
    });
  }

  for (const odd of [null, true, {}, '401', [401]]) {
    it(`refuses ${JSON.stringify(odd)}`, () => {
      expect(() => new RejectionRule(odd)).to.throw(
        ConfigurationError,
        /^isRejected: must be a function like \(answer\) => answer\.status === 419; got /,
      );
    });
  }
});
