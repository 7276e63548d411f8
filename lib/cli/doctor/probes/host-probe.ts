import { lookup } from 'node:dns/promises';
import net from 'node:net';
import type { PeerCertificate } from 'node:tls';
import tls from 'node:tls';

/** Host and port of an address. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export function hostOf(url: URL): HostAndPort {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)) };
}

/** The addresses of a host; none where it is not found. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/** How long it takes to connect, in ms; `undefined` where there is no connection in time. */
export async function connectTime(place: HostAndPort, timeoutMs: number): Promise<number | undefined> {
  const startedAt = performance.now();
  const isOpen = await opens(net.connect(place), 'connect', timeoutMs, () => true);
  return isOpen ? performance.now() - startedAt : undefined;
}

/** What TLS was agreed on, and until when the server's certificate is good. */
export interface TlsDetails {
  readonly protocol: string;
  readonly certificate: Pick<PeerCertificate, 'valid_to' | 'issuer'>;
}

/** Looks at the certificate. Whether it can be trusted is not asked here: the request has shown it. */
export function tlsDetails({ host, port }: HostAndPort, timeoutMs: number): Promise<TlsDetails | undefined> {
  const name = net.isIP(host) ? {} : { servername: host };
  const socket = tls.connect({ host, port, ...name, rejectUnauthorized: false });
  return opens(socket, 'secureConnect', timeoutMs, () => ({
    protocol: socket.getProtocol() ?? 'TLS',
    certificate: socket.getPeerCertificate(),
  }));
}

function opens<T>(
  socket: net.Socket,
  event: string,
  timeoutMs: number,
  read: () => T,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const end = (value: T | undefined): void => {
      resolve(value);
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.once(event, () => end(read()));
  });
}
