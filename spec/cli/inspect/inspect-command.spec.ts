import { expect } from 'chai';
import { runCommandLine } from '../../../lib/cli/main.js';
import { inputOf, KeptOutput, runCommand } from '../../support/command.js';
import { jwt } from '../../support/jwt.js';
import { jsonAnswer, RawServer } from '../../support/raw-server.js';

const token = jwt({
  iss: 'a',
  aud: 'b',
  exp: Math.ceil(Date.now() / 1_000) + 60,
  iat: Math.ceil(Date.now() / 1_000),
}).replace(/[^.]*$/, 'A'.repeat(342));
const VERIFY = ['inspect', '--verify', '--issuer', 'http://127.0.0.1:9', '--audience', 'b'];

describe('m2m-token inspect', () => {
  it('shows what a token holds, as text and as JSON', async () => {
    const { ending, stdout, stderr } = await runCommand(['inspect'], { stdin: token });
    expect([ending, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.contain('"iss": "a"').and.not.contain('Odd');
    const { stdout: json } = await runCommand(['inspect', '--json'], { stdin: token });
    expect(JSON.parse(json)).to.deep.include({ kind: 'JWT', odd: [], verified: false });
  });

  it('colours for terminals alone', async () => {
    expect((await runCommand(['inspect'], { stdin: token, isTTY: true })).stdout).to.contain('\u001b[');
    expect((await runCommand(['inspect'], { stdin: token })).stdout).to.not.contain('\u001b[');
    const env = { NO_COLOR: '1' };
    expect((await runCommand(['inspect'], { stdin: token, isTTY: true, env })).stdout).to.not.contain(
      '\u001b[',
    );
  });

  it('ends with 3 where a token is refused, and still shows it', async () => {
    const { ending, stdout } = await runCommand(VERIFY, {
      stdin: jwt({ iss: 'a' }).replace(/\.[^.]*$/, '.A'),
    });
    expect(ending).to.equal(3);
    expect(stdout).to.contain('(ERR_TOKEN_MALFORMED)').and.contain('"iss": "a"');
  });

  it('wants the token on standard input, not among the arguments', async () => {
    const { ending, stderr } = await runCommand(['inspect', token]);
    expect(ending).to.equal(2);
    expect(stderr).to.contain('on standard input').and.not.contain(token);
    expect((await runCommand(['inspect'])).stderr).to.equal(
      'm2m-token: There is no token on standard input.\n',
    );
  });

  it('says what it waits for on a terminal', async () => {
    const [stdout, stderr] = [new KeptOutput(), new KeptOutput()];
    const stdin = Object.assign(inputOf(token), { isTTY: true });
    expect(await runCommandLine({ args: ['inspect'], env: {}, stdin, stdout, stderr })).to.equal(0);
    expect(stderr.text).to.equal('Paste the token, then press Enter and Ctrl-D.\n');
  });

  it('ends with 2 for what is no token', async () => {
    for (const stdin of ['<html>', '{"error":"x"}', token.slice(0, 60)]) {
      const { ending, stdout, stderr } = await runCommand(['inspect'], { stdin });
      expect([ending, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(/^m2m-token: This /);
    }
  });

  it('reads what token --output kubectl prints', async () => {
    const stdin = JSON.stringify({ kind: 'ExecCredential', status: { token } });
    const { ending, stdout } = await runCommand(['inspect'], { stdin });
    expect([ending, stdout.includes('"iss": "a"')]).to.deep.equal([0, true]);
  });

  it('ends with 3 where the issuer is another, or none', async () => {
    let answer = '';
    const server = await RawServer.start((socket) => void socket.end(answer));
    const issuer = `http://127.0.0.1:${server.port}`;
    const verify = async (given: string) => {
      answer = given;
      const args = ['inspect', '--verify', '--issuer', issuer, '--audience', 'b'];
      return (await runCommand(args, { stdin: token })).ending;
    };
    const metadata = { issuer: 'https://other.example', jwks_uri: `${issuer}/jwks` };
    const ofAnother = await verify(jsonAnswer(200, metadata, 'Connection: close\r\n'));
    const page = await verify(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>',
    );
    await server.stop();
    expect([ofAnother, page]).to.deep.equal([3, 3]);
  });
});
