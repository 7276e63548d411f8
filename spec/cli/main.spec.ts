import { expect } from 'chai';
import { VERSION } from '../../lib/cli/usage/version.js';
import { runCommand } from '../support/command.js';

describe('runCommandLine', () => {
  for (const args of [['--version'], ['version']]) {
    it(`prints the version for ${args}`, async () => {
      expect(await runCommand(args)).to.deep.equal({ ending: 0, stdout: `${VERSION}\n`, stderr: '' });
    });
  }

  for (const args of [['--help'], ['-h'], ['help']]) {
    it(`prints help for ${args}`, async () => {
      const { ending, stdout, stderr } = await runCommand(args);
      expect([ending, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.contain('Usage: m2m-token COMMAND');
    });
  }

  for (const args of [
    ['token', '--help'],
    ['token', '--output', 'raw', '-h'],
    ['help', 'token'],
  ]) {
    it(`prints help of the command for ${args.join(' ')}`, async () => {
      const { ending, stdout } = await runCommand(args);
      expect(ending).to.equal(0);
      expect(stdout).to.contain('Usage: m2m-token token');
    });
  }

  it('prints the settings', async () => {
    expect((await runCommand(['help', 'settings'])).stdout).to.contain('M2M_CLIENT_SECRET');
  });

  it('shows help on standard error where there is no command, and ends with 2', async () => {
    const { ending, stdout, stderr } = await runCommand([]);
    expect([ending, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.contain('Usage: m2m-token COMMAND');
  });

  for (const args of [
    ['tops3cret'],
    ['help', 'tops3cret'],
    ['constructor'],
    ['token', 'tops3cret'],
    ['token', '--tops3cret'],
  ]) {
    it(`ends with 2 for ${args[0]} ${args.length > 1 ? '…' : ''}, and says where help is`, async () => {
      const { ending, stdout, stderr } = await runCommand(args);
      expect([ending, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(/^m2m-token: /);
    });
  }

  it('shows nothing that a terminal obeys', async () => {
    const { stderr } = await runCommand(['token'], { env: { 'M2M_\u001b[2J': 'x' } });
    expect(stderr).to.contain('M2M_\\u001b[2J is set').and.not.contain('\u001b');
  });

  it('tells a wrong command line as JSON, if that is asked for', async () => {
    const { ending, stderr } = await runCommand(['token', '--json', '--nothing']);
    expect(ending).to.equal(2);
    expect(JSON.parse(stderr)).to.deep.equal({
      error: {
        code: 'ERR_USAGE',
        message: 'There is no option --nothing of token. See m2m-token token --help.',
        exitCode: 2,
      },
    });
  });

  it('names the setting that was given for the server, and no other way to name one', async () => {
    const env = { M2M_ISSUER: 'http://127.0.0.1:1', M2M_CLIENT_ID: 'demo', M2M_CLIENT_SECRET: 's3cret' };
    const { ending, stderr } = await runCommand(['token', '--max-wait', '0.1'], { env });
    expect(ending).to.equal(4);
    expect(stderr)
      .to.contain('is the port in M2M_ISSUER right?')
      .and.not.match(/jwksUri|token-endpoint/);
    const { stderr: json } = await runCommand(['token', '--json', '--max-wait', '0.1'], { env });
    expect(JSON.parse(json).error.message).to.contain('M2M_ISSUER');
  });
});
