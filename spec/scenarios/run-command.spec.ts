import { type ChildProcessWithoutNullStreams, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { BundledProgram } from '../support/bundled-program.js';
import { startNode } from '../support/child.js';
import { HAS_TERMINAL, runInTerminal } from '../support/terminal.js';
import { TokenServer } from '../support/token-server.js';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const ASK = 'curl -sS --unix-socket "$M2M_TOKEN_SOCKET" -H "M2M-Token: 1" http://localhost/token';

describe('a command that is run with a token', () => {
  let program: BundledProgram;
  let server: TokenServer;
  before(async () => {
    [program, server] = await Promise.all([BundledProgram.build(), TokenServer.start()]);
  });
  after(async () => {
    program.remove();
    await server.stop();
  });
  afterEach(() => {
    server.answer = () => ({ body: server.grant() });
  });

  const run = (...command: string[]) => program.run(['run', '--', ...command], server.env);
  const start = (script: string) =>
    startNode([program.file, 'run', '--', process.execPath, '--eval', script], server.env);
  const firstLine = async (child: ChildProcessWithoutNullStreams) =>
    String((await once(child.stdout, 'data'))[0]).trim();

  if (hasCurl) {
    it('gets it by curl, as often as it likes, by one token request', async () => {
      const before = server.requests.length;
      const { code, stdout } = await run('sh', '-c', `${ASK}; ${ASK}`);
      expect([code, stdout]).to.deep.equal([0, `${server.lastToken}\n`.repeat(2)]);
      expect(server.requests.length - before).to.equal(1);
    });

    it('gets one that is renewed meanwhile', async () => {
      server.answer = () => ({ body: { ...server.grant(), expires_in: 2 } });
      const { stdout } = await run('sh', '-c', `${ASK}; sleep 2.2; ${ASK}`);
      const [first, later] = stdout.trim().split('\n');
      expect(later)
        .to.match(/^token-\d+$/)
        .and.not.equal(first);
    });

    describe('whose renewals fail', () => {
      /** What the API was sent. */
      let seen: IncomingHttpHeaders[];
      let api: Server;
      let apiUrl: string;
      beforeEach(async () => {
        seen = [];
        api = createServer(({ headers }, response) => {
          seen.push(headers);
          response.end('an answer');
        }).listen(0, '127.0.0.1');
        await once(api, 'listening');
        apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/`;
        let count = 0;
        server.answer = () => {
          count += 1;
          if (count === 1) return { body: { ...server.grant(), expires_in: 1 } };
          return { status: 401, body: { error: 'invalid_client', error_description: 'x-junk: 1' } };
        };
      });
      afterEach(() => {
        api.closeAllConnections();
        api.close();
      });
      const ASK_FOR = 'curl -fsS --unix-socket "$M2M_TOKEN_SOCKET" -H "M2M-Token: 1" http://localhost';
      const UNTIL_REFUSED = `while ${ASK_FOR}/token >/dev/null 2>&1; do sleep 0.1; done`;

      it('sends no word of the failure to an API, and fails', async () => {
        const line = `${ASK_FOR}/header | curl -fsS -H @- '${apiUrl}'`;
        const { code, stderr } = await run('bash', '-c', `set -o pipefail; ${UNTIL_REFUSED}; ${line}`);
        expect(code).to.equal(22);
        expect(stderr)
          .to.contain('error: 502')
          .and.match(/^m2m-token: the token cannot be renewed: .* answered 401 invalid_client/m);
        expect(seen.map((headers) => Object.keys(headers))).to.deep.equal([['host', 'user-agent', 'accept']]);
      });

      it('takes no word of the failure for a token or a header, also where it does not ask curl to fail', async () => {
        const ask = ASK_FOR.replace('-fsS', '-sS');
        const line = `${ask}/header | curl -sS -H @- '${apiUrl}'; echo "($(${ask}/token))($(${ask}/token.json))($(${ask}/other))"`;
        const { stdout } = await run('bash', '-c', `${UNTIL_REFUSED}; ${line}`);
        expect(stdout).to.equal('an answer()()()\n');
        expect(seen.map((headers) => Object.keys(headers))).to.deep.equal([['host', 'user-agent', 'accept']]);
      });

      it('calls the API with the header that it has waited for', async () => {
        server.answer = () => ({ body: server.grant() });
        const line = `header=$(${ASK_FOR}/header) || exit; printf '%s\\n' "$header" | curl -fsS -H @- '${apiUrl}'`;
        expect((await run('sh', '-c', line)).stdout).to.equal('an answer');
        expect(seen.map(({ authorization }) => authorization)).to.deep.equal([`Bearer ${server.lastToken}`]);
      });

      it('calls no API where there is no header', async () => {
        const line = `header=$(${ASK_FOR}/header) || exit; printf '%s\\n' "$header" | curl -fsS -H @- '${apiUrl}'`;
        expect((await run('sh', '-c', `${UNTIL_REFUSED}; ${line}`)).code).to.equal(22);
        expect(seen).to.deep.equal([]);
      });
    });

    it('is told once why a request got no answer', async () => {
      const ask = 'curl -sS --unix-socket "$M2M_TOKEN_SOCKET" http://localhost/token';
      const { stdout, stderr } = await run('sh', '-c', `${ask}; ${ask}; true`);
      expect(stdout).to.equal('');
      expect(stderr.match(/m2m-token: a request to the socket got no answer/g)).to.have.length(1);
      expect(stderr).to.contain('M2M-Token: 1');
    });
  }

  it('goes on where nobody reads warnings any more', async () => {
    const ask = `await new Promise((resolve) => require('node:http')
      .get({ socketPath: process.env.M2M_TOKEN_SOCKET, path: '/token', headers: HEADERS }, async (answer) => {
        for await (const text of answer) process.stdout.write(text);
        resolve();
      }).on('error', resolve));`;
    const script = `process.stdin.once('data', async () => {
      ${ask.replace('HEADERS', '{}')}
      ${ask.replace('HEADERS', "{ 'M2M-Token': '1' }")}
      process.exit(7);
    });
    console.log('ready');`;
    const child = start(script);
    await firstLine(child);
    child.stderr.destroy();
    child.stdin.write('go');
    const [[text], [code]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect([String(text).trim(), code]).to.deep.equal([server.lastToken, 7]);
  });

  it('is told which folder cannot be written', async () => {
    const env = { ...server.env, TMPDIR: '/nothing/here' };
    const { code, stderr } = await program.run(['run', '--', 'true'], env);
    expect([code, stderr.replace(/\s+/g, ' ').trim()]).to.deep.equal([
      2,
      'm2m-token: The socket cannot be made in the folder for temporary files (ENOENT). Let TMPDIR name one that can be written.',
    ]);
  });

  it('has its own input and output', async () => {
    const { code, stdout, stderr } = await program.run(
      ['run', '--', 'sh', '-c', 'echo out; echo err >&2; exit 9'],
      server.env,
    );
    expect([code, stdout, stderr]).to.deep.equal([9, 'out\n', 'err\n']);
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR2'] as const) {
    it(`gets ${signal}, and may end as it likes; the socket goes with it`, async () => {
      const child = start(
        `process.on('${signal}', () => process.exit(42)); setInterval(() => {}, 1000); console.log(process.env.M2M_TOKEN_SOCKET)`,
      );
      const socket = await firstLine(child);
      expect(existsSync(socket)).to.equal(true);
      child.kill(signal);
      expect(await once(child, 'exit')).to.deep.equal([42, null]);
      expect(existsSync(path.dirname(socket))).to.equal(false);
    });
  }

  it('is ended by a signal, and so is what runs it', async () => {
    const child = start('setInterval(() => {}, 1000); console.log(process.env.M2M_TOKEN_SOCKET)');
    const socket = await firstLine(child);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).to.deep.equal([null, 'SIGTERM']);
    expect(existsSync(path.dirname(socket))).to.equal(false);
  });

  it('reads its secret again when the server refuses the old one', async () => {
    const file = `${program.file}.secret`;
    writeFileSync(file, 'old\n');
    const basic = (secret: string) => `Basic ${Buffer.from(`demo:${secret}`).toString('base64')}`;
    server.answer = () => ({ body: { ...server.grant(), expires_in: 2 } });
    const child = startNode(
      [
        program.file,
        'run',
        '--secret-file',
        file,
        '--',
        process.execPath,
        '--eval',
        'setInterval(() => {}, 1000); console.log(1)',
      ],
      { ...server.env, M2M_CLIENT_SECRET: '' },
    );
    await firstLine(child);
    writeFileSync(file, 'new\n');
    const renewed = new Promise<void>((resolve) => {
      server.answer = () => {
        if (server.credentials.at(-1) === basic('old'))
          return { status: 401, body: { error: 'invalid_client' } };
        resolve();
        return { body: server.grant() };
      };
    });
    await renewed;
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(server.credentials.at(-1)).to.equal(basic('new'));
  });

  if (HAS_TERMINAL) {
    it('has the terminal', async () => {
      const line = `'${process.execPath}' '${program.file}' run -- sh -c 'test -t 0 && test -t 1 && stty size && exit 6'`;
      expect(await runInTerminal(line, server.env)).to.deep.equal({ code: 6, stdout: '24 80\n' });
    });

    it('gets Ctrl-C once, by the terminal itself', async () => {
      const script = `let times = 0;
        process.on("SIGINT", () => { times += 1; setTimeout(() => process.exit(times), 200); });
        setInterval(() => {}, 1000);
        console.log("ready");`;
      const line = `exec '${process.execPath}' '${program.file}' run -- '${process.execPath}' --eval '${script}'`;
      expect((await runInTerminal(line, server.env, '\u0003')).code).to.equal(1);
    });
  }
});
