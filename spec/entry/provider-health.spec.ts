import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryHealth, HealthStatus } from '../../lib/entry/entry-health.js';
import { describeProviderHealth, isClosedProvider } from '../../lib/entry/provider-health.js';
import type { TokenState } from '../../lib/token/token-slot.js';
import { TokenProvider } from '../../lib/token-provider.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

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

const outage = async (stage: Stage) => {
  stage.server.respond = (request) => request.answer(503);
  await rejection(stage.provider.getToken());
};

const PASTS: readonly (readonly [string, (stage: Stage) => unknown])[] = [
  ['nobody has asked', () => undefined],
  ['a token is held', (stage) => stage.warm()],
  ['it fails', outage],
  [
    'it fails, and tries again',
    async (stage) => {
      await outage(stage);
      stage.server.respond = undefined;
      void rejection(stage.provider.getToken());
      await stage.time.pass(5_000);
      expect(stage.provider.status()[0]).to.include({ refreshing: true, consecutiveFailures: 1 });
    },
  ],
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

  it('is never fail while there is a token for a target, never pass while one has trouble, and never as of a closed one', () => {
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
        expect(isClosedProvider(describeProviderHealth(words.map(entryOf)))).to.equal(false);
        if (words.some((one) => /^(fresh|due)/.test(one))) expect(status).to.not.equal('fail');
        expect(status === 'pass').to.equal(words.every((one) => one.endsWith('pass')));
        if (words.every((one) => one.endsWith('fail'))) expect(status).to.equal('fail');
      }),
    );
  });

  describe('that is closed', () => {
    let stage: Stage;
    beforeEach(() => {
      stage = new Stage({ retry: { retries: 0 } }).withChance(0);
    });
    afterEach(() => stage.strike());

    for (const [name, live] of PASTS)
      it(`is told from one that is not, from close() on: ${name}`, async () => {
        await live(stage);
        expect(isClosedProvider(stage.provider.health())).to.equal(false);
        const closed = stage.provider.close();
        expect(isClosedProvider(stage.provider.health())).to.equal(true);
        await closed;
        expect(isClosedProvider(stage.provider.health())).to.equal(true);
      });
  });
});
