import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryHealth, HealthStatus } from '../../lib/entry/entry-health.js';
import { describeProviderHealth } from '../../lib/entry/provider-health.js';
import type { TokenState } from '../../lib/token/token-slot.js';
import { TokenProvider } from '../../lib/token-provider.js';

/** An entry in so many words: what is held, and how bad that is. */
type Word = `${TokenState} ${HealthStatus}`;

function entryOf(word: Word): EntryHealth {
  const [state, status] = word.split(' ') as [TokenState, HealthStatus];
  return {
    target: { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] },
    state,
    status,
    refreshing: false,
    issuedAt: undefined,
    dueAt: undefined,
    expiresAt: undefined,
    consecutiveFailures: 0,
    lastErrorCode: undefined,
    nextAttemptAt: undefined,
  };
}
const statusOf = (words: readonly Word[]) => describeProviderHealth(words.map(entryOf)).status;

const TABLE: readonly (readonly [readonly Word[], HealthStatus])[] = [
  [[], 'pass'],
  [['absent pass'], 'pass'],
  [['fresh pass', 'due pass', 'expired pass'], 'pass'],
  [['due warn'], 'warn'],
  [['fresh pass', 'due warn'], 'warn'],
  [['expired warn'], 'warn'],
  [['rejected warn'], 'warn'],
  [['absent fail'], 'fail'],
  [['expired fail', 'absent fail'], 'fail'],
  [['expired fail', 'absent pass'], 'fail'],
  [['expired fail', 'expired warn'], 'fail'],
  [['expired fail', 'fresh pass'], 'warn'],
  [['expired fail', 'due pass'], 'warn'],
  [['expired fail', 'absent fail', 'due warn'], 'warn'],
];

describe('the health of a provider', () => {
  for (const [words, status] of TABLE)
    it(`is ${status} with ${words.join(', ') || 'no entries'}, in any order`, () => {
      expect([statusOf(words), statusOf(words.toReversed())]).to.deep.equal([status, status]);
    });

  it('is fail once it is closed', async () => {
    expect(describeProviderHealth([entryOf('fresh pass')], { isClosed: true }).status).to.equal('fail');
    const provider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    expect(provider.health().status).to.equal('pass');
    const closed = provider.close();
    expect(provider.health().status).to.equal('fail');
    await closed;
    expect(provider.health().status).to.equal('fail');
  });

  it('has the entries as status() gives them, and is frozen', () => {
    const provider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    const health = provider.health();
    expect(health).to.be.frozen;
    expect(health.entries).to.be.frozen;
    expect(health.entries.map(({ status, ...entry }) => entry)).to.deep.equal(provider.status());
    expect(health.entries[0]).to.be.frozen.and.have.property('status', 'pass');
  });

  it('is never fail while there is a token for a target, and never pass while one has trouble', () => {
    const word = fc
      .tuple(
        fc.constantFrom<TokenState>('absent', 'fresh', 'due', 'expired', 'rejected'),
        fc.constantFrom<HealthStatus>('pass', 'warn', 'fail'),
      )
      .filter(([state, status]) => status !== 'fail' || (state !== 'fresh' && state !== 'due'))
      .map(([state, status]) => `${state} ${status}` as Word);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const status = statusOf(words);
        if (words.some((one) => /^(fresh|due)/.test(one))) expect(status).to.not.equal('fail');
        expect(status === 'pass').to.equal(words.every((one) => one.endsWith('pass')));
        if (words.every((one) => one.endsWith('fail'))) expect(status).to.equal('fail');
      }),
    );
  });
});
