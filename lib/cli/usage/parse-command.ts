import { parseArgs } from 'node:util';
import { SETTINGS } from '../settings/setting-names.js';
import type { CommandHelp, Invocation, OptionHelp, OptionValues } from './command.js';
import { UsageError } from './usage-error.js';

/** Options of every command. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  json: { type: 'boolean', text: 'print JSON, errors too' },
  help: { type: 'boolean', text: 'show this' },
};

/** How people write the option that there is not. */
const SECRET_OPTION = /^--?(client[-_]?)?(secret|password|passwd|pass)(?![-_]?file)\b/i;

/** All options of a command, by name. */
export function optionsOf({ options, hasSettings }: CommandHelp): Readonly<Record<string, OptionHelp>> {
  return { ...options, ...(hasSettings && settingOptions()), ...COMMON_OPTIONS };
}

/** The options by which settings are given. */
function settingOptions(): Readonly<Record<string, OptionHelp>> {
  const entries = SETTINGS.map(({ flag, help }): [string, OptionHelp] => [
    flag ?? '',
    { ...help, type: help.value === undefined ? 'boolean' : 'string' },
  ]);
  return Object.fromEntries(entries.filter(([flag]) => flag !== ''));
}

/**
 * Reads what stands behind the name of a command.
 * @throws {UsageError} when there is no such option, or a value is missing. Nothing of the arguments is repeated but names of options
 */
export function parseCommand(command: CommandHelp, args: readonly string[]): Invocation {
  refuseSecrets(args);
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  const { values, positionals } = readArguments(command, own, end >= 0);
  refuseUseless(command, values);
  return { values, words: positionals, rest: end < 0 ? undefined : args.slice(end + 1) };
}

function readArguments(command: CommandHelp, args: readonly string[], hasRest: boolean) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...pickTypes(optionsOf(command)), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return parsed as { values: OptionValues; positionals: string[] };
  } catch (error) {
    // Node.js quotes the name of the option alone, never its value.
    const [name] = /--?[a-z][a-z-]*/i.exec(error instanceof Error ? error.message : '') ?? [];
    throw new UsageError(problemOf(error, hasRest ? { ...command, arguments: '' } : command, name));
  }
}

/** What would be ignored without a word is refused. */
function refuseUseless({ name: command, options }: CommandHelp, values: OptionValues): void {
  for (const [name, { of }] of Object.entries(options)) {
    if (!of || values[name] === undefined || values[of.name] === of.value) continue;
    const needed = of.value === true ? `--${of.name}` : `--${of.name} ${of.value}`;
    throw new UsageError(`--${name} is for ${needed} alone. See m2m-token ${command} --help.`);
  }
}

function pickTypes(options: Readonly<Record<string, OptionHelp>>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
}

function problemOf(
  error: unknown,
  { name: command, arguments: words = '' }: CommandHelp,
  name = 'an option',
): string {
  const more = `See m2m-token ${command} --help.`;
  const { code } = error as { code?: unknown };
  // Another program's options are not looked at behind --, so that is missing.
  const hint = words.startsWith('-- ')
    ? ` If it is of your command: write m2m-token ${command} ${words}.`
    : '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `There is no option ${name} of ${command}.${hint} ${more}`;
  return `${name} has no value, or has one where it takes none. ${more}`;
}

/** Before anything else looks at the arguments, so that nothing can repeat them. */
function refuseSecrets(args: readonly string[]): void {
  const end = args.indexOf('--');
  if (!args.slice(0, end < 0 ? args.length : end).some((word) => SECRET_OPTION.test(word))) return;
  throw new UsageError(
    'A secret is never given as an argument: every user of this machine can read it there, and the shell remembers it. ' +
      'Give it by M2M_CLIENT_SECRET, by --secret-file FILE, or on standard input by --secret-file -. ' +
      'If you have just given the real one, have it replaced.',
  );
}
