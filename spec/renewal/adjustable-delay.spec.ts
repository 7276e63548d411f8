import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { AdjustableDelay } from '../../lib/renewal/adjustable-delay.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('AdjustableDelay', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('is over at its time, once, and knows how long it still goes on, by the faster clock', async () => {
    const onOver = sinon.spy();
    const delay = new AdjustableDelay(1_000, onOver);
    await time.pass(400);
    expect(delay.msLeft(now())).to.equal(600);
    time.stepWallClock(-3_600_000);
    expect(delay.msLeft(now())).to.equal(600);
    await time.pass(599);
    expect(onOver.callCount).to.equal(0);
    await time.pass(10_000);
    expect(onOver.callCount).to.equal(1);
  });

  it('can be made shorter, never longer', async () => {
    const onOver = sinon.spy();
    const delay = new AdjustableDelay(1_000, onOver);
    await time.pass(100);
    delay.shortenTo(2_000, now());
    expect(delay.msLeft(now())).to.equal(900);
    delay.shortenTo(200, now());
    expect(delay.msLeft(now())).to.equal(200);
    await time.pass(200);
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('can be ended at once, which its timer tells', async () => {
    const onOver = sinon.spy();
    const delay = new AdjustableDelay(1_000, onOver);
    await time.pass(100);
    delay.shortenTo(-50, now());
    expect([delay.ageMs(now()), delay.msLeft(now()), onOver.callCount]).to.deep.equal([100, -50, 0]);
    await time.settle();
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('ends when it is over by one of the clocks, once, and not before', async () => {
    const onOver = sinon.spy();
    const delay = new AdjustableDelay(1_000, onOver);
    delay.endIfOver(now());
    expect(onOver.callCount).to.equal(0);
    time.stepWallClock(1_000);
    delay.endIfOver(now());
    expect([onOver.callCount, time.armed]).to.deep.equal([1, 0]);
  });

  it('is prolonged when it is over, for as long as it is told, and then asks again', async () => {
    const onOver = sinon.spy();
    const prolongation = sinon.stub().returns(0).onFirstCall().returns(500).onSecondCall().returns(200);
    const delay = new AdjustableDelay(1_000, onOver, prolongation);
    await time.pass(999);
    expect(delay.isProlonged).to.equal(false);
    await time.pass(1);
    expect([onOver.callCount, delay.msLeft(now()), delay.ageMs(now())]).to.deep.equal([0, 500, 1_000]);
    expect(delay.isProlonged).to.equal(true);
    await time.pass(500);
    expect([onOver.callCount, delay.msLeft(now())]).to.deep.equal([0, 200]);
    await time.pass(200);
    expect([onOver.callCount, prolongation.callCount, time.armed]).to.deep.equal([1, 3, 0]);
  });

  it('can be made shorter, ended by the clocks and cancelled also when it is prolonged', async () => {
    const onOver = sinon.spy();
    const prolongation = sinon.stub().returns(500);
    const delay = new AdjustableDelay(1_000, onOver, prolongation);
    await time.pass(1_000);
    delay.shortenTo(100, now());
    expect(delay.msLeft(now())).to.equal(100);
    await time.pass(100);
    expect([prolongation.callCount, delay.msLeft(now())]).to.deep.equal([2, 500]);
    time.stepWallClock(500);
    delay.endIfOver(now());
    expect([prolongation.callCount, delay.msLeft(now())]).to.deep.equal([3, 500]);
    delay.cancel();
    await time.pass(10_000);
    expect([onOver.callCount, time.armed]).to.deep.equal([0, 0]);
  });

  it('can be cancelled', async () => {
    const onOver = sinon.spy();
    new AdjustableDelay(1_000, onOver).cancel();
    await time.pass(1_000);
    expect([onOver.callCount, time.armed]).to.deep.equal([0, 0]);
  });
});
