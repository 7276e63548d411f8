import { expect } from 'chai';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { settingsHelp } from '../../../lib/cli/usage/help.js';
import { optionsOf, parseCommand } from '../../../lib/cli/usage/parse-command.js';

/** The arguments of an example, as a shell would split them; what follows a pipe is another command's. */
function argumentsOf(command: string): string[] | undefined {
  const [own = ''] = command.split(/[|<>)'"]/).filter((part) => part.includes('m2m-token '));
  const words = own.slice(own.indexOf('m2m-token ')).trim().split(/\s+/);
  return words.length > 1 ? words.slice(1) : undefined;
}

describe('COMMANDS', () => {
  for (const command of COMMANDS) {
    it(`${command.name} tells each option in a few words`, () => {
      for (const [name, { text, value, type, choices = [] }] of Object.entries(optionsOf(command))) {
        expect(name).to.match(/^[a-z][a-z-]*$/);
        expect(text).to.match(/^\S.*[^.\s]$/);
        expect(value === undefined, name).to.equal(type === 'boolean');
        for (const choice of choices) expect(`${text} ${settingsHelp()}`, name).to.contain(choice);
      }
    });

    it(`${command.name} takes its own examples`, () => {
      const read = command.examples
        .map(({ command: line }) => argumentsOf(line))
        .filter((args) => args !== undefined);
      for (const [name, ...args] of read) {
        const other = COMMANDS.find((one) => one.name === name);
        if (!other) throw new Error(`There is no ${name}.`);
        parseCommand(other, args);
      }
    });
  }
});
