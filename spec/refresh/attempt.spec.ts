import { expect } from 'chai';
import sinon from 'sinon';
import { TokenResponseError } from '../../lib/errors.js';
import { fetchBetter } from '../../lib/refresh/attempt.js';
import { Holding } from '../../lib/refresh/holding.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { answer } from '../support/tokens.js';

const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };
const never = new AbortController().signal;

describe('fetchBetter', () => {
  afterEach(() => sinon.restore());
  const parts = (value: string) => ({
    target,
    settings: settings(),
    endpoint: { requestToken: async () => answer(value) },
  });

  it('gives the token with its schedule', async () => {
    sinon.stub(Math, 'random').returns(0);
    const held = await fetchBetter(parts('abc'), new Holding(), never);
    expect(held).to.include({ lifetimeMs: 600_000, dueAfterMs: 300_000, usableForMs: 590_000 });
    expect(held.access.value).to.equal('abc');
  });

  it('refuses one that is no better than the one held', async () => {
    const holding = new Holding();
    holding.take(await fetchBetter(parts('abc'), holding, never));
    const error = await rejection(fetchBetter(parts('abc'), holding, never));
    expect(error).to.be.instanceOf(TokenResponseError);
    expect(error.message).to.equal('The token that https://as.example/token sent is the one already held.');
  });
});
