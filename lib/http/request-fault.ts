import type { Agent, ClientRequest } from 'node:http';
import { isErrorCode } from './redaction/error-code.js';
import type { CleanText } from './redaction/server-text.js';

/** The options by which users give addresses. Which of them it was is not known here. */
export const ADDRESS_OPTION = 'tokenEndpoint (or issuer, or jwksUri)';

/** What axios tells of a request, in its answer or its error. An adapter of the user's own may leave all of it out. */
export interface Exchange {
  readonly request?: unknown;
  readonly config?: unknown;
}

/** Agents of proxies are no part of Node.js: nothing is known of them for sure. */
type SentRequest = Partial<Pick<ClientRequest, 'path' | 'reusedSocket'>> & {
  readonly agent?: Partial<Agent> & Readonly<Record<string, unknown>>;
  readonly socket?: { readonly encrypted?: boolean } | null;
  readonly res?: unknown;
};

/** The request as Node.js sent it. With redirects allowed, axios holds it inside one of follow-redirects. */
export function sentRequest({ request }: Exchange): SentRequest {
  const { _currentRequest: current } = (request ?? {}) as { _currentRequest?: SentRequest };
  return current ?? ((request ?? {}) as SentRequest);
}

/** What is known of a failed request: an error of axios, of Node.js, or of OpenSSL, in one form. */
export interface RequestFault extends Exchange {
  readonly code: string;
  /** As it was thrown: to look at, not to show. */
  readonly message: string;
  /** To show: clean, and with the code. */
  readonly words: string;
  /** The host that could not be found. */
  readonly hostname: string | undefined;
  /** The names that a certificate is for. */
  readonly certificateNames: string | undefined;
  /** What a proxy answered, where Node.js speaks to it itself. */
  readonly statusCode: number | undefined;
  readonly rawPacket: Uint8Array | undefined;
}

/** axios says no more than this where it knows no more; the cause does. */
const VAGUE_CODES = new Set<unknown>([undefined, 'ERR_NETWORK', 'ERR_BAD_REQUEST']);

/** OpenSSL puts its reason between an address in memory and a place in its source. */
const OPENSSL = /^.*:SSL routines:[^:]*:([^:]+):.*$/s;

const MAX_CAUSES = 5;
/** No list of a certificate's names is as long. */
const MAX_NAMES = 8_192;

type Thrown = Error & { readonly [name: string]: unknown };

/** Reads the parts of an error that are safe to look at. The user's own axios instance may throw anything: this never throws. */
export function readFault(error: unknown, clean: CleanText): RequestFault {
  try {
    return readParts(error, clean);
  } catch {
    return { ...NOTHING, words: 'it failed (ERR_UNKNOWN)' };
  }
}

const NOTHING: RequestFault = {
  code: 'ERR_UNKNOWN',
  message: '',
  words: '',
  hostname: undefined,
  certificateNames: undefined,
  statusCode: undefined,
  rawPacket: undefined,
};

function readParts(error: unknown, clean: CleanText): RequestFault {
  const chain = causesOf(error);
  const known = chain.find(({ code }) => !VAGUE_CODES.has(code)) ?? chain[0];
  const find = (name: string): unknown => chain.find((thrown) => thrown[name] !== undefined)?.[name];
  const text = (value: unknown) => (typeof value === 'string' ? clean(value) : undefined);
  const code = codeOf(known, clean);
  const message = typeof known?.message === 'string' ? known.message : '';
  const words = clean(message.replace(OPENSSL, '$1')) || code;
  const { subjectaltname } = (find('cert') ?? {}) as { subjectaltname?: unknown };
  const statusCode = find('statusCode');
  const rawPacket = find('rawPacket');
  return {
    code,
    message,
    words: words.includes(code) ? words : `${words} (${code})`,
    hostname: text(find('hostname')),
    certificateNames: text(subjectaltname) ?? text(/altnames: (.+)$/.exec(message.slice(0, MAX_NAMES))?.[1]),
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    rawPacket: rawPacket instanceof Uint8Array ? rawPacket : undefined,
    request: find('request'),
    config: find('config'),
  };
}

/** What is no code may be a secret. */
function codeOf(thrown: Thrown | undefined, clean: CleanText): string {
  const isCode = (text: unknown): text is string => isErrorCode(text) && clean(text) === text;
  return [ownCode(thrown), thrown?.name].find(isCode) ?? 'ERR_UNKNOWN';
}

/** From OpenSSL 3.2 on alerts begin with `ssl/tls`, which Node.js puts into its codes as it is. */
function ownCode(thrown: Thrown | undefined): unknown {
  const code = thrown?.code;
  return typeof code === 'string' ? code.replace(/^ERR_SSL_SSL\/TLS_/, 'ERR_SSL_SSL_TLS_') : code;
}

function causesOf(error: unknown): Thrown[] {
  const chain: Thrown[] = [];
  for (let next = error; next instanceof Error && chain.length < MAX_CAUSES; next = next.cause)
    chain.push(next as Thrown);
  return chain;
}

const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Whether the request met a kept-alive connection that the server had closed meanwhile, and was not answered at all: a server that
 * closes idle connections says nothing about the request.
 */
export function metClosedConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const { reusedSocket, res } = sentRequest(error as Exchange);
  return CLOSED.has(String(code)) && reusedSocket === true && !res;
}
