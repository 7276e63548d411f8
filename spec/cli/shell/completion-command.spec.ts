import { expect } from 'chai';
import { bashCompletion } from '../../../lib/cli/shell/bash-completion.js';
import { zshCompletion } from '../../../lib/cli/shell/zsh-completion.js';
import { runCommand } from '../../support/command.js';

describe('m2m-token completion', () => {
  for (const [shell, script] of [
    ['bash', bashCompletion()],
    ['zsh', zshCompletion()],
  ] as const) {
    it(`prints the script for ${shell}`, async () => {
      expect(await runCommand(['completion', shell])).to.deep.equal({
        ending: 0,
        stdout: script,
        stderr: '',
      });
      expect(JSON.parse((await runCommand(['completion', shell, '--json'])).stdout)).to.deep.equal({
        script,
      });
    });
  }

  for (const words of [[], ['fish'], ['bash', 'zsh'], ['constructor']]) {
    it(`refuses ${words.join(' ') || 'no shell'}`, async () => {
      const { ending, stderr } = await runCommand(['completion', ...words]);
      expect([ending, stderr]).to.deep.equal([2, 'm2m-token: completion: name one shell, bash or zsh.\n']);
    });
  }
});
