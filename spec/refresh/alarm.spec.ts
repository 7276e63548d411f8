import { expect } from 'chai';
import sinon from 'sinon';
import { Alarm } from '../../lib/refresh/alarm.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('Alarm', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('rings at the first of several moments, once', async () => {
    const ring = sinon.spy();
    new Alarm(ring).setFor([undefined, 500, 200]);
    await time.pass(199);
    expect(ring.callCount).to.equal(0);
    await time.pass(10_000);
    expect(ring.callCount).to.equal(1);
  });

  it('is replaced by the next setting, and stopped by one without moments ahead', async () => {
    const ring = sinon.spy();
    const alarm = new Alarm(ring);
    alarm.setFor([100]);
    alarm.setFor([200]);
    expect(time.armed).to.equal(1);
    alarm.setFor([undefined, 0, -5]);
    await time.pass(1_000);
    expect([ring.callCount, time.armed]).to.deep.equal([0, 0]);
  });
});
