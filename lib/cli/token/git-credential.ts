import type { AccessToken } from '../../index.js';
import type { CommandIo } from '../terminal/command-io.js';
import { readInput } from '../terminal/read-input.js';
import type { Invocation } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';

/** What git wants a credential for. */
export interface GitRequest {
  /** Whether it takes a token as such (git 2.46), and not as a password alone. */
  readonly takesBearer: boolean;
  /** The name that it insists on. */
  readonly username: string | undefined;
}

/** As git names it. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i;

/** Servers take any name beside a token; git wants one. */
const USERNAME = 'oauth2';

/**
 * Reads what git asks, by its credential protocol. `undefined` when it shall get nothing: what it stores or erases is kept nowhere
 * here, and no host gets a token but those of `--host`, by https.
 * @throws {UsageError} when it is not clear who may get a token
 * @see {@link https://git-scm.com/docs/git-credential#IOFMT}
 */
export async function readGitRequest(
  { stdin }: CommandIo,
  { values, words: [operation, ...others] }: Pick<Invocation, 'values' | 'words'>,
): Promise<GitRequest | undefined> {
  const hosts = (values.host ?? []) as readonly string[];
  if (hosts.length === 0) {
    throw new UsageError(
      '--host: is missing. Name each host that may get the token, as --host git.example.com.',
    );
  }
  if (!hosts.every((host) => HOST.test(host))) {
    throw new UsageError(
      '--host: must be a host, perhaps with a port, and nothing of an address around it, as --host git.example.com.',
    );
  }
  if (operation === undefined || others.length > 0) {
    throw new UsageError('--output git is for git, which adds one word: get, store or erase.');
  }
  if (values['secret-file'] === '-')
    throw new UsageError('--secret-file: git itself writes to standard input. Name a file.');
  const lines = (await readInput(stdin)).split(/\r?\n/);
  const find = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const mayGet = find('protocol') === 'https' || isLoopback(find('host'));
  // git asks one helper after the other: silence is "not mine".
  if (operation !== 'get' || !mayGet || !hosts.includes(find('host') ?? '')) return undefined;
  return { takesBearer: lines.includes('capability[]=authtype'), username: find('username') };
}

function isLoopback(host = ''): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}

/** What git gets: the token as a token where it can take that, and else as a password. */
export function gitCredential(
  { value, expiresAt }: AccessToken,
  { takesBearer, username }: GitRequest,
): string {
  const lines = takesBearer
    ? ['capability[]=authtype', 'authtype=Bearer', `credential=${value}`, 'ephemeral=1']
    : [`username=${username ?? USERNAME}`, `password=${value}`];
  return `${[...lines, `password_expiry_utc=${Math.floor(expiresAt / 1_000)}`].join('\n')}\n`;
}
