import { explainOptions } from './messages/explain-options.js';
import { inOwnWords } from './messages/own-words.js';
import { collectSettings, type GivenSettings } from './settings/given-settings.js';
import type { CommandIo, Ending, Output } from './terminal/command-io.js';
import { columnsOf, wrapText } from './terminal/layout-text.js';
import { printable } from './terminal/printable.js';
import { runToken } from './token/token-command.js';
import type { CommandAction } from './usage/command.js';
import { COMMANDS } from './usage/commands.js';
import { EXIT, exitCodeOf, isTellable } from './usage/exit-code.js';
import { parseCommand } from './usage/parse-command.js';
import { UsageError } from './usage/usage-error.js';
import { VERSION } from './usage/version.js';

/** Loaded when they are asked for: a token should be printed without waiting for them. */
const ACTIONS: Readonly<Record<string, () => CommandAction | Promise<CommandAction>>> = {
  token: () => runToken,
  inspect: async () => (await import('./inspect/inspect-command.js')).runInspect,
  doctor: async () => (await import('./doctor/doctor-command.js')).runDoctor,
  run: async () => (await import('./run/run-command.js')).runCommandWithToken,
  completion: async () => (await import('./shell/completion-command.js')).printCompletion,
  man: async () => (await import('./shell/man-command.js')).printManPage,
};

/** Runs `m2m-token`: reads its arguments, does what they say, and tells what went wrong on standard error. */
export async function runCommandLine(io: CommandIo): Promise<Ending> {
  try {
    return await dispatch(io);
  } catch (error) {
    if (!isTellable(error)) throw error;
    const exitCode = exitCodeOf(error);
    const isJson = io.args.slice(0, endOfOptions(io.args)).includes('--json');
    const given = givenSettings(io);
    const message = inOwnWords(error.message, { command: io.args[0] ?? '', given });
    const told = { code: error.code, message, explained: explainOptions(message, given), exitCode };
    io.stderr.write(isJson ? `${JSON.stringify(describeError(told))}\n` : tellError(told, io.stderr));
    return exitCode;
  }
}

async function dispatch(io: CommandIo): Promise<Ending> {
  const [name = '', ...args] = io.args;
  if (name === '--version' || name === 'version') return print(io, VERSION);
  if (name === '' || ['help', '--help', '-h'].includes(name)) return help(io, args[0]);
  const command = COMMANDS.find((one) => one.name === name);
  const load = ACTIONS[name];
  if (!command || !load) throw new UsageError('There is no such command. See m2m-token --help.');
  if (args.slice(0, endOfOptions(args)).some((word) => word === '--help' || word === '-h'))
    return help(io, name);
  const invocation = parseCommand(command, args);
  const action = await load();
  return action(io, invocation);
}

async function help(io: CommandIo, topic: string | undefined): Promise<Ending> {
  const { commandHelp, generalHelp, settingsHelp } = await import('./usage/help.js');
  if (io.args.length === 0) {
    io.stderr.write(`${generalHelp()}\n`);
    return EXIT.usage;
  }
  if (topic === undefined) return print(io, generalHelp());
  if (topic === 'settings') return print(io, settingsHelp());
  const command = COMMANDS.find(({ name }) => name === topic);
  if (!command) throw new UsageError('There is no help of that name. See m2m-token --help.');
  return print(io, commandHelp(command));
}

function print({ stdout }: CommandIo, text: string): Ending {
  stdout.write(`${text}\n`);
  return EXIT.done;
}

/** What stands behind `--` is another program's. */
function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end < 0 ? args.length : end;
}

/** What was given of the settings; nothing, where the arguments cannot be read. */
function givenSettings({ args: [name, ...args], env }: CommandIo): GivenSettings {
  const command = COMMANDS.find((one) => one.name === name);
  try {
    return command ? collectSettings(parseCommand(command, args).values, env) : new Map();
  } catch {
    return new Map();
  }
}

interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly explained: string;
  readonly exitCode: number;
}

function tellError({ message, explained }: ToldError, stderr: Output): string {
  const texts = [`m2m-token: ${printable(message)}`, ...(explained ? [`Here, ${explained}.`] : [])];
  return texts.map((text) => `${wrapText(text, columnsOf(stderr))}\n`).join('');
}

function describeError({ code, message, explained, exitCode }: ToldError) {
  return { error: { code, message, ...(explained && { settings: explained }), exitCode } };
}
