import type { CommandHelp } from './command.js';

const TOKEN: CommandHelp = {
  name: 'token',
  summary: 'print an access token: raw, JSON, header, for kubectl or git',
  arguments: '[get|store|erase]',
  words: ['get', 'store', 'erase'],
  description:
    'Asks for a new access token and prints it. The words get, store and erase are those of git, for --output git alone.',
  options: {
    output: {
      type: 'string',
      value: 'FORMAT',
      choices: ['raw', 'json', 'header', 'kubectl', 'git'],
      text: 'raw (default), json, header, kubectl, or git',
    },
    host: {
      type: 'string',
      value: 'HOST',
      multiple: true,
      text: 'for git: a host (and port) that may get the token',
    },
    'max-wait': { type: 'string', value: 'SECONDS', text: 'how long to keep trying; 30 by default' },
  },
  hasSettings: true,
  examples: [
    { command: 'm2m-token token --output header | curl -H @- URL', text: 'for curl' },
    { command: 'm2m-token token --json | jq .expires_in', text: 'for scripts' },
    { command: "git config credential.helper '!m2m-token token --output git --host HOST'", text: '' },
  ],
};

/** All commands, in the order in which help tells them. */
export const COMMANDS: readonly CommandHelp[] = [TOKEN];
