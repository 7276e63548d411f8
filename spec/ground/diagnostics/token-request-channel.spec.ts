import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics, { type TracingChannel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  type TokenRequestMessage,
  traceTokenRequest,
} from '../../../lib/ground/diagnostics/token-request-channel.js';
import { TokenEndpointError } from '../../../lib/ground/errors.js';
import { rejection } from '../../support/rejection.js';
import { Stage } from '../../support/stage.js';

const STAGES = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;
const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };

describe('traceTokenRequest()', () => {
  const tracing: TracingChannel<unknown, object> = diagnostics.tracingChannel(
    'm2m-token-provider:token-request',
  );
  const provider = {};
  let told: [string, TokenRequestMessage][];
  const subscribers = Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      (message: unknown) => told.push([stage, { ...(message as TokenRequestMessage) }]),
    ]),
  ) as unknown as Parameters<typeof tracing.subscribe>[0];
  const subscribe = () => tracing.subscribe(subscribers);
  const stagesTold = () => told.map(([stage]) => stage);
  beforeEach(() => {
    told = [];
  });
  afterEach(() => tracing.unsubscribe(subscribers));

  it('makes no message where nobody listens', async () => {
    const make = sinon.spy(() => ({ provider, target }));
    expect(await traceTokenRequest(make, async () => 5)).to.equal(5);
    await rejection(traceTokenRequest(make, () => Promise.reject(new Error('no'))));
    expect(make.called).to.equal(false);
  });

  it('tells of a request that succeeds, and not of its answer, which holds the token', async () => {
    subscribe();
    const answer = await traceTokenRequest(
      () => ({ provider, target }),
      async () => ({ value: 'a-secret-token' }),
    );
    expect(answer).to.deep.equal({ value: 'a-secret-token' });
    expect(stagesTold()).to.deep.equal(['start', 'end', 'asyncStart', 'asyncEnd']);
    for (const [, message] of told) expect(message).to.include({ provider, target });
    expect(inspect(told, { depth: null, showHidden: true })).to.not.contain('a-secret-token');
  });

  it('tells of a request that fails, and why', async () => {
    subscribe();
    const error = new TokenEndpointError('No.', { httpStatus: 503, permanent: false });
    const thrown = await rejection(
      traceTokenRequest(
        () => ({ provider, target }),
        () => Promise.reject(error),
      ),
    );
    expect(thrown).to.equal(error);
    expect(stagesTold()).to.deep.equal(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    expect(told.map(([, message]) => message.error)).to.deep.equal([
      undefined,
      undefined,
      error,
      error,
      error,
    ]);
  });

  for (const stage of STAGES)
    it(`tells a subscriber of ${stage} alone`, async () => {
      const heard = sinon.spy();
      tracing[stage].subscribe(heard);
      await traceTokenRequest(
        () => ({ provider, target }),
        () => Promise.reject(new Error('no')),
      ).catch(() => undefined);
      tracing[stage].unsubscribe(heard);
      expect(heard.callCount).to.equal(1);
    });

  it('runs the request in the stores that are bound to its start', async () => {
    const storage = new AsyncLocalStorage<object>();
    tracing.start.bindStore(storage, (message) => message as object);
    const seen = await traceTokenRequest(
      () => ({ provider, target }),
      async () => storage.getStore(),
    );
    tracing.start.unbindStore(storage);
    expect(seen).to.include({ provider, target });
    expect(storage.getStore()).to.equal(undefined);
  });

  it('is how a provider makes each of its token requests', async () => {
    subscribe();
    const stage = new Stage({ retry: { retries: 1 } }).withChance(0);
    stage.server.respond = (request, count) => (count === 1 ? request.answer(503) : request.grant('t1'));
    const token = stage.provider.getToken();
    await stage.time.pass(1_000);
    expect(await token).to.equal('t1');
    const starts = told.filter(([name]) => name === 'start').map(([, message]) => message);
    expect(starts).to.deep.equal([
      { provider: stage.provider, target },
      { provider: stage.provider, target },
    ]);
    expect(starts[0]?.provider).to.equal(stage.provider);
    const errors = told.filter(([name]) => name === 'error').map(([, { error }]) => error);
    expect(errors).to.deep.equal([stage.heard('retry')[0]?.error]);
    expect(inspect(told, { depth: null, showHidden: true })).to.not.match(/s3cret|t1/);
    await stage.strike();
  });
});
