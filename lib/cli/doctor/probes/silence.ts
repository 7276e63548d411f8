import type { HttpProxy } from '../../../http/proxy.js';
import { TokenRequestError } from '../../../index.js';
import { durationWords } from '../../terminal/time-words.js';
import { hostOf } from './host-probe.js';

/** A proxy that says nothing when it is asked for a tunnel. It is no fault of the server, which was not asked. */
export function silentProxy(
  { name, variable, isSocks }: HttpProxy,
  url: string,
  timeoutMs: number,
): TokenRequestError {
  const place = variable ?? 'the environment';
  const mend = isSocks
    ? `It speaks SOCKS, and CONNECT is of HTTP: name a proxy of HTTP in ${place}.`
    : `Is it overloaded, or no proxy of HTTP? Is its address in ${place} right? Or name the host in NO_PROXY, if it can be reached directly.`;
  return new TokenRequestError(
    `The ${name} did not answer CONNECT to ${placeOf(url)} within ${durationWords(timeoutMs)}. ${mend}`,
    'ERR_PROXY',
  );
}

/** A server that takes the connection, and begins no TLS on it. */
export function silentTls(url: string, timeoutMs: number, proxy: HttpProxy | undefined): TokenRequestError {
  const way = proxy ? `the ${proxy.name}` : 'a firewall';
  return new TokenRequestError(
    `There was no TLS handshake with ${placeOf(url)} within ${durationWords(timeoutMs)}. Does that port speak TLS? If it does, the server ` +
      `is overloaded, or ${way} holds the connection up.`,
    'ETIMEDOUT',
  );
}

function placeOf(url: string): string {
  const { host, port } = hostOf(new URL(url));
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
