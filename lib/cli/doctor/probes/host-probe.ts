import { lookup } from 'node:dns/promises';
import net from 'node:net';

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
export function connectTime(place: HostAndPort, timeoutMs: number): Promise<number | undefined> {
  const startedAt = performance.now();
  const socket = net.connect(place);
  return new Promise((resolve) => {
    const end = (value: number | undefined): void => {
      resolve(value);
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.once('connect', () => end(performance.now() - startedAt));
  });
}
