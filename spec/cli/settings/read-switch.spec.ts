import { expect } from 'chai';
import { readSwitch } from '../../../lib/cli/settings/read-switch.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';

describe('readSwitch', () => {
  for (const [value, isOn] of [
    [true, true],
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ] as const) {
    it(`takes ${JSON.stringify(value)} for ${isOn}`, () =>
      expect(readSwitch({ value, from: 'X' })).to.equal(isOn));
  }

  it('is off where it is not given, and refuses anything else without repeating it', () => {
    expect(readSwitch(undefined)).to.equal(false);
    for (const value of ['yes', 'TRUE', ' ', 'tops3cret'])
      expect(() => readSwitch({ value, from: 'X' })).to.throw(UsageError, /^X: must be true or false\.$/);
  });
});
