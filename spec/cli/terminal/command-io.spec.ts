import { expect } from 'chai';
import type { CommandIo } from '../../../lib/cli/terminal/command-io.js';

describe('CommandIo', () => {
  it('is what a process has', () => {
    const { argv, env, stdin, stdout, stderr } = process;
    const io: CommandIo = { args: argv.slice(2), env, stdin, stdout, stderr };
    expect(Object.keys(io)).to.deep.equal(['args', 'env', 'stdin', 'stdout', 'stderr']);
  });
});
