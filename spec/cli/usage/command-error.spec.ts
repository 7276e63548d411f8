import { expect } from 'chai';
import { CommandError } from '../../../lib/cli/usage/command-error.js';

describe('CommandError', () => {
  for (const [code, exitCode, words] of [
    ['ENOENT', 127, 'is not found'],
    ['EACCES', 126, 'cannot be run (EACCES): may this user execute it?'],
    ['E2BIG', 126, 'cannot be run (E2BIG).'],
  ] as const) {
    it(`ends with ${exitCode} for ${code}, as shells do`, () => {
      const error = new CommandError(code);
      expect(error).to.include({ name: 'CommandError', code: 'ERR_COMMAND', exitCode });
      expect(error.message).to.contain(words);
    });
  }
});
