import { expect } from 'chai';
import { instrument } from '../lib/observe/instrument.js';
import * as door from '../lib/opentelemetry.js';

describe('m2m-token-provider/opentelemetry', () => {
  it('exports this', () => {
    expect(Object.keys(door)).to.deep.equal(['instrument']);
    expect(door.instrument).to.equal(instrument);
  });
});
