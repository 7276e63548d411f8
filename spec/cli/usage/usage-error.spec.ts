import { expect } from 'chai';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';

describe('UsageError', () => {
  it('has a name and a code', () => {
    expect(new UsageError('no')).to.include({ name: 'UsageError', code: 'ERR_USAGE', message: 'no' });
  });
});
