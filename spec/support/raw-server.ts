import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

export type Conversation = (socket: Socket, request: string) => void;

/** A server that speaks bytes, so that it can capture them, and misbehave in any way. */
export class RawServer {
  readonly requests: string[] = [];
  readonly #server: net.Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: net.Server) {
    this.#server = server;
  }

  /** `converse` is called once a request, head and body, has come. */
  static async start(converse: Conversation, server: net.Server = net.createServer()): Promise<RawServer> {
    const self = new RawServer(server);
    server.on('connection', (socket) => self.#track(socket));
    server.on(server instanceof tls.Server ? 'secureConnection' : 'connection', (socket: Socket) =>
      self.#listenTo(socket, converse),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #listenTo(socket: Socket, converse: Conversation): void {
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!isWhole(received)) return;
      const request = received;
      received = '';
      this.requests.push(request);
      converse(socket, request);
    });
  }
}

function isWhole(request: string): boolean {
  const [head, body] = request.split('\r\n\r\n', 2);
  const length = Number(/^content-length: (\d+)$/im.exec(head ?? '')?.[1] ?? 0);
  return body !== undefined && body.length >= length;
}

/** A whole HTTP answer with a JSON body, as bytes. */
export function jsonAnswer(status: number, body: object, headers = ''): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status} x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`;
}
