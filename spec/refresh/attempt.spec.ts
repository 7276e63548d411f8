import { expect } from 'chai';
import sinon from 'sinon';
import { ClientSecretKeeper } from '../../lib/endpoint/client-secret.js';
import type { Client, InTurn } from '../../lib/endpoint/token-endpoint.js';
import { TokenResponseError } from '../../lib/errors.js';
import { fetchBetter } from '../../lib/refresh/attempt.js';
import { Holding } from '../../lib/refresh/holding.js';
import { RequestQueue } from '../../lib/refresh/request-queue.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { answer } from '../support/tokens.js';

const client: Client = {
  target: {
    tokenEndpoint: 'https://as.example/token?tenant=1',
    clientId: 'acme',
    authentication: 'basic',
    scope: [],
    resource: [],
    parameters: [],
  },
  secret: new ClientSecretKeeper(() => 's3cret'),
};
const turn = { signal: new AbortController().signal, isUrgent: () => false };

describe('fetchBetter', () => {
  afterEach(() => sinon.restore());
  const parts = (value: string) => ({
    settings: settings(),
    queue: new RequestQueue(1),
    endpoint: {
      requestToken: (_: Client, __: AbortSignal, inTurn: InTurn) => inTurn(async () => answer(value)),
    },
  });

  it('gives the token with its schedule', async () => {
    sinon.stub(Math, 'random').returns(0);
    const held = await fetchBetter(client, parts('abc'), new Holding(), turn);
    expect(held).to.include({ lifetimeMs: 600_000, dueAfterMs: 300_000, usableForMs: 590_000 });
    expect(held.access.value).to.equal('abc');
  });

  it('refuses one that is no better than the one held', async () => {
    const holding = new Holding();
    holding.take(await fetchBetter(client, parts('abc'), holding, turn));
    const error = await rejection(fetchBetter(client, parts('abc'), holding, turn));
    expect(error).to.be.instanceOf(TokenResponseError);
    expect(error.message).to.equal('The token that https://as.example/token sent is the one already held.');
  });
});
