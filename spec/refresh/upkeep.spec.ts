import { expect } from 'chai';
import sinon from 'sinon';
import { ClientSecretKeeper } from '../../lib/endpoint/client-secret.js';
import { TokenEndpoint } from '../../lib/endpoint/token-endpoint.js';
import { Events } from '../../lib/events.js';
import { AbortWatch } from '../../lib/refresh/abort-watch.js';
import { RequestQueue } from '../../lib/refresh/request-queue.js';
import { RetryBudget } from '../../lib/refresh/retry-budget.js';
import { TokenIndex } from '../../lib/refresh/token-index.js';
import { Upkeep } from '../../lib/refresh/upkeep.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

/** As little as can be added to it. */
class Bare extends Upkeep {
  isBusy = false;
  neededMs = 0;
  isWanted = () => true;
  invalidate = sinon.spy();
  onTakeOff = sinon.spy();
  onToken = sinon.spy();
  onFailure = sinon.spy();
  onPause = sinon.spy();

  begin(): void {
    this.takeOff(this.look());
  }

  /** Whether the hot path is open at this moment. */
  get isHot(): boolean {
    return Date.now() >= this.hot.hotFrom && Date.now() < this.hot.hotUntil;
  }
}

describe('Upkeep', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  const make = () => {
    const budgetFor = sinon.spy((_: string) => new RetryBudget());
    const onLanded = sinon.spy();
    const tuned = settings({ http: server.http, retry: { retries: 1 } });
    const upkeep = new Bare(
      { target, secret: new ClientSecretKeeper(() => 's3cret') },
      {
        settings: tuned,
        events: new Events(),
        endpoint: new TokenEndpoint(tuned),
        queue: new RequestQueue(1),
        budgetFor,
        tokens: new TokenIndex(),
        aborts: new AbortWatch(),
        onLanded,
        sharing: undefined,
      },
    );
    return { upkeep, budgetFor, onLanded };
  };

  it('arms nothing, and asks for no budget, before there is something to do', () => {
    const { budgetFor, upkeep } = make();
    expect([time.armed, budgetFor.callCount, upkeep.isHot]).to.deep.equal([0, 0, false]);
  });

  it('shares its budget by the address of the token endpoint, without the query', async () => {
    const { upkeep, budgetFor } = make();
    upkeep.begin();
    expect(budgetFor.args).to.deep.equal([['https://as.example/token']]);
    server.respond = (request) => request.grant('t1');
    await time.settle();
  });

  it('tells of each take-off, wait and outcome, and opens the hot path until the token is due', async () => {
    const { upkeep } = make();
    server.respond = (request, count) => (count === 3 ? request.grant('t1') : request.answer(503));
    upkeep.begin();
    await time.pass(300);
    expect(upkeep.onPause.args).to.deep.equal([[300]]);
    expect(upkeep.onFailure.callCount).to.equal(1);
    await time.pass(600);
    expect(upkeep.onTakeOff.args.map(([reason]) => reason)).to.deep.equal(['absent', 'absent']);
    expect(upkeep.onToken.callCount).to.equal(1);
    await time.pass(299_999);
    expect(upkeep.isHot).to.equal(true);
    await time.pass(1);
    expect(upkeep.isHot).to.equal(false);
    expect(upkeep.onTakeOff.lastCall.args[0]).to.equal('due');
  });

  it('tells of the end of each flight, whichever way it ended', async () => {
    const { upkeep, onLanded } = make();
    server.respond = (request, count) => (count === 3 ? request.grant('t1') : request.answer(503));
    upkeep.begin();
    await time.pass(299);
    expect(onLanded.callCount).to.equal(0);
    await time.pass(1);
    expect(onLanded.callCount).to.equal(1);
    await time.pass(600);
    expect(onLanded.callCount).to.equal(2);
    expect(upkeep.onToken.calledBefore(onLanded)).to.equal(true);
  });

  it('leaves what is left of the budget to those who are waited for', async () => {
    const { upkeep, budgetFor } = make();
    server.respond = (request) => request.answer(503);
    upkeep.begin();
    await time.pass(300);
    const budget = budgetFor.lastCall.returnValue as RetryBudget;
    const drain = () => {
      while (budget.take(false));
    };
    await time.pass(599);
    drain();
    await time.pass(1);
    expect(server.requests.length).to.equal(2);
    upkeep.isBusy = true;
    await time.pass(599);
    drain();
    await time.pass(1);
    expect(server.requests.length).to.equal(3);
  });

  it('lets nobody through on the hot path whose clock was set back before the token', async () => {
    const { upkeep } = make();
    server.respond = (request) => request.grant('t1');
    upkeep.begin();
    await time.settle();
    expect(upkeep.isHot).to.equal(true);
    time.stepWallClock(-1);
    expect(upkeep.isHot).to.equal(false);
  });
});
