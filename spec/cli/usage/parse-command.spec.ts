import { expect } from 'chai';
import { COMMANDS } from '../../../lib/cli/usage/commands.js';
import { parseCommand } from '../../../lib/cli/usage/parse-command.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { thrown } from '../../support/rejection.js';

const [TOKEN] = COMMANDS;
const parse = (...args: string[]) => {
  if (!TOKEN) throw new Error('There is no first command.');
  return parseCommand(TOKEN, args);
};

describe('parseCommand', () => {
  it('reads options of the command and of settings, words, and what stands behind --', () => {
    const { values, words, rest } = parse(
      '--output',
      'git',
      '--host=a',
      '--host',
      'b',
      '--allow-http',
      'get',
      '--',
      '-x',
      '--',
    );
    expect({ ...values }).to.deep.equal({ output: 'git', host: ['a', 'b'], 'allow-http': true });
    expect([words, rest]).to.deep.equal([['get'], ['-x', '--']]);
    expect(parse().rest).to.equal(undefined);
  });

  const secrets = [
    '--client-secret=tops3cret',
    '--client-secret',
    '--secret',
    '--clientSecret=x',
    '--password',
    '-secret',
    '--SECRET=x',
    '--client_secret',
  ];
  for (const word of secrets) {
    it(`refuses a secret as an argument, and repeats none of it: ${word.split('=')[0]}`, () => {
      const error = thrown(() => parse('--json', word, 'tops3cret'));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message)
        .to.match(/^A secret is never given as an argument/)
        .and.contain('--secret-file');
      expect(error.message).to.not.contain('tops3cret');
    });
  }

  it('takes the file of a secret, and leaves the arguments of others alone', () => {
    expect(parse('--secret-file', '-').values).to.include({ 'secret-file': '-' });
    expect(parse('--', '--password', 'x').rest).to.deep.equal(['--password', 'x']);
  });

  it('tells that -- is missing, where an option may be of the command', () => {
    const run = COMMANDS.find(({ name }) => name === 'run');
    if (!run) throw new Error('There is no run.');
    expect(thrown(() => parseCommand(run, ['bash', '-c', 'x'])).message).to.equal(
      'There is no option -c of run. If it is of your command: write m2m-token run -- COMMAND [ARGUMENT...]. See m2m-token run --help.',
    );
    const { message } = thrown(() => parseCommand(run, ['--colour', '--', 'x']));
    expect(message).to.equal('There is no option --colour of run. See m2m-token run --help.');
  });

  it('refuses what is of use beside another option alone', () => {
    const needs = '--host is for --output git alone. See m2m-token token --help.';
    expect(thrown(() => parse('--host', 'a')).message).to.equal(needs);
    expect(thrown(() => parse('--host', 'a', '--output', 'raw')).message).to.equal(needs);
    const inspect = COMMANDS.find(({ name }) => name === 'inspect');
    if (!inspect) throw new Error('There is no inspect.');
    for (const option of ['--audience', '--algorithm', '--issuer', '--subdomain', '--jwks-uri']) {
      expect(thrown(() => parseCommand(inspect, [option, 'a'])).message).to.equal(
        `${option} is for --verify alone. See m2m-token inspect --help.`,
      );
      parseCommand(inspect, [option, 'a', '--verify']);
    }
  });

  const wrong: readonly [args: string[], words: string][] = [
    [['--colour=tops3cret'], 'There is no option --colour of token.'],
    [['-x', 'tops3cret'], 'There is no option -x of token.'],
    [['-xtops3cret'], 'There is no option -x of token.'],
    [['--output'], '--output has no value'],
    [['--output', '--json'], '--output has no value'],
    [['--json=tops3cret'], '--json has no value, or has one where it takes none.'],
  ];
  for (const [args, words] of wrong) {
    it(`refuses ${args.join(' ').replace('tops3cret', '…')}`, () => {
      const { message } = thrown<UsageError>(() => parse(...args));
      expect(message).to.contain(words).and.contain('m2m-token token --help');
      expect(message).to.not.contain('tops3cret');
    });
  }
});
