import { PREFIXES, SETTINGS } from '../settings/setting-names.js';
import type { CommandHelp } from '../usage/command.js';
import { COMMANDS } from '../usage/commands.js';
import { EXIT_MEANINGS } from '../usage/exit-code.js';
import { flagOf } from '../usage/help.js';
import { COMMON_OPTIONS } from '../usage/parse-command.js';
import { VERSION } from '../usage/version.js';

/** The manual page, in the macros of man(7), from the same tables as help. */
export function manPage(): string {
  return [
    `.TH M2M\\-TOKEN 1 "" "m2m\\-token\\-provider ${roff(VERSION)}"`,
    '.SH NAME',
    'm2m\\-token \\- access tokens for machines (OAuth 2.0 client credentials)',
    '.SH SYNOPSIS',
    '.B m2m\\-token',
    '.I COMMAND',
    '[\\fIOPTION\\fR...]',
    '.SH DESCRIPTION',
    'Gets access tokens from an authorization server, first of all OneLogin, for scripts, curl, kubectl and git, and finds out why none come.',
    'Data go to standard output, messages to standard error.',
    '.SH COMMANDS',
    ...COMMANDS.flatMap(commandSection),
    '.SH SETTINGS',
    `Options win over variables. ${roff(`${PREFIXES[1]}* is read where ${PREFIXES[0]}* is not set.`)}`,
    'A secret is never an argument, since every user of a machine can read those.',
    ...SETTINGS.flatMap(settingEntry),
    '.SH ENVIRONMENT',
    ...entry('HTTPS_PROXY, NO_PROXY', 'The proxy on the way to the server, and the hosts that need none.'),
    ...entry('NODE_EXTRA_CA_CERTS', 'A file with further certificate authorities.'),
    ...entry('NO_COLOR, FORCE_COLOR', 'No colours on terminals; colours everywhere.'),
    ...entry('M2M_AUDIENCE', 'For inspect --verify: whom the token must be for, with blanks between.'),
    ...entry('M2M_TOKEN_SOCKET', 'Set for the command of run: the socket that gives the token.'),
    '.SH EXIT STATUS',
    ...EXIT_MEANINGS.flatMap(([code, meaning]) => entry(String(code), meaning)),
    '.PP',
    'run ends as its command ends; with 127 if that is not found, and 126 if it cannot be run.',
    '',
  ].join('\n');
}

function commandSection(command: CommandHelp): string[] {
  const { name, arguments: words = '', description, note, options, hasSettings, examples } = command;
  return [
    `.SS ${roff(name)}`,
    `.B m2m\\-token ${roff(name)}`,
    `[\\fIOPTION\\fR...] ${roff(words)}`.trim(),
    '.PP',
    roff(description),
    ...(note === undefined ? [] : ['.PP', roff(note)]),
    ...(hasSettings ? ['Takes the settings, too.'] : []),
    ...Object.entries({ ...options, ...COMMON_OPTIONS }).flatMap(([option, help]) =>
      entry(flagOf(option, help), help.text),
    ),
    '.PP',
    examples.length > 1 ? 'Examples:' : 'Example:',
    '.PP',
    '.nf',
    '.RS',
    ...examples.map(({ command: line, text }) => roff(text ? `${line}   # ${text}` : line)),
    '.RE',
    '.fi',
  ];
}

function settingEntry({ flag: name, variable, help }: (typeof SETTINGS)[number]): string[] {
  const option = name === undefined ? '' : `, ${flagOf(name, help)}`;
  return entry(`${PREFIXES[0]}${variable}${option}`, help.text);
}

function entry(term: string, text: string): string[] {
  return ['.TP', `.B ${roff(term)}`, roff(text)];
}

/** No character of a text is a command of roff, and hyphens can be copied as they are. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&');
}
