import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../../../lib/testing.js';
import { envOf, runCommand, tooLong } from '../../support/command.js';

describe('m2m-token token', () => {
  let server: TokenServer;
  beforeEach(async () => {
    server = await startTokenServer({
      clientId: 'demo',
      clientSecret: 's3cret-v1',
      token: ['token-1', 'token-2'],
    });
  });
  afterEach(() => server.close());
  const token = (args: string[] = [], env: NodeJS.ProcessEnv = {}, stdin = '') =>
    runCommand(['token', ...args], { env: { ...envOf(server), ...env }, stdin });

  it('prints a new token each time, by one request, and nothing else', async () => {
    expect(await token()).to.deep.equal({ ending: 0, stdout: 'token-1\n', stderr: '' });
    expect((await token()).stdout).to.equal('token-2\n');
    expect(server.counts.token).to.equal(2);
  });

  it('sends what the settings say', async () => {
    await token(['--authentication', 'post', '--scope', 'read', '--parameters', 'audience=x'], {
      M2M_SCOPE: 'write',
    });
    expect(Object.fromEntries(new URLSearchParams(server.requests.at(-1)?.body))).to.deep.equal({
      grant_type: 'client_credentials',
      client_id: 'demo',
      client_secret: 's3cret-v1',
      scope: 'read',
      audience: 'x',
    });
  });

  it('takes the secret from standard input', async () => {
    server.addClient({ clientId: 'demo', clientSecret: 'other-s3cret' });
    expect((await token(['--secret-file', '-'], {}, 'other-s3cret\n')).ending).to.equal(0);
    expect(server.requests.at(-1)?.headers.authorization).to.equal(
      `Basic ${Buffer.from('demo:other-s3cret').toString('base64')}`,
    );
  });

  it('tells on standard error what is refused, how the setting is given, and ends with 3', async () => {
    server.fail({ status: 401, error: 'invalid_client' });
    const { ending, stdout, stderr } = await token();
    expect([ending, stdout]).to.deep.equal([3, '']);
    expect(stderr).to.match(/^m2m-token: http:.* answered 401 invalid_client\. The usual causes/);
    expect(stderr).to.contain('clientSecret is M2M_CLIENT_SECRET');
    const { stderr: narrow } = await runCommand(['token'], { env: envOf(server), isTTY: true });
    expect(tooLong(narrow)).to.deep.equal([]);
  });

  it('tells the same as JSON', async () => {
    server.fail({ status: 401, error: 'invalid_client' });
    const { ending, stdout, stderr } = await token(['--json']);
    expect([ending, stdout]).to.deep.equal([3, '']);
    const { error } = JSON.parse(stderr);
    expect(error).to.include({ code: 'ERR_TOKEN_ENDPOINT', exitCode: 3 });
    expect(error.message).to.contain('invalid_client');
    expect(error.settings).to.contain('M2M_CLIENT_SECRET');
  });

  it('shows no secret that the server repeats, and nothing that a terminal obeys', async () => {
    const words = `no s3cret-v1, ${Buffer.from('demo:s3cret-v1').toString('base64')} \u001b[31m`;
    server.fail({ status: 401, error: 'invalid_client', errorDescription: words });
    for (const command of [
      ['token'],
      ['token', '--json'],
      ['doctor'],
      ['doctor', '--json'],
      ['run', '--', 'true'],
    ]) {
      const { stdout, stderr } = await runCommand(command, { env: envOf(server) });
      expect(stdout + stderr).to.contain('[secret]');
      expect(stdout + stderr)
        .to.not.match(/s3cret-v1|ZGVtbzpzM2NyZXQtdjE/)
        .and.not.contain('\u001b');
    }
  });

  it('waits for no longer than it may for a server that is busy, and ends with 4', async () => {
    server.fail({ status: 503 });
    const { ending, stderr } = await token(['--max-wait', '0.2']);
    expect(ending).to.equal(4);
    expect(stderr).to.contain('answered 503');
  });

  it('names --max-wait, in the place of an option of the library', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const args = ['--token-endpoint', `http://127.0.0.1:${port}/token`, '--max-wait', '0.2'];
    const { ending, stderr } = await token(args);
    silent.close();
    expect(ending).to.equal(4);
    expect(stderr).to.contain('within 200 ms (--max-wait)').and.not.contain('maxWaitMs');
  });

  it('names its own methods', async () => {
    const { ending, stderr } = await token(['--authentication', 'client_secret_post']);
    expect([ending, stderr]).to.deep.equal([
      2,
      'm2m-token: --authentication: must be one of basic, basic-raw, post, private_key_jwt, client_secret_jwt, client_assertion, ' +
        'tls_client_auth. What OAuth calls client_secret_post is post here.\n',
    ]);
  });

  it('tells of a variable that is misspelt, and asks all the same', async () => {
    const { ending, stdout, stderr } = await token([], { M2M_SCOP: 'read' });
    expect([ending, stdout]).to.deep.equal([0, 'token-1\n']);
    expect(stderr).to.equal('m2m-token: M2M_SCOP is set, but nothing reads that: is M2M_SCOPE meant?\n');
  });

  for (const seconds of ['x', '-1', '3601', '', '1e3', 'Infinity']) {
    it(`refuses to wait for ${JSON.stringify(seconds)} seconds`, async () => {
      const { ending, stderr } = await token([`--max-wait=${seconds}`]);
      expect([ending, stderr]).to.deep.equal([
        2,
        'm2m-token: --max-wait: must be a number of seconds, at most 3600.\n',
      ]);
    });
  }

  it('ends with 2 where a setting is wrong, and repeats no secret', async () => {
    const { ending, stderr } = await token([], { M2M_CLIENT_SECRET: 'tops3cret\n' });
    expect(ending).to.equal(2);
    expect(stderr)
      .to.match(/^m2m-token: clientSecret: contains a line break/)
      .and.not.match(/tops3cret|trim\(\)/);
  });
});
