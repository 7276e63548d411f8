import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { InternalAxiosRequestConfig } from 'axios';
import { nodeHttp, nodeHttps, nodeStream } from '../../ground/runtime/late-modules.js';
import type { AnswerHeaders } from '../answer-headers.js';
import { becomesGet } from '../redirected-method.js';
import { requireHttp } from './redirect-guard.js';
import { type LooseConfig, privateCopy } from './sent-config.js';

type Config = InternalAxiosRequestConfig;
type OnResponse = (response: IncomingMessage) => void;
/** What axios gives to a transport. */
type Options = RequestOptions & {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

/** An answer that leads elsewhere. */
export interface Redirect {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** What the address it leads to was read against. */
  readonly from: URL;
  /** Of the request, or what the caller's own header `Host` says in place of it. */
  readonly host: string;
  readonly to: URL;
}

/**
 * A transport for axios that does what follow-redirects does for a request that is not redirected, and no more: going through
 * that costs a request more than all that carrying a token does. A redirect is not followed, but noted for whoever sends.
 */
export class StraightTransport {
  readonly #hasTimeout: boolean;
  #redirect: Redirect | undefined;

  constructor({ timeout }: Pick<LooseConfig, 'timeout'>) {
    this.#hasTimeout = Boolean(timeout);
  }

  /** Whether a request asks no more of follow-redirects than that. */
  static isFor(sent: LooseConfig): boolean {
    const { maxRedirects, url = '', baseURL = '' } = sent;
    // The redirect that is told counts, and after it, 0 would mean something else.
    const mayFollow = maxRedirects === undefined || maxRedirects >= 2;
    const isUsual = SPECIAL.every((name) => sent[name] === undefined);
    const hasCredentials = url.includes('@') || baseURL.includes('@');
    return mayFollow && isUsual && !hasCredentials && isAtHand(sent.data);
  }

  /** The redirect that answered the last request, if one did: axios was given an empty answer in place of it. */
  takeRedirect(): Redirect | undefined {
    const redirect = this.#redirect;
    this.#redirect = undefined;
    return redirect;
  }

  request(options: Options, onResponse: OnResponse): ClientRequest {
    const { request } = options.protocol === 'https:' ? nodeHttps() : nodeHttp();
    const sent = request(options, (response) => {
      const address = addressOf(options);
      const { location } = response.headers;
      if (!location || Math.trunc(Number(response.statusCode) / 100) !== 3) {
        onResponse(Object.assign(response, { responseUrl: address, redirects: [] }));
        return;
      }
      try {
        this.#redirect = redirectOf(response, new URL(address), hostIn(options.headers));
        onResponse(emptyResponse());
      } catch (error) {
        // Not emitted: the request itself did not fail, and whoever traces it need not hear of this.
        for (const tell of sent.listeners('error')) tell.call(sent, redirectionFailure(error as Error));
      }
      // It is over, whatever comes after the head of its answer.
      sent.removeAllListeners('error').on('error', ignore);
      response.destroy();
      sent.destroy();
    });
    if (this.#hasTimeout) sent.setTimeout = limitTime;
    // Agents such as agentkeepalive end requests that nobody listens to in this, and follow-redirects does.
    return sent.on('timeout', ignore);
  }
}

/** That of follow-redirects. */
const MAX_REDIRECTS = 21;

/** What is sent in place of a request that was redirected, as axios and its follow-redirects have it (RFC 9110 §15.4). */
export function redirectedCopy(sent: Config, { status, from, host, to }: Redirect): Config {
  const next = privateCopy(sent);
  const { method = 'get', maxRedirects = MAX_REDIRECTS } = sent;
  const place = { url: to.href, baseURL: undefined, params: undefined };
  Object.assign(next, place, { transport: undefined, maxRedirects: maxRedirects - 1 });
  dropHeaders(next.headers, /^(host|proxy-authorization)$/i);
  if (becomesGet(status, method.toUpperCase())) {
    Object.assign(next, { method: 'get', data: undefined });
    dropHeaders(next.headers, /^content-/i);
  }
  if (to.origin !== from.origin || to.host !== host) dropHeaders(next.headers, /^(authorization|cookie)$/i);
  return next;
}

function dropHeaders(headers: Config['headers'], names: RegExp): void {
  for (const name of Object.keys(headers)) if (names.test(name)) delete headers[name];
}

/** What has follow-redirects do more, or leads elsewhere than the address says. */
const SPECIAL = [
  'transport',
  'beforeRedirect',
  'sensitiveHeaders',
  'socketPath',
  'onUploadProgress',
  'maxRate',
] as const;

/** Whether it can be sent once more, and as it is. */
function isAtHand(data: unknown): boolean {
  return data === undefined || data === null || typeof data === 'string' || data instanceof Uint8Array;
}

/** By way of a proxy, the path is the whole address. */
function addressOf({ protocol, hostname, port, path }: Options): string {
  if (!path.startsWith('/')) return path;
  const host = hostname?.includes(':') ? `[${hostname}]` : hostname;
  return `${protocol}//${host}${port ? `:${port}` : ''}${path}`;
}

/** What the caller has set. */
function hostIn(headers: Options['headers']): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'host');
  return name === undefined ? undefined : String(headers[name]).trim();
}

/** @throws {TypeError} where this leads nowhere */
function redirectOf(response: IncomingMessage, from: URL, ownHost = from.host): Redirect {
  const { statusCode: status = 0, headers } = response;
  const { location = '' } = headers;
  const base = new URL(from);
  if (!/^\w+:/.test(location)) base.host = ownHost;
  const to = new URL(location, base);
  requireHttp(to);
  // They are not for the server to give.
  Object.assign(to, { username: '', password: '' });
  return { status, headers, from: base, host: ownHost, to };
}

function ignore(): void {
  // Nobody is to hear of it.
}

/** axios does not ask `validateStatus` where there is no status. */
function emptyResponse(): IncomingMessage {
  return Object.assign(nodeStream().Readable.from([]), { statusCode: 0, headers: {} }) as never;
}

/** As follow-redirects tells it. */
function redirectionFailure({ message }: Error): Error {
  const code = 'ERR_FR_REDIRECTION_FAILURE';
  const error = new Error(`Redirected request failed: ${message}`);
  return Object.assign(error, { name: `Error [${code}]`, code });
}

/**
 * As follow-redirects has it: so long from the connecting to the beginning of the answer, whatever trickles in, and so long
 * without a byte after that. The timeout of Node.js does not hold while a connection is made, and begins anew with every byte.
 */
function limitTime(this: ClientRequest, timeoutMs: number, onTimeout?: () => void): ClientRequest {
  let timer: NodeJS.Timeout | undefined;
  this.once('socket', (socket) => {
    timer = setTimeout(() => onTimeout?.(), timeoutMs);
    socket.setTimeout(timeoutMs);
    // Once for each socket, which carries many requests.
    socket.removeListener('timeout', socket.destroy).addListener('timeout', socket.destroy);
  });
  // Not 'close': a connection may close without any of them, and then the time alone ends the waiting.
  for (const event of ['response', 'error', 'abort']) this.once(event, () => clearTimeout(timer));
  return this;
}
