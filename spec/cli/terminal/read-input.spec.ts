import { expect } from 'chai';
import { readInput } from '../../../lib/cli/terminal/read-input.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { rejection } from '../../support/rejection.js';

async function* chunks(...parts: readonly (Buffer | string)[]) {
  yield* parts;
}

describe('readInput', () => {
  it('joins what comes in parts, also within a character', async () => {
    const bytes = Buffer.from('a–b');
    expect(await readInput(chunks(bytes.subarray(0, 2), bytes.subarray(2), 'c'))).to.equal('a–bc');
  });

  it('takes 1 MiB, and refuses a byte more', async () => {
    const most = Buffer.alloc(1_048_576, 'x');
    expect(await readInput(chunks(most))).to.have.length(1_048_576);
    expect(await rejection(readInput(chunks(most, 'y')))).to.be.instanceOf(UsageError);
  });
});
