import type { Meter } from '@opentelemetry/api';
import { expect } from 'chai';
import { perMeter } from '../../lib/observe/per-meter.js';

const meter = () => ({}) as Meter;

describe('perMeter()', () => {
  it('makes one thing for each meter, and gives that each time', () => {
    const made: Meter[] = [];
    const of = perMeter((one) => ({ place: made.push(one) }));
    const [a, b] = [meter(), meter()];
    expect([a, b, a, b].map((one) => of(one).place)).to.deep.equal([1, 2, 1, 2]);
    expect(made).to.deep.equal([a, b]);
  });

  it('makes another where the first could not be made', () => {
    const of = perMeter((one) => {
      if (!('works' in one)) throw new Error('no');
      return { is: 'made' };
    });
    const odd = meter();
    expect(() => of(odd)).to.throw('no');
    Object.assign(odd, { works: true });
    expect(of(odd)).to.deep.equal({ is: 'made' });
  });
});
