import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import { Entry } from '../../lib/entry/entry.js';
import type { EntryParts } from '../../lib/entry/entry-parts.js';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const call = { signal: undefined, maxWaitMs: 30_000, minValidityMs: 0 };

describe('EntryParts', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let parts: EntryParts;
  let replace: sinon.SinonSpy;
  /** For each flight that ended: its client, whether callers wait, and how many tokens have been told of. */
  let ended: [string, boolean, number][];
  let entry: Entry;
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    server = new ScriptedServer();
    replace = sinon.spy();
    ended = [];
    const tuned = settings({ http: server.http, retry: { retries: 1 } });
    parts = {
      settings: tuned,
      endpoint: new TokenEndpoint(tuned),
      queue: new RequestQueue(1),
      provider: {},
      budgetFor: () => new RetryBudget(),
      sharing: undefined,
      events: new EventEmitter(EVENT_NAMES),
      aborts: new AbortWatch(),
      tokens: { replace },
      onFlightEnded: ({ clientId }) => ended.push([clientId, entry.isAwaited, replace.callCount]),
    };
    entry = new Entry(target, parts);
  });
  afterEach(async () => {
    await entry.close();
    sinon.restore();
    time.restore();
  });

  it('hear of the end of each flight, whichever way it ended, when nobody waits for it any more', async () => {
    server.respond = (request, count) => (count === 3 ? request.grant('t1') : request.answer(503));
    const failure = rejection(entry.getToken(call));
    await time.pass(299);
    expect(ended).to.deep.equal([]);
    await time.pass(1);
    await failure;
    expect(ended).to.deep.equal([['acme', false, 0]]);
    const token = entry.getToken(call);
    await time.pass(600);
    expect(await token).to.equal('t1');
    expect(ended).to.deep.equal([
      ['acme', false, 0],
      ['acme', false, 1],
    ]);
  });

  it('hear which token an entry holds instead of which, before the flight ends', async () => {
    server.respond = (request, count) => request.grant(`t${count}`);
    const token = entry.getToken(call);
    await time.settle();
    await token;
    expect(replace.args).to.deep.equal([[entry, undefined, 't1']]);
    await time.pass(300_000);
    expect(replace.lastCall.args).to.deep.equal([entry, 't1', 't2']);
    expect(ended.length).to.equal(2);
    await entry.close();
    expect(replace.lastCall.args).to.deep.equal([entry, 't2', undefined]);
  });

  it('listen once to the signal of many callers, of however many entries', async () => {
    const { signal } = new AbortController();
    const other = new Entry({ ...target, clientId: 'other' }, parts);
    const failures = [entry, entry, other].map((one) => rejection(one.getToken({ ...call, signal })));
    expect(getEventListeners(signal, 'abort').length).to.equal(1);
    await Promise.all([entry.close(), other.close(), ...failures]);
    expect(getEventListeners(signal, 'abort').length).to.equal(0);
  });
});
