import { expect } from 'chai';
import type { CommandAction } from '../../../lib/cli/usage/command.js';
import { runCommand } from '../../support/command.js';

describe('CommandAction', () => {
  it('gives the exit code, or the signal, by which the program ends', async () => {
    const ended: CommandAction = async () => 'SIGTERM';
    const { ending } = await runCommand(['--version']);
    expect([ending, await ended({} as never, {} as never)]).to.deep.equal([0, 'SIGTERM']);
  });
});
