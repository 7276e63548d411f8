import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { COMMANDS } from '../../lib/cli/usage/commands.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { BundledProgram } from '../support/bundled-program.js';
import { envOf, tooLong } from '../support/command.js';
import { jwt } from '../support/jwt.js';
import { HAS_TERMINAL, runInTerminal, shownText } from '../support/terminal.js';

interface Shown {
  readonly what: string;
  /** For a shell; `TOKEN` is a file with a token. */
  readonly line: string;
  readonly hasColours?: boolean;
  readonly code?: number;
}

const SHOWN: readonly Shown[] = [
  ...['help', 'help settings', ...COMMANDS.map(({ name }) => `${name} --help`)].map((line) => ({
    what: line,
    line,
  })),
  { what: 'no command', line: '', code: 2 },
  { what: 'a wrong option', line: 'token --nothing', code: 2 },
  { what: 'a secret as an argument', line: 'token --client-secret x', code: 2 },
  { what: 'a refused client', line: 'token', code: 3 },
  { what: 'inspect', line: 'inspect <TOKEN', hasColours: true },
  {
    what: 'inspect, refused',
    line: 'inspect --verify --issuer http://127.0.0.1:9 --audience a --algorithm ES256 <TOKEN',
    hasColours: true,
    code: 3,
  },
  { what: 'doctor', line: 'doctor', hasColours: true, code: 3 },
  { what: 'doctor, without settings', line: 'doctor --client-id=', hasColours: true, code: 2 },
];

const specs = () => {
  let program: BundledProgram;
  let server: TokenServer;
  before(async () => {
    [program, server] = await Promise.all([BundledProgram.build(), startTokenServer()]);
    const seconds = Math.floor(Date.now() / 1_000);
    writeFileSync(
      `${program.file}.token`,
      jwt({ iat: seconds - 90_000, exp: seconds - 60, nbf: 1, scope: 'read' }),
    );
  });
  beforeEach(() => {
    server.recover();
    server.fail({ status: 401, error: 'invalid_client', errorDescription: 'no '.repeat(50) });
  });
  after(async () => {
    program.remove();
    await server.close();
  });

  for (const line of ['token >/dev/null', 'run -- echo started']) {
    it(`${line}: tells while it waits why no token comes, until one comes`, async () => {
      // Until the terminal has shown it.
      server.fail({ status: 503, retryAfter: 1 });
      const command = `'${process.execPath}' '${program.file}' ${line}`;
      const { code, stdout } = await runInTerminal(command, envOf(server), '', (shown) => {
        if (shown.includes('again')) server.recover();
      });
      expect(code).to.equal(0);
      expect(shownText(stdout)).to.match(
        /^m2m-token: no token yet: http:\S+ answered 503[^;]*; trying again (started )?$/,
      );
      expect(tooLong(stdout)).to.deep.equal([]);
    });
  }

  it('says nothing to a script that waits', async () => {
    server.fail([
      { status: 503, retryAfter: 2 },
      { status: 503, retryAfter: 2 },
    ]);
    const { code, stdout, stderr } = await program.run(['token'], envOf(server));
    expect([code, stdout.trim().split('\n').length, stderr]).to.deep.equal([0, 1, '']);
  });

  for (const { what, line, hasColours = false, code = 0 } of SHOWN) {
    it(`${what}: has no line that is too long, and colours for the terminal alone`, async () => {
      const command = `'${process.execPath}' '${program.file}' ${line.replace('TOKEN', `'${program.file}.token'`)}`;
      const { M2M_CLIENT_ID, ...others } = envOf(server);
      const env = {
        NO_COLOR: undefined,
        FORCE_COLOR: undefined,
        ...others,
        M2M_CLIENT_ID: line.includes('client-id') ? '' : M2M_CLIENT_ID,
      };
      const shown = await runInTerminal(command, env);
      expect(tooLong(shown.stdout)).to.deep.equal([]);
      expect([shown.code, shown.stdout.includes('\u001b[')]).to.deep.equal([code, hasColours]);
      const plain = await runInTerminal(command, { ...env, NO_COLOR: '1' });
      expect(plain.stdout).to.not.contain('\u001b[');
      const piped = await runInTerminal(`${command} 2>&1 | cat`, env);
      expect(piped.stdout).to.not.contain('\u001b[');
      expect(piped.stdout.replace(/\s+/g, ' ').slice(0, 60)).to.equal(
        plain.stdout.replace(/\s+/g, ' ').slice(0, 60),
      );
    });
  }
};

// Other systems have another `script`.
if (HAS_TERMINAL) describe('what m2m-token shows on a terminal of 80 columns, and into a pipe', specs);
