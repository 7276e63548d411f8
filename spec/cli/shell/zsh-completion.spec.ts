import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { zshCompletion } from '../../../lib/cli/shell/zsh-completion.js';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { optionsOf } from '../../../lib/cli/usage/parse-command.js';

const hasZsh = spawnSync('zsh', ['-c', 'zmodload zsh/zpty']).status === 0;

describe('the completion of zsh', () => {
  it('tells where it is put, and names all commands and options', () => {
    expect(zshCompletion()).to.match(/^#compdef m2m-token\n.*source <\(m2m-token completion zsh\)/);
    for (const command of COMMANDS) {
      expect(zshCompletion()).to.contain(`    ${command.name})\n`);
      for (const name of Object.keys(optionsOf(command))) expect(zshCompletion()).to.contain(`--${name}[`);
    }
  });

  if (!hasZsh) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-zsh-'));
  before(() => writeFileSync(path.join(folder, 'completion'), zshCompletion()));
  after(() => rmSync(folder, { recursive: true }));

  /** What zsh makes of a line, when Tab is pressed at its end: on a terminal that zsh itself gives it. */
  function completed(line: string): string {
    const script = `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit && compinit -u -D && source ${folder}/completion; m2m-token() { print -r -- "<$*>" }; print rea""dy'
      until zpty -r -t shell text; do sleep 0.01; done
      while [[ $text != *ready* ]]; do zpty -r shell text; done
      zpty -w -n shell $'${line}\\t\\n'
      while [[ $text != *'<'* ]]; do zpty -r shell text || break; done
      print -r -- $text
      zpty -d shell`;
    const { stdout } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8', timeout: 10_000 });
    return /<(.*)>/.exec(stdout)?.[1]?.trim() ?? stdout;
  }

  for (const [line, whole] of [
    ['m2m-token ins', 'inspect'],
    ['m2m-token doctor --try', 'doctor --try-both'],
    ['m2m-token token --output kub', 'token --output kubectl'],
    ['m2m-token token era', 'token erase'],
    ['m2m-token completion z', 'completion zsh'],
    ['m2m-token help sett', 'help settings'],
  ] as const) {
    it(`makes ${whole} of ${line}`, () => expect(completed(line)).to.equal(whole));
  }
});
