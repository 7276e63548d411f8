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

  it('goes on for as long as it is told to when it is over, and then asks again', async () => {
    const onOver = sinon.spy();
    const extension = sinon.stub().returns(0).onFirstCall().returns(500).onSecondCall().returns(200);
    const pause = new Pause(1_000, onOver, extension);
    await time.pass(1_000);
    expect([onOver.callCount, pause.msLeft(now()), pause.ageMs(now())]).to.deep.equal([0, 500, 1_000]);
    await time.pass(500);
    expect([onOver.callCount, pause.msLeft(now())]).to.deep.equal([0, 200]);
    await time.pass(200);
    expect([onOver.callCount, extension.callCount, time.armed]).to.deep.equal([1, 3, 0]);
  });

  it('that goes on can be made shorter, ended by the clocks, and taken back', async () => {
    const onOver = sinon.spy();
    const extension = sinon.stub().returns(500);
    const pause = new Pause(1_000, onOver, extension);
    await time.pass(1_000);
    pause.shortenTo(100, now());
    expect(pause.msLeft(now())).to.equal(100);
    await time.pass(100);
    expect([extension.callCount, pause.msLeft(now())]).to.deep.equal([2, 500]);
    time.stepWallClock(500);
    pause.endIfOver(now());
    expect([extension.callCount, pause.msLeft(now())]).to.deep.equal([3, 500]);
    pause.cancel();
    await time.pass(10_000);
    expect([onOver.callCount, time.armed]).to.deep.equal([0, 0]);
  });

  it('can be taken back', async () => {
    const onOver = sinon.spy();
    new Pause(1_000, onOver).cancel();
    await time.pass(1_000);
    expect([onOver.callCount, time.armed]).to.deep.equal([0, 0]);
  });
});
