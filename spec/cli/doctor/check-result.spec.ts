import { expect } from 'chai';
import { CHECKS } from '../../../lib/cli/doctor/check-result.js';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';

describe('CHECKS', () => {
  it('are told in the same order by help', () => {
    const { description = '' } = COMMANDS.find(({ name }) => name === 'doctor') ?? {};
    const told = CHECKS.map((check) => description.indexOf(check));
    expect(told).to.not.include(-1);
    expect(told).to.deep.equal([...told].sort((a, b) => a - b));
  });
});
