import { expect } from 'chai';
import sinon from 'sinon';
import { TokenResponseError } from '../../lib/ground/errors.js';
import type { Target } from '../../lib/oauth/target.js';
import type { InTurn, TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { fetchBetterToken, queueSlotOf } from '../../lib/renewal/attempt.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { TokenSlot } from '../../lib/token/token-slot.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { tokenFacts } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const turn = { signal: new AbortController().signal, isUrgent: () => false };

describe('fetchBetterToken', () => {
  afterEach(() => sinon.restore());
  const parts = (value: string) => ({
    settings: settings(),
    queue: new RequestQueue(1),
    provider: {},
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

  it('names the token that is held when a text is to be cleaned of it, and none before there is one', async () => {
    const slot = new TokenSlot();
    const seen: (readonly string[])[] = [];
    const requestToken: TokenEndpoint['requestToken'] = async (_, __, inTurn, held = () => ['not given']) => {
      seen.push(held());
      return inTurn(async () => tokenFacts('abc'));
    };
    const own = { ...parts('abc'), endpoint: { requestToken } };
    slot.put(await fetchBetterToken(target, own, slot, turn));
    await fetchBetterToken(target, own, slot, turn);
    expect(seen).to.deep.equal([[], ['abc']]);
  });

  describe('where a token is held', () => {
    let time: VirtualTime;
    let slot: TokenSlot;
    beforeEach(async () => {
      time = new VirtualTime();
      slot = new TokenSlot();
      sinon.stub(Math, 'random').returns(0);
      slot.put(await fetchBetterToken(target, parts('abc'), slot, turn));
    });
    afterEach(() => time.restore());

    /** A server that gives these one after another: tokens, with the lifetime that it names. */
    const giving = (...answers: [string, number][]) => {
      const requestToken = sinon.spy((_: Target, __: AbortSignal, inTurn: InTurn) =>
        inTurn(async () => {
          const [value, lifetimeMs] = answers.shift() ?? ['none left', 0];
          return tokenFacts(value, lifetimeMs);
        }),
      );
      return { ...parts('abc'), endpoint: { requestToken } };
    };
    const outcomeOf = (own: ReturnType<typeof giving>, signal = turn.signal) =>
      fetchBetterToken(target, own, slot, { ...turn, signal }).then(
        ({ value, dueAfterMs }) => ({ value, dueAfterMs }),
        (error: Error) => error,
      );

    it('refuses one that is no better', async () => {
      await time.pass(300_000);
      const error = await outcomeOf(giving(['def', 300_000]));
      expect(error).to.be.instanceOf(TokenResponseError).and.include({
        message: 'The token that https://as.example/token sent ends no later than the one held.',
        permanent: false,
      });
    });

    it('gives the one held, as one to be served to its end, where that comes again', async () => {
      await time.pass(300_000);
      const own = giving(['abc', 299_000]);
      expect(await outcomeOf(own)).to.deep.equal({ value: 'abc', dueAfterMs: 300_000 });
      expect(own.endpoint.requestToken.callCount).to.equal(1);
    });

    it('asks once more, a second later, where that comes again just at its end', async () => {
      await time.pass(600_000);
      const own = giving(['abc', 0], ['def', 600_000]);
      const outcome = outcomeOf(own);
      await time.pass(999);
      expect(own.endpoint.requestToken.callCount).to.equal(1);
      await time.pass(1);
      expect(await outcome).to.deep.equal({ value: 'def', dueAfterMs: 300_000 });
    });

    it('asks so twice, where the end was later than it was said to be', async () => {
      await time.pass(600_000);
      const own = giving(['abc', 1_000], ['abc', 0], ['def', 600_000]);
      const outcome = outcomeOf(own);
      await time.pass(2_000);
      expect(await outcome).to.deep.equal({ value: 'def', dueAfterMs: 300_000 });
    });

    it('asks so no third time', async () => {
      await time.pass(600_000);
      const own = giving(['abc', 1_000], ['abc', 0], ['abc', 0], ['def', 600_000]);
      const outcome = outcomeOf(own);
      await time.pass(60_000);
      expect(await outcome)
        .to.be.instanceOf(TokenResponseError)
        .and.have.property('message')
        .that.matches(/is the one that has just ended/);
      expect(own.endpoint.requestToken.callCount).to.equal(3);
    });

    it('stops waiting for that second when the flight is ended', async () => {
      await time.pass(600_000);
      const own = new AbortController();
      const outcome = outcomeOf(giving(['abc', 0]), own.signal);
      await time.pass(500);
      own.abort(new Error('ended'));
      expect(await outcome).to.have.property('message', 'ended');
      expect(time.armed).to.equal(0);
    });

    it('refuses any other token without life, as an answer that is malformed', async () => {
      for (const value of ['def', 'ghi']) {
        const own = giving([value, 0], ['jkl', 600_000]);
        const error = await outcomeOf(own);
        expect(error).to.be.instanceOf(TokenResponseError).and.have.property('permanent', false);
        expect(error)
          .to.have.property('message')
          .that.matches(/had ended before it came/);
        expect(own.endpoint.requestToken.callCount).to.equal(1);
        slot.clear();
      }
    });

    it('refuses the one that was rejected', async () => {
      if (slot.last) slot.reject(slot.last);
      expect(await outcomeOf(giving(['abc', 600_000])))
        .to.have.property('message')
        .that.equals('The token that https://as.example/token sent is the one that was rejected.');
    });
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
