import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../../../lib/testing.js';
import { envOf, runCommand } from '../../support/command.js';

const node = (script: string) => ['--', process.execPath, '--eval', script];

describe('m2m-token run', () => {
  let server: TokenServer;
  before(async () => {
    server = await startTokenServer({ clientId: 'demo', clientSecret: 's3cret-v1', token: 'token-7' });
  });
  after(() => server.close());
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    runCommand(['run', ...args], { env: { ...process.env, ...envOf(server), ...env } });

  it("ends with the command's exit code, and says nothing", async () => {
    expect(await run(node('process.exit(5)'))).to.deep.equal({ ending: 5, stdout: '', stderr: '' });
  });

  it('gives the command a socket, and no secret', async () => {
    const script = `
      const { M2M_TOKEN_SOCKET, M2M_CLIENT_ID } = process.env;
      const hasSecret = Object.values(process.env).some((value) => value.includes('s3cret-v1'));
      process.exit(require('fs').statSync(M2M_TOKEN_SOCKET).isSocket() && M2M_CLIENT_ID === 'demo' && !hasSecret ? 0 : 1);`;
    expect((await run(node(script), { ONELOGIN_CLIENT_SECRET: 's3cret-v1' })).ending).to.equal(0);
  });

  it('puts the first token into a variable if it is told to, and warns of its end', async () => {
    const script = 'process.exit(Number(process.env.API_TOKEN.split("-")[1]))';
    const before = server.counts.token;
    const { ending, stderr } = await run(['--env', 'API_TOKEN', ...node(script)]);
    expect([ending, server.counts.token - before]).to.deep.equal([7, 1]);
    expect(stderr).to.match(
      /^m2m-token: the token in API_TOKEN ends at \d{4}-.*Z \(in (10 min|9 min 59 s)\), and is not renewed there/,
    );
    expect(stderr).to.not.contain('token-7');
  });

  it('does not start the command where there is no token', async () => {
    server.fail([{ status: 401, error: 'invalid_client' }]);
    const { ending, stderr } = await run(node('process.exit(5)'));
    expect(ending).to.equal(3);
    expect(stderr).to.contain('invalid_client');
  });

  it('tells that a command is not found, as shells do', async () => {
    const { ending, stderr } = await run(['--', '/nothing/here']);
    expect([ending, stderr]).to.deep.equal([
      127,
      'm2m-token: The command behind -- is not found: is it on PATH?\n',
    ]);
    const asJson = await run(['--json', '--', '/nothing/here']);
    expect(JSON.parse(asJson.stderr).error).to.include({ code: 'ERR_COMMAND', exitCode: 127 });
  });

  it('refuses a variable that programs take for something else', async () => {
    for (const name of ['PATH', 'HOME', 'LD_PRELOAD', 'NODE_OPTIONS', 'LC_ALL', 'https_proxy']) {
      const { ending, stderr } = await run(['--env', name, '--', 'true']);
      expect([ending, stderr]).to.deep.equal([
        2,
        `m2m-token: --env: ${name} is read by the system or by programs, which would take the token for something else. Give another name, as API_TOKEN.\n`,
      ]);
    }
  });

  it('tells of a variable that is misspelt', async () => {
    const { ending, stderr } = await run(node('process.exit(5)'), { M2M_SCOP: 'read' });
    expect([ending, stderr]).to.deep.equal([
      5,
      'm2m-token: M2M_SCOP is set, but nothing reads that: is M2M_SCOPE meant?\n',
    ]);
  });

  for (const args of [
    [],
    ['--'],
    ['job.sh'],
    ['job.sh', '--', 'x'],
    ['--env', 'a-b', '--', 'x'],
    ['--env', '1', '--', 'x'],
    ['--env', 'M2M_TOKEN_SOCKET', '--', 'x'],
  ]) {
    it(`refuses ${args.join(' ') || 'nothing'}`, async () => {
      const before = server.counts.token;
      expect((await run(args)).ending).to.equal(2);
      expect(server.counts.token).to.equal(before);
    });
  }
});
