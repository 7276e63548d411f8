import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type AccessToken, TokenUnavailableError } from '../../index.js';
import { inOwnWords } from '../messages/own-words.js';
import { printable } from '../terminal/printable.js';
import { tokenText } from '../token/token-output.js';
import { EXIT, exitCodeOf, isTellable } from '../usage/exit-code.js';
import { UsageError } from '../usage/usage-error.js';
import { isFromProgram } from './request-judge.js';

/** The system allows for some 100 characters in the name of a socket. */
const MAX_FOLDER = 70;

const FORMS: ReadonlyMap<string, 'raw' | 'json' | 'header'> = new Map([
  ['/token', 'raw'],
  ['/token.json', 'json'],
  ['/header', 'header'],
]);

/** Tells why there is no token. */
const ERROR_HEADER = 'M2M-Error';

export interface TokenSocketOptions {
  /** Gives a token that can be used now. */
  readonly getToken: () => Promise<AccessToken>;
  /** Called for a request that gets no answer. */
  readonly onRefused: () => void;
}

/** A Unix socket that gives the token to programs of this user: 0600, in a folder of its own, which is 0700. */
export class TokenSocket {
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  static async open(options: TokenSocketOptions): Promise<TokenSocket> {
    const parent = os.tmpdir().length > MAX_FOLDER ? '/tmp' : os.tmpdir();
    // Made with 0700: nobody else gets at the socket, also before its own mode is set.
    const folder = await mkdtemp(path.join(parent, 'm2m-token-')).catch(refuseFolder);
    const server = http.createServer({ requireHostHeader: false }, (request, response) => {
      void answer(request, response, options);
    });
    // Whatever is no plain request gets no answer, no `400 Bad Request` either.
    server.on('clientError', (_, socket) => socket.destroy());
    server.on('upgrade', (_, socket) => socket.destroy());
    server.on('checkContinue', ({ socket }) => socket.destroy());
    const socket = new TokenSocket(server, folder);
    try {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket.path, resolve));
      await chmod(socket.path, 0o600);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get path(): string {
    return path.join(this.#folder, 'socket');
  }

  /** Ends the socket, its connections and its folder: at once, so that it can be done while the process ends. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function refuseFolder({ code }: NodeJS.ErrnoException): never {
  throw new UsageError(
    `The socket cannot be made in the folder for temporary files (${code}). Let TMPDIR name one that can be written.`,
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { getToken, onRefused }: TokenSocketOptions,
): Promise<void> {
  if (!isFromProgram(request)) {
    onRefused();
    request.socket.destroy();
    return;
  }
  response.setHeader('Cache-Control', 'no-store').setHeader('Content-Type', 'text/plain; charset=utf-8');
  const form = FORMS.get(request.url ?? '');
  if (!form) {
    fail(response, 404, `There is no such path. There are ${[...FORMS.keys()].join(', ')}.`);
    return;
  }
  try {
    const token = await getToken();
    if (form === 'json') response.setHeader('Content-Type', 'application/json');
    response.end(tokenText(token, form));
  } catch (error) {
    tellFailure(error, response);
  }
}

/** 503 for what may pass, 502 for what does not by itself. */
function tellFailure(error: unknown, response: ServerResponse): void {
  if (!isTellable(error)) {
    response.writeHead(500).end();
    return;
  }
  const isPassing = exitCodeOf(error) === EXIT.passing;
  if (error instanceof TokenUnavailableError && error.retryAt !== undefined)
    response.setHeader('Retry-After', Math.max(1, Math.ceil((error.retryAt - Date.now()) / 1_000)));
  fail(response, isPassing ? 503 : 502, inOwnWords(error.message, { command: 'run' }));
}

/** Without a body: a script would take that for the token, and `curl -H @-` would send it to an API as a header. */
function fail(response: ServerResponse, status: number, words: string): void {
  response.setHeader(ERROR_HEADER, headerText(words)).removeHeader('Content-Type');
  response.writeHead(status).end();
}

/** In one line, of the characters that a header may have. */
function headerText(words: string): string {
  return printable(words.replaceAll('\n', ' ')).replace(/[^ -~]/gu, '?');
}
