import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/clock.js';
import { Pause } from '../../lib/refresh/pause.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('Pause', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('is over at its time, once, and knows how long it still is, by the faster clock', async () => {
    const onOver = sinon.spy();
    const pause = new Pause(1_000, onOver);
    await time.pass(400);
    expect(pause.msLeft(now())).to.equal(600);
    time.stepWallClock(-3_600_000);
    expect(pause.msLeft(now())).to.equal(600);
    await time.pass(599);
    expect(onOver.callCount).to.equal(0);
    await time.pass(10_000);
    expect(onOver.callCount).to.equal(1);
  });

  it('can be made shorter, never longer', async () => {
    const onOver = sinon.spy();
    const pause = new Pause(1_000, onOver);
    await time.pass(100);
    pause.shortenTo(2_000, now());
    expect(pause.msLeft(now())).to.equal(900);
    pause.shortenTo(200, now());
    expect(pause.msLeft(now())).to.equal(200);
    await time.pass(200);
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('can be ended at once, which its timer tells', async () => {
    const onOver = sinon.spy();
    const pause = new Pause(1_000, onOver);
    await time.pass(100);
    pause.shortenTo(-50, now());
    expect([pause.ageMs(now()), pause.msLeft(now()), onOver.callCount]).to.deep.equal([100, -50, 0]);
    await time.settle();
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('ends when it is over by one of the clocks, once, and not before', async () => {
    const onOver = sinon.spy();
    const pause = new Pause(1_000, onOver);
    pause.endIfOver(now());
    expect(onOver.callCount).to.equal(0);
    time.stepWallClock(1_000);
    pause.endIfOver(now());
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('can be taken back', async () => {
    const onOver = sinon.spy();
    new Pause(1_000, onOver).cancel();
    await time.pass(1_000);
    expect([onOver.callCount, time.armed]).to.deep.equal([0, 0]);
  });
});
