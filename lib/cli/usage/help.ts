import { METHODS, PREFIXES, SETTINGS } from '../settings/setting-names.js';
import { wrapText } from '../terminal/layout-text.js';
import type { CommandHelp, Example, OptionHelp } from './command.js';
import { COMMANDS } from './commands.js';
import { EXIT_MEANINGS } from './exit-code.js';
import { COMMON_OPTIONS } from './parse-command.js';

const SCREEN_COLUMNS = 80;

const SETTINGS_IN_SHORT =
  'Settings: M2M_SUBDOMAIN (or M2M_ISSUER, or M2M_TOKEN_ENDPOINT), M2M_CLIENT_ID,\n' +
  'M2M_CLIENT_SECRET (or --secret-file), and more: m2m-token help settings.';

/** The first screen. */
export function generalHelp(): string {
  const commands = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  return [
    'm2m-token: access tokens for machines (OAuth 2.0 client credentials)',
    'Usage: m2m-token COMMAND [OPTION...]',
    columns(commands),
    SETTINGS_IN_SHORT,
    `Examples:\n${exampleLines([
      { command: 'm2m-token doctor', text: 'the first thing to do' },
      { command: 'set -o pipefail; m2m-token token --output header | curl -fsS -H @- URL', text: '' },
    ])}`,
    `${exitCodes()}\nm2m-token COMMAND --help tells more of each.`,
  ].join('\n\n');
}

function exitCodes(): string {
  const meanings = EXIT_MEANINGS.map(([code, meaning]) => `${code} ${meaning}`).join(', ');
  return wrapText(`Exit codes: ${meanings}.`, SCREEN_COLUMNS);
}

/** The help of one command: a screen. */
export function commandHelp(command: CommandHelp): string {
  const { name, arguments: words = '', summary, note, hasSettings, examples } = command;
  const options = { ...command.options, ...COMMON_OPTIONS };
  return [
    `m2m-token ${name}: ${summary}`,
    `Usage: m2m-token ${name} [OPTION...] ${words}`.trim(),
    columns(optionLines(options)),
    ...(note === undefined ? [] : [wrapText(note, SCREEN_COLUMNS)]),
    ...(hasSettings ? [SETTINGS_IN_SHORT] : []),
    `Examples:\n${exampleLines(examples)}`,
  ].join('\n\n');
}

/** The settings, with their flags and variables. */
export function settingsHelp(): string {
  const rows = SETTINGS.map(({ flag, variable, help }) => {
    const option = flag === undefined ? '(no option)' : flagOf(flag, help);
    return `  M2M_${variable.padEnd(14)} ${option.padEnd(23)} ${help.text}`.trimEnd();
  });
  return [
    'Settings of m2m-token, by variable or option. Options win over variables.',
    `${PREFIXES[1]}* is read, too, where M2M_* is not set.\n`,
    ...rows,
    `\n${wrapText(`Methods: ${METHODS.join(', ')}.`, SCREEN_COLUMNS)}`,
    'Proxies come from HTTPS_PROXY and NO_PROXY, more CAs from NODE_EXTRA_CA_CERTS.',
  ].join('\n');
}

/** `--output FORMAT` */
export function flagOf(name: string, { value }: Pick<OptionHelp, 'value'>): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function optionLines(options: Readonly<Record<string, OptionHelp>>) {
  return Object.entries(options).map(([name, option]) => [flagOf(name, option), option.text] as const);
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}   ${second}`).join('\n');
}

function exampleLines(examples: readonly Example[]): string {
  return examples.map(({ command, text }) => (text ? `  ${command}   # ${text}` : `  ${command}`)).join('\n');
}
