import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../lib/testing.js';
import { runNode } from './support/child.js';
import { envOf } from './support/command.js';

const PROGRAM = ['--import', 'tsx', 'lib/cli.ts'];

describe('the program m2m-token', () => {
  let server: TokenServer;
  before(async () => {
    server = await startTokenServer({ token: 'the-token' });
  });
  after(() => server.close());

  it('writes the token to standard output, and ends at once', async () => {
    const result = await runNode([...PROGRAM, 'token'], envOf(server));
    expect(result).to.deep.equal({ code: 0, stdout: 'the-token\n', stderr: '' });
  });

  it('writes messages to standard error, and ends with their exit code', async () => {
    const { code, stdout, stderr } = await runNode([...PROGRAM, 'token'], {
      ...envOf(server),
      M2M_CLIENT_ID: '',
    });
    expect([code, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.match(/^m2m-token: Not set: the client \(/);
  });

  it('is content with a reader that goes away', async () => {
    const child = spawn(process.execPath, [...PROGRAM, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect([code, stderr]).to.deep.equal([0, '']);
  });

  if (existsSync('/dev/full')) {
    it('tells that its output cannot be written', async () => {
      const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
      const child = spawn(process.execPath, [...PROGRAM, 'help'], { stdio: [...stdio] });
      let stderr = '';
      child.stderr?.on('data', (text) => {
        stderr += text;
      });
      const [code] = await once(child, 'close');
      expect([code, stderr]).to.deep.equal([1, 'm2m-token: standard output cannot be written (ENOSPC).\n']);
    });
  }
});
