import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from './certificates.js';

export type Fault = (socket: Socket) => void;

/** Answers CONNECT with this status. */
export const refuseWith =
  (status: number, headers = ''): Fault =>
  (socket) =>
    void socket.end(`HTTP/1.1 ${status} x\r\n${headers}Content-Length: 2\r\n\r\nno`);

/** A proxy that opens tunnels by CONNECT, until it is given a fault. */
export class ConnectProxy {
  /** The hosts that were asked for, and what was asked in plain http. */
  readonly asked: string[] = [];
  readonly credentials: (string | undefined)[] = [];
  fault: Fault | undefined;
  /** The port on this machine that stands for every host, if tunnels do not lead where they say. */
  goal: number | undefined;
  /** Answers what is asked in plain http. */
  answer: http.RequestListener = (_, response) => void response.writeHead(500).end();
  readonly #server: http.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #scheme: string;

  private constructor(tls?: KeyAndCertificate) {
    this.#scheme = tls ? 'https' : 'http';
    const listener: http.RequestListener = (request, response) => {
      this.asked.push(request.url ?? '');
      this.answer(request, response);
    };
    this.#server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    this.#server.on('connection', (socket: net.Socket) => this.#track(socket));
    this.#server.on('connect', (request: http.IncomingMessage, socket: Socket) =>
      this.#connect(request, socket),
    );
  }

  static async start(fault?: Fault, tls?: KeyAndCertificate): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(tls);
    proxy.fault = fault;
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.#scheme}://${this.host}`;
  }

  /** Tells of each connection of a proxy that speaks TLS. */
  onSecure(listener: (socket: TLSSocket) => void): void {
    this.#server.on('secureConnection', listener);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #connect({ url = '', headers }: http.IncomingMessage, socket: Socket): void {
    this.asked.push(url);
    this.credentials.push(headers['proxy-authorization']);
    socket.on('error', () => socket.destroy());
    if (this.fault) {
      this.fault(socket);
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const isHere = this.goal !== undefined || hostname === 'localhost';
    const far = net.connect(this.goal ?? Number(port), isHere ? '127.0.0.1' : hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(far).pipe(socket);
    });
    this.#track(far);
  }

  #track(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

const VARIABLES = ['http', 'https', 'all', 'no'].flatMap((name) => [
  `${name}_proxy`,
  `${name.toUpperCase()}_PROXY`,
]);

/** Runs work with these variables as the only ones that name proxies. */
export async function withProxyVariables<T>(
  variables: NodeJS.ProcessEnv,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      delete process.env[name];
      if (value !== undefined) process.env[name] = value;
    }
  }
}
