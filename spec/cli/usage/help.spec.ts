import { expect } from 'chai';
import { SETTINGS } from '../../../lib/cli/settings/setting-names.js';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { EXIT_MEANINGS } from '../../../lib/cli/usage/exit-code.js';
import { commandHelp, flagOf, generalHelp, settingsHelp } from '../../../lib/cli/usage/help.js';
import { tooLong } from '../../support/command.js';

const SCREENS: Readonly<Record<string, string>> = {
  'the first one': generalHelp(),
  'that of the settings': settingsHelp(),
  ...Object.fromEntries(COMMANDS.map((command) => [`that of ${command.name}`, commandHelp(command)])),
};

describe('help', () => {
  for (const [name, text] of Object.entries(SCREENS)) {
    it(`${name} fits a screen of 80 x 24, prompt included`, () => {
      expect(tooLong(text)).to.deep.equal([]);
      expect(text.split('\n').length).to.be.at.most(23);
      expect(text).to.not.match(/undefined|\s$/);
    });
  }

  it('names all commands, all settings, and what exit codes mean', () => {
    for (const { name, summary } of COMMANDS) expect(generalHelp()).to.contain(name).and.contain(summary);
    for (const { variable, help } of SETTINGS)
      expect(settingsHelp()).to.contain(`M2M_${variable} `).and.contain(help.text);
    for (const [code, meaning] of EXIT_MEANINGS)
      expect(generalHelp().replaceAll('\n', ' ')).to.contain(`${code} ${meaning}`);
  });

  it('tells that run holds its command back until there is a token', () => {
    const run = COMMANDS.find(({ name }) => name === 'run');
    if (!run) throw new Error('There is no run.');
    expect(commandHelp(run).replaceAll('\n', ' '))
      .to.contain(run.note)
      .and.contain('starts once there is a token');
  });

  it('names all options of a command', () => {
    for (const command of COMMANDS)
      for (const [name, option] of Object.entries(command.options))
        expect(commandHelp(command))
          .to.contain(`  ${flagOf(name, option)} `)
          .and.contain(option.text);
  });
});
