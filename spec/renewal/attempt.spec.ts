import { expect } from 'chai';
import sinon from 'sinon';
import { TokenResponseError } from '../../lib/ground/errors.js';
import type { Target } from '../../lib/oauth/target.js';
import type { InTurn } from '../../lib/oauth/token-endpoint.js';
import { fetchBetterToken, queueSlotOf } from '../../lib/renewal/attempt.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { TokenSlot } from '../../lib/token/token-slot.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { tokenFacts } from '../support/tokens.js';

const turn = { signal: new AbortController().signal, isUrgent: () => false };

describe('fetchBetterToken', () => {
  afterEach(() => sinon.restore());
  const parts = (value: string) => ({
    settings: settings(),
    queue: new RequestQueue(1),
    endpoint: {
      requestToken: (_: Target, __: AbortSignal, inTurn: InTurn) => inTurn(async () => tokenFacts(value)),
    },
  });

  it('gives the token with its schedule', async () => {
    sinon.stub(Math, 'random').returns(0);
    const held = await fetchBetterToken(target, parts('abc'), new TokenSlot(), turn);
    expect(held).to.include({ lifetimeMs: 600_000, dueAfterMs: 300_000, usableForMs: 590_000 });
    expect(held.access.value).to.equal('abc');
  });

  it('refuses a token that is no better than the one held', async () => {
    const slot = new TokenSlot();
    slot.put(await fetchBetterToken(target, parts('abc'), slot, turn));
    const error = await rejection(fetchBetterToken(target, parts('abc'), slot, turn));
    expect(error).to.be.instanceOf(TokenResponseError);
    expect(error.message).to.equal('The token that https://as.example/token sent is the one already held.');
  });

  it('waits for its turn in the lane of the server, as the slot that the token is for', async () => {
    const own = parts('abc');
    const slot = new TokenSlot();
    let free = (): void => undefined;
    const first = own.queue.run(() => new Promise<void>((resolve) => (free = resolve)), {
      ...turn,
      lane: 'another server',
      owner: {},
    });
    const fetched = [new TokenSlot(), slot].map((owner) => fetchBetterToken(target, own, owner, turn));
    const values: string[] = [];
    for (const [index, held] of fetched.entries())
      void held.then(({ value }) => values.push(`${index} ${value}`));
    // Here the second one goes ahead, which shows whose place in the queue it is.
    own.queue.expedite(queueSlotOf(target, slot));
    await new Promise(setImmediate);
    expect(values).to.deep.equal([]);
    free();
    await Promise.all([first, ...fetched]);
    expect(values).to.deep.equal(['1 abc', '0 abc']);
    expect(queueSlotOf(target, slot)).to.deep.equal({ lane: target.server.id, owner: slot });
  });
});
