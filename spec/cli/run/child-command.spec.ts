import { expect } from 'chai';
import { runChildCommand } from '../../../lib/cli/run/child-command.js';
import { CommandError } from '../../../lib/cli/run/command-error.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { rejection } from '../../support/rejection.js';

const run = (command: readonly string[], isOnTerminal = false) =>
  runChildCommand(command, process.env, isOnTerminal);
const node = (script: string) => [process.execPath, '--eval', script];
const listeners = () => ['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => process.listenerCount(name));

describe('runChildCommand', () => {
  for (const code of [0, 1, 3, 255]) {
    it(`ends with the command's exit code ${code}`, async () => {
      expect(await run(node(`process.exit(${code})`))).to.equal(code);
    });
  }

  it("ends by the command's signal", async () => {
    expect(await run(node('process.kill(process.pid, "SIGKILL")'))).to.equal('SIGKILL');
  });

  it('hands arguments and environment on', async () => {
    const script = 'process.exit(process.argv[1] === "a b" && process.env.X === "y" ? 7 : 1)';
    expect(await runChildCommand([...node(script), 'a b'], { ...process.env, X: 'y' }, false)).to.equal(7);
  });

  it('tells that there is no command, that it is not found, and that it cannot be run', async () => {
    expect(await rejection(run([]))).to.be.instanceOf(UsageError);
    expect(await rejection(run(['/nothing/here'])))
      .to.be.instanceOf(CommandError)
      .and.include({ exitCode: 127 });
    expect(await rejection(run([process.cwd()])))
      .to.be.instanceOf(CommandError)
      .and.include({ exitCode: 126 });
  });

  it('leaves no listener for signals behind', async () => {
    const before = listeners();
    await run(node(''));
    await rejection(run(['/nothing/here']));
    expect(listeners()).to.deep.equal(before);
  });
});
