import { now } from '../ground/clock.js';
import { TokenRequestError } from '../ground/errors.js';
import { parseUrl } from '../ground/url.js';
import { environmentProxy, type HttpProxy, isForwarded, isTunnelMissing, proxyOf } from './proxy.js';
import type { Exchange, RequestFault } from './request-fault.js';
import { readRetryAfter } from './retry-after.js';
import { isTlsFault, tlsRemedy } from './tls-failure.js';

/** The `reason` of whatever a proxy did wrong, so that nobody looks for it at the token endpoint. */
const ERR_PROXY = 'ERR_PROXY';

const PASSING_STATUSES = new Set([408, 425, 429]);

interface Answer extends Exchange {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

/** The error for an answer that a proxy gave in place of the token endpoint; `undefined` for any other answer. */
export function proxyRefusal(answer: Answer, url: string): TokenRequestError | undefined {
  const proxy = proxyOf(answer);
  if (!proxy) return undefined;
  const isItsOwn = isTunnelMissing(answer) || (isForwarded(answer) && isOfForwardProxy(answer));
  if (!isItsOwn) return undefined;
  const { header } = answer;
  const retryAfterMs = readRetryAfter(header('retry-after'), header('date'), now().wall);
  return refusal(proxy, answer.status, { url, isPlain: isForwarded(answer), retryAfterMs });
}

/** Plain http shows the proxy's own answers by little: 407 is for proxies alone (RFC 9110 §15.5.8), some say who they are. */
function isOfForwardProxy({ status, header }: Answer): boolean {
  return (
    status === 407 ||
    header('x-squid-error') !== undefined ||
    header('server')?.startsWith('tinyproxy') === true ||
    // RFC 9209 §2.1.2
    /;\s*error=/.test(header('proxy-status') ?? '')
  );
}

interface RefusedAt {
  readonly url: string;
  /** Plain http knows no tunnel: what proves the client has been read there, whatever the proxy did with it. */
  readonly isPlain: boolean;
  readonly retryAfterMs?: number | undefined;
}

function refusal(
  proxy: HttpProxy,
  status: number,
  { url, isPlain, retryAfterMs }: RefusedAt,
): TokenRequestError {
  const goal = parseUrl(url)?.host ?? url;
  const isPermanent = status < 500 && !PASSING_STATUSES.has(status);
  const asked = isPlain
    ? `to a request in plain http for ${goal}, which it could read, and did not pass on`
    : `when asked to connect to ${goal}, which got no request`;
  return new TokenRequestError(
    `The ${proxy.name} answered ${status} ${asked}. ${remedyFor(proxy, status)}`,
    ERR_PROXY,
    isPermanent,
    retryAfterMs,
  );
}

function remedyFor(proxy: HttpProxy, status: number): string {
  const where = proxy.variable ? `${proxy.variable} (http://user:password@host:port)` : 'the http option';
  const bypass = proxy.variable ? '; or name the host in NO_PROXY, if it can be reached directly' : '';
  if (status === 407 || status === 401)
    return proxy.hasCredentials
      ? `It does not accept the user name and password of the proxy in ${where}.`
      : `It wants a user name and password of its own: give them in ${where}.`;
  if (status === 403) return `Have the proxy allow this host${bypass}.`;
  if (PASSING_STATUSES.has(status)) return 'It is busy; the request is tried again.';
  if (status >= 500)
    return `It does not reach the host (look at its network and DNS) or is overloaded${bypass}.`;
  return `Is this a proxy that allows CONNECT to this host and port? Check ${proxy.variable ?? 'the http option'}.`;
}

/** The error for a failure on the way to the proxy, or of the proxy itself; `undefined` for any other failure. */
export function proxyFailure(fault: RequestFault, url: string): TokenRequestError | undefined {
  const unreadable = unreadableProxy(fault, url);
  if (unreadable) return unreadable;
  const proxy = proxyOf(fault);
  if (!proxy || !(isTunnelMissing(fault) || isForwarded(fault))) return undefined;
  const status = refusedStatus(fault);
  if (status) return refusal(proxy, status, { url, isPlain: isForwarded(fault) });
  return isTlsFault(fault) ? proxyTlsFailure(proxy, fault) : unreachable(proxy, fault);
}

/** What Node.js, hpagent and tunnel say of a proxy's answer: all of them throw. */
function refusedStatus({ message, statusCode }: RequestFault): number {
  const [, status] = /(?:statusCode=|^Bad response: |HTTP\/1\.\d )(\d{3})\b/.exec(message) ?? [];
  return statusCode ?? Number(status ?? 0);
}

function unreachable(proxy: HttpProxy, { words, code }: RequestFault): TokenRequestError {
  const place = proxy.variable ?? 'the http option';
  return new TokenRequestError(
    `The ${proxy.name} cannot be used: ${words}. Does it run, and is its address in ${place} right?`,
    ERR_PROXY,
    code === 'ERR_PROXY_INVALID_CONFIG',
  );
}

function proxyTlsFailure(proxy: HttpProxy, fault: RequestFault): TokenRequestError {
  const { remedy, isPermanent, isPlainPort } = tlsRemedy(fault);
  const place = proxy.variable ?? 'the http option';
  const words = isPlainPort
    ? `does not speak TLS (${fault.code}). Write http:// before its address in ${place}.`
    : `cannot be used over TLS: ${fault.words}. ${remedy}`;
  return new TokenRequestError(`The ${proxy.name} ${words}`, ERR_PROXY, isPermanent);
}

/** A password with `#`, `/` or a blank in it, most likely. */
function unreadableProxy({ code }: RequestFault, url: string): TokenRequestError | undefined {
  const inherited = code === 'ERR_INVALID_URL' ? environmentProxy(url) : undefined;
  const variable = inherited?.host === undefined ? inherited?.proxy.variable : undefined;
  return variable === undefined
    ? undefined
    : new TokenRequestError(
        `The environment variable ${variable} holds no address. Write http://host:port, and percent-encode a password in it.`,
        ERR_PROXY,
        true,
      );
}
