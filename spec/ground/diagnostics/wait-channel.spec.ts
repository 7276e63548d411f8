import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { type WaitMessage, watchWait } from '../../../lib/ground/diagnostics/wait-channel.js';
import { TokenUnavailableError } from '../../../lib/ground/errors.js';
import { rejection } from '../../support/rejection.js';
import { Stage } from '../../support/stage.js';
import { watchUnhandled } from '../../support/unhandled.js';

const CHANNEL = 'm2m-token-provider:wait';
const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };

describe('watchWait()', () => {
  let stage: Stage;
  let told: WaitMessage[];
  const note = (message: unknown) => told.push(message as WaitMessage);
  beforeEach(() => {
    told = [];
    stage = new Stage();
  });
  afterEach(async () => {
    unsubscribe(CHANNEL, note);
    await stage.strike();
  });

  it('makes no message where nobody listens, and gives the same promise', async () => {
    const about = sinon.spy(() => ({ provider: {}, target }));
    const wait = Promise.resolve(5);
    expect(watchWait(wait, about)).to.equal(wait);
    await wait;
    expect(about.called).to.equal(false);
  });

  it('tells how long each caller waited who was served, and nothing of others', async () => {
    subscribe(CHANNEL, note);
    const first = stage.provider.getToken();
    await stage.time.pass(100);
    const second = stage.provider.forClient({}).getToken();
    await stage.time.pass(50);
    await stage.grant('t1');
    await Promise.all([first, second, stage.provider.getToken()]);
    const served = { provider: stage.provider, target, outcome: 'served', error: undefined };
    expect(told).to.deep.equal([
      { ...served, durationMs: 150 },
      { ...served, durationMs: 50 },
    ]);
    expect(told[0]).to.be.frozen;
    expect(told[0]?.provider).to.equal(stage.provider);
  });

  it('tells of callers whose time is over, and of those who leave, without the reason of their signal', async () => {
    subscribe(CHANNEL, note);
    const controller = new AbortController();
    const late = rejection(stage.provider.getToken({ maxWaitMs: 200 }));
    const gone = rejection(stage.provider.getToken({ signal: controller.signal }));
    await stage.time.pass(100);
    controller.abort(new Error('a-secret-reason'));
    await gone;
    await stage.time.pass(150);
    const error = await late;
    expect(error).to.be.instanceOf(TokenUnavailableError);
    expect(told.map(({ outcome, durationMs, error }) => ({ outcome, durationMs, error }))).to.deep.equal([
      { outcome: 'aborted', durationMs: 100, error: undefined },
      { outcome: 'failed', durationMs: 200, error },
    ]);
    expect(inspect(told, { depth: null })).to.not.contain('a-secret-reason');
  });

  it('leaves no rejection unhandled, and handles none for the caller', async () => {
    subscribe(CHANNEL, note);
    const unhandled = watchUnhandled();
    await rejection(watchWait(Promise.reject(new Error('no')), () => ({ provider: {}, target })));
    expect(await unhandled()).to.deep.equal([]);
    expect(told).to.have.length(1);
  });
});
