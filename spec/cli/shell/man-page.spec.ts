import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { SETTINGS } from '../../../lib/cli/settings/setting-names.js';
import { manPage } from '../../../lib/cli/shell/man-page.js';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { EXIT_MEANINGS } from '../../../lib/cli/usage/exit-code.js';

const has = (program: string, ...args: string[]) => spawnSync(program, args, { input: '' }).status === 0;
/** As it is shown: hyphens and all. */
const shown = manPage().replaceAll('\\-', '-').replaceAll('\\e', '\\');

describe('the manual page', () => {
  it('tells all commands with their options and examples, all settings and all exit codes', () => {
    for (const { name, options, examples, description, note = '' } of COMMANDS) {
      expect(shown).to.contain(`.SS ${name}\n`).and.contain(description).and.contain(note);
      for (const option of Object.keys(options)) expect(shown).to.contain(`.B --${option}`);
      for (const { command } of examples) expect(shown).to.contain(command);
    }
    for (const variable of ['M2M_AUDIENCE', 'M2M_TOKEN_SOCKET']) expect(shown).to.contain(`.B ${variable}`);
    for (const { variable } of SETTINGS) expect(shown).to.contain(`.B M2M_${variable}`);
    for (const [code, meaning] of EXIT_MEANINGS) expect(shown).to.contain(`.B ${code}\n${meaning}\n`);
  });

  if (has('mandoc', '-T', 'lint')) {
    it('has no error in its macros', () => {
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'error'], {
        input: manPage(),
        encoding: 'utf8',
      });
      expect(stdout).to.equal('');
    });
  }

  if (has('groff', '-man', '-Tutf8')) {
    it('is shown in 80 columns, with no word of the macros', () => {
      const args = ['-man', '-Tutf8', '-ww', '-rLL=78n', '-P-cbou'];
      const { stdout, stderr } = spawnSync('groff', args, { input: manPage(), encoding: 'utf8' });
      expect(stderr).to.equal('');
      expect(stdout)
        .to.contain('M2M_CLIENT_SECRET')
        .and.match(/\n\n +run ends as its command ends/)
        .and.not.match(/^\.[A-Z]|\\-/m);
    });
  }
});
