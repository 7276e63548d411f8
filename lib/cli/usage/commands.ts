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
      of: { name: 'output', value: 'git' },
    },
    'max-wait': { type: 'string', value: 'SECONDS', text: 'how long to keep trying; 30 by default' },
  },
  hasSettings: true,
  examples: [
    { command: 'set -o pipefail; m2m-token token --output header | curl -fsS -H @- URL', text: '' },
    { command: 'm2m-token token | m2m-token inspect', text: 'what it holds' },
    { command: "git config credential.helper '!m2m-token token --output git --host HOST'", text: '' },
  ],
};

const OF_VERIFY = { name: 'verify', value: true } as const;

const INSPECT: CommandHelp = {
  name: 'inspect',
  summary: 'show what a token on standard input holds, and what is odd',
  description:
    'Shows header and claims of a token (a JWT) that comes on standard input, its times in words, and what is odd about it. ' +
    'Nothing of it is verified, unless --verify is given.',
  options: {
    verify: { type: 'boolean', text: 'verify it by the keys of --issuer or --subdomain' },
    audience: {
      type: 'string',
      value: 'TEXT',
      multiple: true,
      text: 'for --verify: whom it must be for (M2M_AUDIENCE)',
      of: OF_VERIFY,
    },
    algorithm: {
      type: 'string',
      value: 'ALG',
      multiple: true,
      text: 'for --verify: what is taken; RS256 by default',
      of: OF_VERIFY,
    },
    issuer: { type: 'string', value: 'URL', text: 'for --verify: who signs (M2M_ISSUER)', of: OF_VERIFY },
    subdomain: {
      type: 'string',
      value: 'NAME',
      text: 'for --verify: or OneLogin (M2M_SUBDOMAIN)',
      of: OF_VERIFY,
    },
    'jwks-uri': {
      type: 'string',
      value: 'URL',
      text: 'for --verify: where the keys are, if not published',
      of: OF_VERIFY,
    },
  },
  hasSettings: false,
  examples: [
    { command: 'm2m-token token | m2m-token inspect', text: 'the token of this machine' },
    { command: 'm2m-token inspect --verify --issuer URL --audience API <token.txt', text: '' },
    { command: "m2m-token inspect --json <token.txt | jq -r '.claims.scope'", text: 'one claim' },
  ],
};

const DOCTOR: CommandHelp = {
  name: 'doctor',
  summary: 'check the set-up step by step: what was seen, and the mend',
  description:
    'Looks at settings, DNS, TCP, proxy, TLS, clock, endpoint, client, grant, scope, lifetime and renewal, in the order in which they ' +
    'can fail, and says what to do. Asks for one token, and shows neither token nor secret.',
  options: {
    'try-both': { type: 'boolean', text: 'try post for basic, or the reverse, if it is refused' },
    timeout: { type: 'string', value: 'SECONDS', text: 'for each request; 10 by default' },
  },
  hasSettings: true,
  examples: [
    { command: 'm2m-token doctor', text: 'with the settings of the environment' },
    { command: 'm2m-token doctor --subdomain acme --client-id ID --secret-file FILE', text: '' },
    { command: 'm2m-token doctor --json | jq -r \'.checks[] | select(.status == "fail").mend\'', text: '' },
  ],
};

const RUN: CommandHelp = {
  name: 'run',
  summary: 'run a command that gets fresh tokens by a local socket',
  arguments: '-- COMMAND [ARGUMENT...]',
  description:
    'Runs the command. It finds in M2M_TOKEN_SOCKET a Unix socket that answers GET /token, with the header M2M-Token: 1, with the ' +
    'access token, which is always fresh. The client secret is taken out of its environment.',
  note:
    'The command starts once there is a token. If none comes (within 30 s, where it may pass), it does not start, and run ends with 2, 3 or 4. ' +
    'Later, a line on standard error tells when renewals begin to fail, and when they succeed again.',
  options: {
    env: { type: 'string', value: 'NAME', text: 'put the first token into this variable, too: it ends' },
  },
  hasSettings: true,
  examples: [
    { command: 'm2m-token run -- ./nightly-job.sh', text: 'which may do:' },
    {
      command: 'curl -fsS --unix-socket $M2M_TOKEN_SOCKET -H M2M-Token:1 localhost/token',
      text: '',
    },
  ],
};

const COMPLETION: CommandHelp = {
  name: 'completion',
  summary: 'print the completion script for bash or zsh',
  arguments: 'bash|zsh',
  words: ['bash', 'zsh'],
  description: 'Prints a script that has the shell complete commands and options.',
  options: {},
  hasSettings: false,
  examples: [
    { command: 'source <(m2m-token completion bash)', text: 'in ~/.bashrc' },
    { command: 'source <(m2m-token completion zsh)', text: 'in ~/.zshrc, after compinit' },
  ],
};

const MAN: CommandHelp = {
  name: 'man',
  summary: 'print the manual page',
  description: 'Prints the manual page, as man reads it.',
  options: {},
  hasSettings: false,
  examples: [{ command: 'm2m-token man | man -l -', text: 'read it' }],
};

/** All commands, in the order in which help tells them. */
export const COMMANDS: readonly CommandHelp[] = [TOKEN, INSPECT, DOCTOR, RUN, COMPLETION, MAN];
