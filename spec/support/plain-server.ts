import net, { type AddressInfo } from 'node:net';

/** Answers whatever comes with these bytes: as a server of plain http does when it is spoken to in TLS. */
export async function startPlainServer(
  answer: string | Buffer = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
): Promise<{ port: number; stop: () => void }> {
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}
