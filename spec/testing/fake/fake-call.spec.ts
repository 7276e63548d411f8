import { expect } from 'chai';
import { type FakeCall, getTokenCall } from '../../../lib/testing/fake/fake-call.js';

describe('FakeCall', () => {
  const { signal } = new AbortController();

  const rows: readonly (readonly [Parameters<typeof getTokenCall>[0], FakeCall])[] = [
    [undefined, { method: 'getToken', target: {} }],
    [{}, { method: 'getToken', target: {} }],
    [
      { clientId: 'a', region: 'eu' },
      { method: 'getToken', target: { clientId: 'a', region: 'eu' } },
    ],
    [
      { scope: ['b', 'a'], resource: 'r' },
      { method: 'getToken', target: { scope: ['b', 'a'], resource: 'r' } },
    ],
    [{ maxWaitMs: 0 }, { method: 'getToken', target: {}, options: { maxWaitMs: 0 } }],
    [{ minValidityMs: 5 }, { method: 'getToken', target: {}, options: { minValidityMs: 5 } }],
    [{ signal: null }, { method: 'getToken', target: {}, options: { signal: null } }],
    [
      { clientId: 'a', signal, maxWaitMs: undefined },
      { method: 'getToken', target: { clientId: 'a' }, options: { signal } },
    ],
  ];
  for (const [options, call] of rows)
    it(`holds what getToken(${JSON.stringify(options) ?? ''}) says, and nothing else`, () => {
      expect(getTokenCall(options)).to.deep.equal(call);
    });
});
