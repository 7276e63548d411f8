import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runChildCommand } from '../../../lib/cli/run/child-command.js';
import { CommandError } from '../../../lib/cli/usage/command-error.js';
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
    for (const command of [process.cwd(), `${process.execPath}/x`])
      expect(await rejection(run([command])))
        .to.be.instanceOf(CommandError)
        .and.include({ exitCode: 126 });
  });

  for (const [isOnTerminal, times] of [
    [false, 1],
    [true, 0],
  ] as const) {
    it(`hands on what keys of a terminal send ${times ? 'without' : 'not with'} a terminal`, async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-child-'));
      const ready = path.join(folder, 'ready');
      const script = `let times = 0;
        process.on('SIGQUIT', () => { times += 1; });
        process.on('SIGHUP', () => process.exit(times));
        process.on('SIGUSR2', () => undefined);
        setInterval(() => undefined, 1_000);
        require('node:fs').writeFileSync(${JSON.stringify(ready)}, '');`;
      const ended = run(node(script), isOnTerminal);
      while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 5));
      process.emit('SIGQUIT', 'SIGQUIT');
      process.emit('SIGUSR2', 'SIGUSR2');
      await new Promise((resolve) => setTimeout(resolve, 100));
      process.emit('SIGHUP', 'SIGHUP');
      expect(await ended).to.equal(times);
      rmSync(folder, { recursive: true });
    });
  }

  it('leaves no listener for signals behind', async () => {
    const before = listeners();
    await run(node(''));
    await rejection(run(['/nothing/here']));
    expect(listeners()).to.deep.equal(before);
  });
});
