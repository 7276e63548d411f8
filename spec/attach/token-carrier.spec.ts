import { expect } from 'chai';
import sinon from 'sinon';
import { type Exchange, TokenCarrier } from '../../lib/attach/token-carrier.js';
import { ProviderClosedError } from '../../lib/ground/errors.js';
import { rejection } from '../support/rejection.js';

const origins = 'https://api.example';

describe('TokenCarrier', () => {
  const make = (...tokens: (string | Error)[]) => {
    const getToken = sinon.spy(async (_?: object) => {
      const next = tokens.length > 1 ? tokens.shift() : tokens[0];
      if (next instanceof Error) throw next;
      return next ?? '';
    });
    const peek = sinon.stub().returns({});
    const source = {
      getToken,
      invalidate: sinon.spy(),
      forClient: sinon.spy((_: object) => ({ getToken, peek })),
    };
    return { source, getToken, peek };
  };
  const exchangeOf = (rejected: (value: string) => boolean, changes: object = {}) => ({
    request: () => 'the request',
    isHurried: true,
    patience: () => ({ maxWaitMs: 5 }),
    isReplayable: true,
    send: sinon.spy(async (value: string) => value),
    isRejected: rejected,
    discard: sinon.spy(),
    give: (value: string) => value,
    ...changes,
  });
  const run = (source: object, exchange: Exchange<string, string, string>, options = {}) =>
    new TokenCarrier<string>(source as never, { origins, ...options }).exchange(exchange);

  it('asks without options while a token is held, and with the patience of the request otherwise', async () => {
    const { source, getToken, peek } = make('t1');
    const exchange = exchangeOf(() => false);
    expect(await run(source, exchange)).to.equal('Bearer t1');
    peek.returns(undefined);
    await run(source, exchange);
    await run(
      source,
      exchangeOf(() => false, { isHurried: false }),
    );
    expect(getToken.args).to.deep.equal([[], [{ maxWaitMs: 5 }], []]);
    expect(source.forClient.args).to.deep.equal([[{}], [{}], [{}]]);
  });

  it('gives the caller what becomes of the last answer, be it an error', async () => {
    const { source } = make('t1', 't2');
    const give = sinon.spy((value: string) => `given ${value}`);
    const isOld = (value: string) => value === 'Bearer t1';
    expect(await run(source, exchangeOf(isOld, { give }))).to.equal('given Bearer t2');
    expect(give.args).to.deep.equal([['Bearer t2']]);
    const error = new Error('404');
    expect(await rejection(run(source, exchangeOf(isOld, { give: sinon.stub().throws(error) })))).to.equal(
      error,
    );
  });

  it('tells of the rejected token, frees the answer, and sends once more with another', async () => {
    const { source } = make('t1', 't2');
    const exchange = exchangeOf((value) => value === 'Bearer t1');
    expect(await run(source, exchange)).to.equal('Bearer t2');
    expect(source.invalidate.args).to.deep.equal([['t1']]);
    expect(exchange.discard.args).to.deep.equal([['Bearer t1']]);
    expect(exchange.discard.calledBefore(exchange.send.getCall(1) as never)).to.equal(true);
  });

  it('tells of both where both are rejected, and sends no third time', async () => {
    const { source } = make('t1', 't2', 't3');
    const exchange = exchangeOf(() => true);
    expect(await run(source, exchange)).to.equal('Bearer t2');
    expect(source.invalidate.args).to.deep.equal([['t1'], ['t2']]);
    expect(exchange.send.callCount).to.equal(2);
  });

  for (const [why, tokens, changes, options] of [
    ['there is the same token again', ['t1'], {}, {}],
    ['there is no other to be had', ['t1', new ProviderClosedError()], {}, {}],
    ['the body is gone', ['t1', 't2'], { isReplayable: false }, {}],
    ['it is told not to', ['t1', 't2'], {}, { retryRejected: false }],
  ] as const) {
    it(`gives the first answer where ${why}, and tells of the token all the same`, async () => {
      const { source } = make(...tokens);
      const exchange = exchangeOf(() => true, changes);
      expect(await run(source, exchange, options)).to.equal('Bearer t1');
      expect([source.invalidate.args, exchange.discard.callCount]).to.deep.equal([[['t1']], 0]);
    });
  }

  it('gives up where the request was aborted in the meantime', async () => {
    const reason = new Error('enough');
    const { source } = make('t1', reason);
    const exchange = exchangeOf(() => true, { patience: () => ({ signal: AbortSignal.abort(reason) }) });
    expect(await rejection(run(source, exchange))).to.equal(reason);
  });

  it('asks the target function of each request; its error, and none of its own, is the caller', async () => {
    const { source } = make('t1');
    const target = sinon.stub().resolves({ clientId: 'a' }).onSecondCall().returns(undefined);
    const carrier = new TokenCarrier<string>(source as never, { origins, target });
    const exchange = exchangeOf(() => false);
    await carrier.exchange(exchange);
    await carrier.exchange(exchange);
    expect(target.alwaysCalledWithExactly('the request')).to.equal(true);
    expect(source.forClient.args).to.deep.equal([[{ clientId: 'a' }], [{}]]);
    target.onThirdCall().throws(new Error('no tenant'));
    expect((await rejection(carrier.exchange(exchange))).message).to.equal('no tenant');
  });
});
