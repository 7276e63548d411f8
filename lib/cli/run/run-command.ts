import { type AccessToken, TokenProvider } from '../../index.js';
import { waitForToken } from '../messages/waiting-notice.js';
import { tellMisspelt } from '../settings/misspelt-variables.js';
import { readSettings } from '../settings/read-settings.js';
import { PREFIXES } from '../settings/setting-names.js';
import type { CommandIo, Ending } from '../terminal/command-io.js';
import { dateWords, distanceWords } from '../terminal/time-words.js';
import type { Invocation, OptionValues } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';
import { runChildCommand } from './child-command.js';
import { tellRenewals } from './renewal-notice.js';
import { REQUIRED_HEADER } from './request-judge.js';
import { TokenSocket } from './token-socket.js';

/** Whoever has the socket needs none of these. */
const SECRETS = PREFIXES.flatMap((prefix) => [`${prefix}CLIENT_SECRET`, `${prefix}SECRET_FILE`]);

/** Programs would not be found, or would show the token in an error. */
const OF_THE_SYSTEM =
  /^(PATH|HOME|IFS|SHELL|TMPDIR|TMP|TEMP|PWD|USER|LOGNAME|TERM|LANG|ENV|BASH_ENV|PS[1-4]|(LC|LD|DYLD)_\w+|(HTTPS?|FTP|NO|ALL)_PROXY|NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_\w+))$/i;

const SOCKET_VARIABLE = 'M2M_TOKEN_SOCKET';

/** `m2m-token run -- COMMAND`: the command finds fresh tokens at a socket, as long as it runs. */
export async function runCommandWithToken(
  io: CommandIo,
  { values, words, rest }: Invocation,
): Promise<Ending> {
  if (words.length > 0 || !rest?.length) {
    throw new UsageError('run takes the command behind --, as in m2m-token run -- ./job.sh.');
  }
  if (process.platform === 'win32')
    throw new UsageError('run needs a Unix socket, which this system does not have.');
  const name = readName(values);
  const { options } = await readSettings(io, values, { isLongLived: true });
  tellMisspelt(io, values);
  const provider = new TokenProvider(options);
  try {
    // Before the command starts: without a token it would only fail later, and less clearly.
    await waitForToken(provider, { stderr: io.stderr, command: 'run', isJson: values.json === true });
    tellRenewals(provider, io.stderr);
    return await runWith(provider, io, { name, command: rest });
  } finally {
    await provider.close();
  }
}

interface Run {
  /** The variable that gets the first token, too. */
  readonly name: string | undefined;
  readonly command: readonly string[];
}

async function runWith(provider: TokenProvider, io: CommandIo, { name, command }: Run): Promise<Ending> {
  const getToken = async () => {
    await provider.getToken();
    return provider.peek() as AccessToken;
  };
  const socket = await TokenSocket.open({ getToken, onRefused: warnOnce(io) });
  const closeSocket = (): void => socket.close();
  process.once('exit', closeSocket);
  try {
    const token = provider.peek();
    if (name !== undefined && token) warnOfEnd(name, token, io);
    const env = childEnvironment(io.env, {
      [SOCKET_VARIABLE]: socket.path,
      ...(name !== undefined && { [name]: token?.value }),
    });
    return await runChildCommand(
      command,
      env,
      [io.stdin, io.stdout, io.stderr].some(({ isTTY }) => isTTY === true),
    );
  } finally {
    process.off('exit', closeSocket);
    closeSocket();
  }
}

function childEnvironment(env: Readonly<NodeJS.ProcessEnv>, added: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !SECRETS.includes(name));
  return { ...Object.fromEntries(kept), ...added };
}

function readName({ env: name }: OptionValues): string | undefined {
  if (name === SOCKET_VARIABLE) throw new UsageError(`--env: ${SOCKET_VARIABLE} is the socket's.`);
  if (typeof name === 'string' && OF_THE_SYSTEM.test(name)) {
    throw new UsageError(
      `--env: ${name} is read by the system or by programs, which would take the token for something else. Give another name, as API_TOKEN.`,
    );
  }
  if (name === undefined || (typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name))) return name;
  throw new UsageError('--env: must be the name of a variable, as API_TOKEN.');
}

function warnOfEnd(name: string, { expiresAt }: AccessToken, { stderr }: CommandIo): void {
  const end = `${dateWords(expiresAt)} (${distanceWords(expiresAt, Date.now())})`;
  stderr.write(
    `m2m-token: the token in ${name} ends at ${end}, and is not renewed there. A command that runs longer must ask the socket.\n`,
  );
}

function warnOnce({ stderr }: CommandIo): () => void {
  let isTold = false;
  return () => {
    if (isTold) return;
    isTold = true;
    stderr.write(
      `m2m-token: a request to the socket got no answer. It must be a GET of http://localhost with the header ${REQUIRED_HEADER}: 1, and ` +
        'with no header that browsers add.\n',
    );
  };
}
