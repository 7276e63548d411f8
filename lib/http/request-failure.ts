import { type TokenAttemptError, TokenRequestError, TokenResponseError } from '../ground/errors.js';
import { isLoopback, parseUrl } from '../ground/url.js';
import type { ClientCertificate } from '../options/client-authenticator.js';
import { lostAlertRemedy } from './mutual-tls/certificate-remedy.js';
import { environmentProxy, type HttpProxy, proxyOf } from './proxy.js';
import { proxyFailure } from './proxy-failure.js';
import type { CleanText } from './redaction/server-text.js';
import { ADDRESS_OPTION, type RequestFault, readFault } from './request-fault.js';
import { plainTextFailure, tlsFailure } from './tls-failure.js';
import { MAX_ANSWER_BYTES } from './transport.js';

const UNREACHABLE =
  'Look at the network of this machine: routes, firewalls, and whether it needs a proxy (HTTPS_PROXY).';

const HELD_UP =
  'Is the server overloaded, or does a firewall stop the request? Does this machine need a proxy (HTTPS_PROXY)?';

/** What to do about the system's own faults. They may pass, so they are tried again. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', `Nothing listens there. Does the server run, and is the port in ${ADDRESS_OPTION} right?`],
  ['ETIMEDOUT', UNREACHABLE],
  ['EHOSTUNREACH', UNREACHABLE],
  ['EHOSTDOWN', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['ENETDOWN', UNREACHABLE],
  ['EADDRNOTAVAIL', UNREACHABLE],
  ['EAI_AGAIN', 'The name server did not answer: look at the DNS of this machine or container.'],
  ['EMFILE', 'This process has too many files and connections open.'],
]);

/** The parser of HTTP in Node.js has many codes for an answer that is none. */
const NO_HTTP = `What listens there does not speak HTTP. Is the port in ${ADDRESS_OPTION} right?`;
const SPEAKS_TLS = `If that port speaks TLS, write https:// in ${ADDRESS_OPTION}.`;

const CUT_OFF = new Set(['ECONNRESET', 'EPIPE']);

export interface FailedRequest {
  /** How the server is named. */
  readonly address: string;
  /** Whether this server has given a token before: then its address is right. */
  readonly hasGivenTokens: boolean;
  readonly clean: CleanText;
  /** What the client presented in TLS. */
  readonly certificate?: ClientCertificate | undefined;
}

/** Turns an error of the transport into one of ours, which keeps nothing of the original but clean words. */
export function requestFailure(error: unknown, request: FailedRequest): TokenAttemptError {
  const { address, clean, certificate } = request;
  const fault = readFault(error, clean);
  if (fault.message.startsWith('maxContentLength')) {
    return new TokenResponseError(
      `${address} sent more than ${MAX_ANSWER_BYTES} bytes; the rest was not read.`,
    );
  }
  return (
    proxyFailure(fault, address) ??
    withRoute(
      tlsFailure(fault, address, certificate) ??
        plainTextFailure(fault, address) ??
        networkFailure(fault, request),
      fault,
    )
  );
}

export function timeoutFailure(address: string, timeoutMs: number): TokenRequestError {
  const url = parseUrl(address);
  // What runs on this machine is never asked by way of a proxy in plain http.
  const isDirect = url?.protocol === 'http:' && isLoopback(url);
  const inherited = isDirect ? undefined : environmentProxy(address);
  const route = inherited ? describeRoute(inherited.proxy) : HELD_UP;
  return new TokenRequestError(
    `No whole answer from ${address} within ${timeoutMs} ms (requestTimeoutMs). ${route}`,
    'ETIMEDOUT',
  );
}

function describeRoute({ name, isSocks }: HttpProxy): string {
  return isSocks
    ? `The ${name} speaks SOCKS, which needs an agent of its own: give it by the http option (httpsAgent).`
    : `If it is asked by way of the ${name}, look there, too.`;
}

function networkFailure(
  { code, words, hostname }: RequestFault,
  { address, hasGivenTokens, certificate }: FailedRequest,
): TokenRequestError {
  if (code === 'ENOTFOUND') {
    const name = hostname ?? parseUrl(address)?.hostname ?? address;
    return new TokenRequestError(
      `There is no host named ${name} (ENOTFOUND). Check subdomain or ${ADDRESS_OPTION}, and the DNS of this machine.`,
      code,
    );
  }
  const isClosed = !hasGivenTokens && address.startsWith('http:') && code === 'ECONNRESET';
  const isNoHttp = code.startsWith('HPE_INVALID_');
  const perhaps = certificate && CUT_OFF.has(code) ? lostAlertRemedy(certificate) : '';
  const remedy = REMEDIES.get(code) ?? (isClosed ? SPEAKS_TLS : isNoHttp ? NO_HTTP : perhaps);
  return new TokenRequestError(`No whole answer from ${address}: ${words}. ${remedy}`.trim(), code);
}

/** Says by which proxy the request went: it may have its part in any failure behind it. */
function withRoute(failure: TokenRequestError, fault: RequestFault): TokenRequestError {
  const proxy = proxyOf(fault);
  if (!proxy) return failure;
  const { message, reason, permanent } = failure;
  return new TokenRequestError(`${message} It was asked by way of the ${proxy.name}.`, reason, permanent);
}
