import { expect } from 'chai';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

describe('EntryStatus', () => {
  let stage: Stage;
  const status = () => {
    const [entry] = stage.provider.status();
    if (!entry) throw new Error('There is no entry.');
    return entry;
  };
  beforeEach(() => {
    stage = new Stage({ retry: { retries: 0 } }).withChance(0);
  });
  afterEach(() => stage.strike());

  it('says that nothing has been done yet', () => {
    expect(status()).to.be.frozen.and.deep.equal({
      target: { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] },
      state: 'absent',
      refreshing: false,
      issuedAt: undefined,
      dueAt: undefined,
      expiresAt: undefined,
      consecutiveFailures: 0,
      lastErrorCode: undefined,
      nextAttemptAt: undefined,
    });
  });

  it('shows the times of the token held', async () => {
    await stage.warm();
    expect(status()).to.include({
      state: 'fresh',
      issuedAt: stage.startedAt,
      dueAt: stage.startedAt + 300_000,
      expiresAt: stage.startedAt + 600_000,
      nextAttemptAt: stage.startedAt + 300_000,
    });
  });

  it('shows that a token is being fetched, and what failed', async () => {
    const failure = rejection(stage.provider.getToken());
    expect(status()).to.include({ refreshing: true, nextAttemptAt: undefined });
    await stage.time.settle();
    stage.server.last.answer(503);
    await failure;
    expect(status()).to.include({
      refreshing: false,
      consecutiveFailures: 1,
      lastErrorCode: 'ERR_TOKEN_ENDPOINT',
      nextAttemptAt: stage.startedAt + 300,
    });
  });
});
