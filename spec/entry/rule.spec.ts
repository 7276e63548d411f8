import { expect } from 'chai';
import { type Decision, decide } from '../../lib/entry/rule.js';
import type { RenewalState } from '../../lib/renewal/renewal.js';
import type { TokenState } from '../../lib/token/token-slot.js';

describe('the rule', () => {
  const table: [TokenState, Record<RenewalState, Decision>][] = [
    ['fresh', { idle: 'serve', flying: 'serve', cooling: 'serve' }],
    ['due', { idle: 'serve and renew', flying: 'serve', cooling: 'serve' }],
    ['absent', { idle: 'renew and wait', flying: 'wait', cooling: 'wait if it fits' }],
    ['expired', { idle: 'renew and wait', flying: 'wait', cooling: 'wait if it fits' }],
    ['rejected', { idle: 'renew and wait', flying: 'wait', cooling: 'wait if it fits' }],
  ];
  for (const [token, decisions] of table) {
    for (const [renewal, decision] of Object.entries(decisions)) {
      it(`for a token ${token} and a renewal ${renewal} is: ${decision}`, () => {
        expect(decide(token, renewal as RenewalState)).to.equal(decision);
      });
    }
  }
});
