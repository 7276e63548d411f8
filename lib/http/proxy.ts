import { parseUrl } from '../ground/url.js';
import { type Exchange, sentRequest } from './request-fault.js';

/** A proxy on the way to the token endpoint. */
export interface HttpProxy {
  /** How it is named: host and port, no credentials, and where it was set. */
  readonly name: string;
  /** The environment variable that it was taken from; `undefined` when it was given by the http option. */
  readonly variable: string | undefined;
  readonly hasCredentials: boolean;
  /** Whether its address is one of SOCKS, which axios takes for one of http. */
  readonly isSocks: boolean;
}

interface ProxyAddress extends Pick<HttpProxy, 'hasCredentials' | 'isSocks'> {
  readonly host: string;
}

/** The proxy by whose way a request went, as far as its agent shows. */
export function proxyOf(exchange: Exchange): HttpProxy | undefined {
  const { agent = {} } = sentRequest(exchange);
  const isPlain = isForwarded(exchange);
  if (!isPlain && !isTunnelAgent(agent)) return undefined;
  const { proxy } = (exchange.config ?? {}) as { proxy?: unknown };
  const address = readAddress(agent.proxy ?? agent.proxyOptions ?? proxy);
  const inherited = environmentProxy(isPlain ? 'http:' : 'https:');
  if (inherited && (!address || address.host === inherited.host)) return inherited.proxy;
  return {
    name: `proxy ${address ? `${address.host} ` : ''}(given by the http option)`,
    variable: undefined,
    hasCredentials: address?.hasCredentials ?? false,
    isSocks: address?.isSocks ?? false,
  };
}

/**
 * Whether what came back is the proxy's own doing: the token endpoint answers over TLS alone, and an answer without it, or a failure
 * before there was TLS, is the proxy's.
 */
export function isTunnelMissing(exchange: Exchange): boolean {
  const { agent = {}, socket } = sentRequest(exchange);
  return isTunnelAgent(agent) && !socket?.encrypted;
}

/** Whether a request in plain http was handed to a proxy: it names the whole address then (RFC 9112 §3.2.2). */
export function isForwarded(exchange: Exchange): boolean {
  return sentRequest(exchange).path?.startsWith('http:') === true;
}

/** The proxy that environment variables name, whether or not `NO_PROXY` has an exception. */
export function environmentProxy(url: string): { proxy: HttpProxy; host: string | undefined } | undefined {
  const scheme = url.startsWith('http:') ? 'http' : 'https';
  const names = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'];
  // In this order: as axios does.
  const variable = names.find((name) => process.env[name]);
  if (!variable) return undefined;
  const text = String(process.env[variable]);
  // Without a scheme, that of the request, as axios has it.
  const address = readAddress(text.includes('://') ? text : `${scheme}://${text}`);
  return {
    proxy: {
      name: `proxy ${address ? `${address.host} (${variable})` : `of ${variable}`}`,
      variable,
      hasCredentials: address?.hasCredentials ?? false,
      isSocks: address?.isSocks ?? false,
    },
    host: address?.host,
  };
}

/** By what https-proxy-agent and hpagent, tunnel, proxy-agent, and Node.js with `NODE_USE_ENV_PROXY` show. */
function isTunnelAgent({ proxy, proxyOptions, getProxyForUrl, options }: Readonly<Record<string, unknown>>) {
  const { proxyEnv } = (options ?? {}) as { proxyEnv?: unknown };
  return Boolean(proxy ?? proxyOptions ?? getProxyForUrl ?? proxyEnv);
}

function readAddress(place: unknown): ProxyAddress | undefined {
  const parts =
    typeof place === 'string' ? parseUrl(place.includes('://') ? place : `http://${place}`) : place;
  if (typeof parts !== 'object' || parts === null) return undefined;
  const { hostname, host, port, protocol, username, auth, proxyAuth } = parts as Record<string, unknown>;
  const name = hostname || host;
  if (typeof name !== 'string') return undefined;
  const shown = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const defaultPort = String(protocol).startsWith('https') ? 443 : 80;
  return {
    host: `${shown}:${port || defaultPort}`,
    hasCredentials: Boolean(username || auth || proxyAuth),
    isSocks: String(protocol).startsWith('socks'),
  };
}
