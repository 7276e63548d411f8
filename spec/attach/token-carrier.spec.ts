import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import sinon from 'sinon';
import type { Credential } from '../../lib/attach/credential.js';
import { type Exchange, TokenCarrier } from '../../lib/attach/token-carrier.js';
import { ConfigurationError, ProviderClosedError, TokenUnavailableError } from '../../lib/ground/errors.js';
import { ApiProver } from '../../lib/oauth/dpop/request-prover.js';
import { runChild } from '../support/child.js';
import { claimsOf, makeProofKey } from '../support/proof-keys.js';
import { rejection } from '../support/rejection.js';
import { warningsOf } from '../support/warnings.js';

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
    send: sinon.spy(async ({ value }: Credential) => value),
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

  it('sends nothing where an own source gives no token', async () => {
    for (const given of [undefined, null, '', 5, Promise.resolve(), Promise.resolve({ value: 't' })]) {
      const exchange = exchangeOf(() => false);
      const source = { getToken: () => given, peek: () => undefined, invalidate: sinon.spy() };
      const error = await rejection(run({ ...source, forClient: () => source }, exchange));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'provider');
      expect(exchange.send.called).to.equal(false);
    }
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

  describe('with tokens that are bound to a key', () => {
    /** Answers are the values of `answers` in turn; each is a challenge with a nonce of its own, or `ok`. */
    const set = (answers: string[], changes: object = {}) => {
      const { source } = make('t1', 't2');
      let count = 0;
      const prover = {
        prove: ({ token }: { token: string }) => `proof of ${token}`,
        nonceOf: () => (count > 0 ? 'n' : undefined),
        noteNonce: () => undefined,
      };
      let credential: Credential | undefined;
      const send = sinon.spy(async (given: Credential) => {
        credential = given;
        given.prove?.('GET', 'https://api.example/');
        count += 1;
        return `${given.value} ${answers[count - 1]}`;
      });
      const isRejected = (answer: string) => {
        const error = answer.split(' ')[2] ?? '';
        const headers = { 'www-authenticate': `DPoP error="${error}"`, 'dpop-nonce': 'n' };
        return credential?.isRejected(error === 'ok' ? 200 : 401, headers) === true;
      };
      const exchange = exchangeOf(isRejected, { send, ...changes });
      return { exchange, source, run: () => run({ ...source, prover }, exchange) };
    };

    for (const [answers, given, invalidated, discarded] of [
      [['ok'], 'DPoP t1 ok', [], 0],
      [['use_dpop_nonce', 'ok'], 'DPoP t1 ok', [], 1],
      [['use_dpop_nonce', 'use_dpop_nonce'], 'DPoP t1 use_dpop_nonce', [], 1],
      [['use_dpop_nonce', 'invalid_token', 'ok'], 'DPoP t2 ok', [['t1']], 2],
      [['invalid_token', 'ok'], 'DPoP t2 ok', [['t1']], 1],
      [['invalid_token', 'use_dpop_nonce'], 'DPoP t2 use_dpop_nonce', [['t1']], 1],
      [['invalid_dpop_proof'], 'DPoP t1 invalid_dpop_proof', [], 0],
    ] as const) {
      it(`gives '${given}' where the API says ${answers.join(', then ')}`, async () => {
        const { exchange, source, run: go } = set([...answers]);
        expect(await go()).to.equal(given);
        expect(source.invalidate.args).to.deep.equal(invalidated);
        expect([exchange.send.callCount, exchange.discard.callCount]).to.deep.equal([
          answers.length,
          discarded,
        ]);
      });
    }

    it('gives the demand for a nonce itself where the body cannot be sent again', async () => {
      const { exchange, source, run: go } = set(['use_dpop_nonce'], { isReplayable: false });
      expect(await go()).to.equal('DPoP t1 use_dpop_nonce');
      expect([source.invalidate.callCount, exchange.discard.callCount]).to.deep.equal([0, 0]);
    });
  });

  it('gives up where the request was aborted in the meantime', async () => {
    const reason = new Error('enough');
    const { source } = make('t1', reason);
    const exchange = exchangeOf(() => true, { patience: () => ({ signal: AbortSignal.abort(reason) }) });
    expect(await rejection(run(source, exchange))).to.equal(reason);
  });

  it('waits no longer than the provider lets a caller wait, be the request as patient as it may', async () => {
    const { source, getToken, peek } = make('t1');
    peek.returns(undefined);
    const exchange = exchangeOf(() => false, { patience: () => ({ maxWaitMs: 500 }) });
    for (const maxWaitMs of [100, 499, 501, undefined]) await run({ ...source, maxWaitMs }, exchange);
    const waits = getToken.args.map(([options]) => (options as { maxWaitMs: number }).maxWaitMs);
    expect(waits).to.deep.equal([100, 499, 500, 500]);
  });

  describe('with tokens that are bound to a key', () => {
    const url = 'https://api.example/x';
    const refusing = (error: string, nonce?: string) => ({
      status: 401,
      headers: {
        'www-authenticate': `DPoP error="${error}"`,
        ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }),
      },
    });
    type Answer = { readonly status: number; readonly headers: Record<string, string> };
    const good: Answer = { status: 200, headers: {} };

    /** Sends one request, to which these answers come in turn. */
    const sendBound = async (
      answers: readonly Answer[],
      {
        tokens = ['t1', 't2'],
        options = {},
        ...changes
      }: { tokens?: string[]; options?: object; isReplayable?: boolean } = {},
    ) => {
      const { source } = make(...tokens);
      const prover = new ApiProver(makeProofKey());
      const sent: string[] = [];
      const proofs = new Set<unknown>();
      const left = [...answers];
      let last: Credential | undefined;
      const discard = sinon.spy();
      const answer = await new TokenCarrier<string>({ ...source, prover } as never, {
        origins,
        ...options,
      }).exchange<Answer, Answer>({
        request: () => 'the request',
        isHurried: false,
        patience: () => ({}),
        isReplayable: true,
        send: async (credential) => {
          last = credential;
          const { nonce, jti } = claimsOf(credential.prove?.('GET', url));
          proofs.add(jti);
          sent.push(`${credential.value} ${nonce}`);
          return left.shift() ?? good;
        },
        isRejected: ({ status, headers }) => last?.isRejected(status, headers) === true,
        discard,
        give: (one) => one,
        ...changes,
      });
      expect(proofs.size).to.equal(sent.length);
      return { answer, sent, told: source.invalidate.args.flat(), discarded: discard.callCount };
    };

    const [demand, next, rejection401] = [
      refusing('use_dpop_nonce', 'n-1'),
      refusing('use_dpop_nonce', 'n-2'),
      refusing('invalid_token'),
    ];

    it('sends with a proof, and once where the answer is good', async () => {
      const outcome = await sendBound([good]);
      expect(outcome).to.deep.equal({ answer: good, sent: ['DPoP t1 undefined'], told: [], discarded: 0 });
    });

    it('sends once more with the nonce that is wanted, by the same token, and tells nobody', async () => {
      for (const options of [{}, { retryRejected: false }]) {
        const outcome = await sendBound([demand, good], { options });
        const sent = ['DPoP t1 undefined', 'DPoP t1 n-1'];
        expect(outcome).to.deep.equal({ answer: good, sent, told: [], discarded: 1 });
      }
    });

    it('gives the demand to the caller where the body is gone, and tells nobody', async () => {
      const outcome = await sendBound([demand], { isReplayable: false });
      expect(outcome).to.deep.equal({ answer: demand, sent: ['DPoP t1 undefined'], told: [], discarded: 0 });
    });

    it('gives a second demand to the caller, and tells nobody', async () => {
      const { answer, sent, told } = await sendBound([demand, next]);
      expect([answer, sent.length, told]).to.deep.equal([next, 2, []]);
    });

    it('replaces a token that is rejected, without and after a nonce', async () => {
      expect(await sendBound([rejection401, good])).to.deep.include({
        answer: good,
        sent: ['DPoP t1 undefined', 'DPoP t2 undefined'],
        told: ['t1'],
      });
      expect(await sendBound([demand, rejection401, good])).to.deep.equal({
        answer: good,
        sent: ['DPoP t1 undefined', 'DPoP t1 n-1', 'DPoP t2 n-1'],
        told: ['t1'],
        discarded: 2,
      });
    });

    it('tells of both tokens where both are rejected, but not of a newer one whose proof lacks a nonce', async () => {
      expect((await sendBound([demand, rejection401, rejection401])).told).to.deep.equal(['t1', 't2']);
      const { answer, told } = await sendBound([rejection401, next]);
      expect([answer, told]).to.deep.equal([next, ['t1']]);
    });

    it('takes a proof that is refused for no fault of the token', async () => {
      const refused = refusing('invalid_dpop_proof');
      expect(await sendBound([refused])).to.deep.include({
        answer: refused,
        told: [],
        sent: ['DPoP t1 undefined'],
      });
    });

    it('sends no second time to a server that repeats its demand with the nonce that it was sent', async () => {
      const { sent } = await sendBound([demand, demand]);
      expect(sent).to.deep.equal(['DPoP t1 undefined', 'DPoP t1 n-1']);
    });
  });

  describe('with a target function that is waited for', () => {
    const never = () => new Promise<never>(() => undefined);
    const patient = { isHurried: false, patience: () => ({}) };
    const yes = () => false;

    it("gives up after the provider's maxWaitMs, or after what the request has left", async () => {
      for (const [maxWaitMs, patience] of [
        [7, {}],
        [60_000, { maxWaitMs: 7.2 }],
        [undefined, { maxWaitMs: 7 }],
      ] as const) {
        const source = { ...make('t1').source, maxWaitMs };
        const error = await rejection(
          run(source, exchangeOf(yes, { ...patient, patience: () => patience }), { target: never }),
        );
        expect(error).to.be.instanceOf(TokenUnavailableError);
        expect(error.message).to.equal('The target function gave no answer within 7 ms.');
      }
    });

    it('leaves only the rest of that time for the token', async () => {
      const { source, getToken, peek } = make('t1');
      peek.returns(undefined);
      const clock = sinon.useFakeTimers({ toFake: ['performance', 'Date'] });
      try {
        const target = async () => clock.tick(400) && {};
        await run({ ...source, maxWaitMs: 1_000 }, exchangeOf(yes, patient), { target });
      } finally {
        clock.restore();
      }
      expect(getToken.args).to.deep.equal([[{ maxWaitMs: 600 }]]);
    });

    it('takes a promise of another realm, and an answer that needs no waiting', async () => {
      const { source } = make('t1');
      const later = runInNewContext(`Promise.resolve({ clientId: 'later' })`);
      for (const target of [() => later, () => ({ clientId: 'now' })])
        await run(source, exchangeOf(yes, patient), { target });
      expect(source.forClient.args).to.deep.equal([[{ clientId: 'later' }], [{ clientId: 'now' }]]);
    });

    it('listens to one signal once, however many requests wait, and not at all afterwards', async () => {
      const { signal } = new AbortController();
      const [add, remove] = [sinon.spy(signal, 'addEventListener'), sinon.spy(signal, 'removeEventListener')];
      const target = () => new Promise<object>((resolve) => setImmediate(resolve, {}));
      const carrier = new TokenCarrier<string>(make('t1').source as never, { origins, target });
      const exchange = exchangeOf(yes, { patience: () => ({ signal }) });
      const warnings = await warningsOf(() =>
        Promise.all(Array.from({ length: 30 }, () => carrier.exchange(exchange))),
      );
      expect([warnings, add.callCount, remove.callCount]).to.deep.equal([[], 1, 1]);
    });

    it('ends with the signal, before and while it is waited for, and leaves no rejection unheard', async () => {
      const reason = new Error('enough');
      const controller = new AbortController();
      const exchange = exchangeOf(yes, { patience: () => ({ signal: controller.signal }) });
      const waiting = rejection(run(make('t1').source, exchange, { target: never }));
      controller.abort(reason);
      expect(await waiting).to.equal(reason);
      const failing = () => Promise.reject(new Error('heard by nobody'));
      expect(await rejection(run(make('t1').source, exchange, { target: failing }))).to.equal(reason);
      await new Promise(setImmediate);
    });

    it('keeps the process alive', async () => {
      const { code, stdout, stderr } = await runChild(`
        import { createAuthorizedFetch } from './lib/fetch.js';
        const handle = { getToken: async () => 't', peek: () => ({}) };
        const source = { ...handle, forClient: () => handle, invalidate() {}, maxWaitMs: 300 };
        const target = () => new Promise(() => undefined);
        const authorized = createAuthorizedFetch(source, { origins: 'http://127.0.0.1:9', target });
        await authorized('http://127.0.0.1:9').catch(({ code }) => console.log(code));
      `);
      expect([code, stdout.trim(), stderr]).to.deep.equal([0, 'ERR_TOKEN_UNAVAILABLE', '']);
    });
  });

  it('tells of the first address that it takes no token to, before it has taken one anywhere', async () => {
    for (const isUsedBefore of [false, true]) {
      const carrier = new TokenCarrier<string>(make('t1').source as never, { origins });
      if (isUsedBefore) await carrier.exchange(exchangeOf(() => false));
      const warnings = await warningsOf(() => {
        const addresses = ['https://api.example/x', 'http://api.example/x', 'https://b.example'];
        const allowed = addresses.map((address) => carrier.mayCarryTo(address));
        expect(allowed).to.deep.equal([true, false, false]);
      });
      expect(warnings.map(({ code }) => code)).to.deep.equal(
        isUsedBefore ? [] : ['TOKEN_PROVIDER_NOT_ATTACHED'],
      );
    }
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
