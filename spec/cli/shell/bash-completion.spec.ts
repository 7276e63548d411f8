import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { bashCompletion } from '../../../lib/cli/shell/bash-completion.js';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { HAS_TERMINAL, runInTerminal } from '../../support/terminal.js';

const NAMES = COMMANDS.map(({ name }) => name);

/** What bash offers for these words, the last of which is being written. */
function offered(...words: readonly string[]): string[] {
  const quoted = ['m2m-token', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${bashCompletion()}
    COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}
    compopt() { :; }
    _m2m_token; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('the completion of bash', () => {
  it('tells where it is put, and names all commands', () => {
    expect(bashCompletion()).to.match(/source <\(m2m-token completion bash\)/);
    for (const name of NAMES) expect(bashCompletion()).to.contain(`${name})`);
  });

  // That of macOS is older than what the script needs.
  if (spawnSync('bash', ['-c', 'type mapfile']).status !== 0) return;

  const cases: readonly [words: readonly string[], offered: readonly string[]][] = [
    [[''], [...NAMES, 'help', '--help', '--version']],
    [['do'], ['doctor']],
    [['doctor', '--tr'], ['--try-both']],
    [
      ['token', '--output', ''],
      ['raw', 'json', 'header', 'kubectl', 'git'],
    ],
    [['token', '--output', 'k'], ['kubectl']],
    [['token', '--output', '=', 'k'], ['kubectl']],
    [
      ['token', '--output', '='],
      ['raw', 'json', 'header', 'kubectl', 'git'],
    ],
    [
      ['token', '--authentication', 'basic'],
      ['basic', 'basic-raw'],
    ],
    [['token', 'g'], ['get']],
    [['doctor', '--scope', ''], []],
    [['doctor', '--secret-file', 'package.js'], ['package.json']],
    [['completion', 'z'], ['zsh']],
    [['help', 'set'], ['settings']],
    [['run', '--', 'package.js'], ['package.json']],
    [['nothing', ''], []],
  ];
  for (const [words, found] of cases) {
    it(`offers ${found.join(' ') || 'nothing'} for ${words.join(' ')}`, () => {
      expect(offered(...words)).to.deep.equal(found);
    });
  }

  if (!HAS_TERMINAL) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-bash-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const [line, whole] of [
    ['m2m-token token --output=k', 'token --output=kubectl'],
    ['m2m-token token --output k', 'token --output kubectl'],
    ['m2m-token token --authentication=pr', 'token --authentication=private_key_jwt'],
  ] as const) {
    it(`makes ${whole} of ${line} and Tab, in a real shell`, async () => {
      const file = path.join(folder, 'rc');
      // Typed at the first prompt, when Tab is understood.
      writeFileSync(file, `${bashCompletion()}\nm2m-token() { echo "<$*>"; exit 0; }\nPS1='rea''dy '`);
      const { stdout } = await runInTerminal(`bash --noprofile --rcfile '${file}' -i`, {}, `${line}\t\n`);
      expect(/<(.*)>/.exec(stdout)?.[1]?.trim()).to.equal(whole);
    });
  }
});
