import type { AccessToken } from '../../index.js';
import type { CommandIo } from '../terminal/command-io.js';
import type { Invocation, OptionValues } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';
import { execCredential, readApiVersion } from './exec-credential.js';
import { type GitRequest, gitCredential, readGitRequest } from './git-credential.js';

/** A form in which a token is printed. */
interface TokenOutput<Request> {
  /** What the program that reads the token has asked for; `undefined` when it shall get none. */
  readRequest(io: CommandIo, invocation: Pick<Invocation, 'values' | 'words'>): Promise<Request | undefined>;
  write(token: AccessToken, request: Request): string;
}

const ANYTHING = {};

/** A form for which nothing needs to be asked. */
function plain(write: (token: AccessToken) => string): TokenOutput<object> {
  return {
    async readRequest(_, { words }) {
      refuseWords(words);
      return ANYTHING;
    },
    write,
  };
}

function refuseWords(words: readonly string[]): void {
  if (words.length > 0) throw new UsageError('token takes no word, except with --output git.');
}

const KUBECTL: TokenOutput<{ readonly apiVersion: string }> = {
  async readRequest({ env }, { words }) {
    refuseWords(words);
    return { apiVersion: readApiVersion(env) };
  },
  write: (token, { apiVersion }) => execCredential(token, apiVersion),
};

const GIT: TokenOutput<GitRequest> = {
  readRequest: readGitRequest,
  write: gitCredential,
};

/** The forms that hold the token and what is known of it alone. */
const TEXTS = {
  raw: ({ value }: AccessToken) => `${value}\n`,
  json: (token: AccessToken) => `${JSON.stringify(describeToken(token))}\n`,
  // RFC 6750 §2.1: whatever the server calls its token.
  header: ({ value }: AccessToken) => `Authorization: Bearer ${value}\n`,
} as const;

/** The token in one of these forms. */
export function tokenText(token: AccessToken, form: keyof typeof TEXTS): string {
  return TEXTS[form](token);
}

/** One line for each form. */
const OUTPUTS = {
  raw: plain(TEXTS.raw),
  json: plain(TEXTS.json),
  header: plain(TEXTS.header),
  kubectl: KUBECTL,
  git: GIT,
} as const;

/** @throws {UsageError} when there is no such form */
export function outputOf({ output, json }: OptionValues): TokenOutput<object> {
  const name = output ?? (json === true ? 'json' : 'raw');
  const found = Object.entries(OUTPUTS).find(([one]) => one === name)?.[1];
  if (found && json === true && name !== 'json')
    throw new UsageError(`--json and --output ${name} do not go together: leave one of them out.`);
  if (found) return found as TokenOutput<object>;
  throw new UsageError(`--output: must be one of ${Object.keys(OUTPUTS).join(', ')}.`);
}

/** The names of RFC 6749 §5.1, and the end of the token as a date. */
function describeToken({ value, tokenType, scope, expiresAt }: AccessToken) {
  return {
    access_token: value,
    token_type: tokenType,
    ...(scope !== undefined && { scope }),
    expires_in: Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000)),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
