/** What a spec has written down for the server that it starts: the file named in the command line. */
import { readFileSync } from 'node:fs';
import http from 'node:http';

/** @returns {{ port: number, lifetimeSeconds: number, clients: { id: string, secret: string }[] }} */
export const readSettings = () => JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** Reads the file for every request, so that a secret can be changed while the server runs. */
export const findClient = (id) => readSettings().clients.find((client) => client.id === id);

export async function formOf(request) {
  const chunks = await request.toArray();
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** Serves `POST /token` alone. */
export function listen(handler) {
  const { port } = readSettings();
  http
    .createServer((request, response) => {
      if (request.url === '/token') handler(request, response);
      else response.writeHead(404).end();
    })
    .listen(port, '127.0.0.1');
}
